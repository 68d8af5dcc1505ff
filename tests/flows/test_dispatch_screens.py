"""Plan, waive, approve by a second person, undo: in a real browser, in French and in Arabic."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from screen_makers import WHY, an_office, fill
from screens import fits, person
from served_office import served

from app.migrations.history import upgrade
from core.values import Language, Role
from distributor.models import Dispatch


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        upgrade(opened.database)
        fill(opened)
        yield opened


@pytest.mark.browser
@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_a_dispatch_is_planned_accepted_approved_and_undone_at_the_screen(
    browser, office, language
):
    with served(office) as base:
        writer = person(browser, base, office, Role.WRITER, language, script=True)
        second = person(browser, base, office, Role.VALIDATOR, language, script=True)
        writer.goto("/releases/1")
        fits(writer, language, "release")
        writer.locator("#plan > button").click()
        reasons = writer.locator("#plan label input[name=reason]")
        for place in range(reasons.count()):
            reasons.nth(place).fill(WHY)
        writer.locator("#plan > button").click()
        writer.locator("#confirmed").wait_for()
        fits(writer, language, "confirmation")
        writer.locator("#confirmed").fill("2")
        writer.locator("#plan button:not([name])").click()
        writer.locator("#miscounted").wait_for()
        fits(writer, language, "miscounted")
        writer.locator("#confirmed").fill("3")
        writer.locator("#plan button:not([name])").click()
        writer.wait_for_url("**/dispatches/1")
        assert WHY in writer.locator("#findings").inner_text()
        assert writer.locator("input[name=seal]").count() == 0
        second.goto("/")
        fits(second, language, "today")
        second.locator("h3 a[href='/dispatches/1']").first.click()
        fits(second, language, "to-approve")
        second.locator("form[action$='/approve'] button").click()
        second.wait_for_url("**/dispatches/1")
        assert ":" in second.locator(".countdown").inner_text()
        fits(second, language, "undo")
        second.locator("form[action$='/undo'] button").click()
        second.locator(".state-stopped").first.wait_for()
        fits(second, language, "undone")
        second.goto("/")
        second.locator("#hold input").fill("112/2026 ?")
        second.locator("#hold button").click()
        second.locator(".held").wait_for()
        fits(second, language, "held")


@pytest.mark.browser
def test_every_step_works_without_script(browser, office):
    language = Language.FRENCH
    with served(office) as base:
        writer = person(browser, base, office, Role.WRITER, language, script=False)
        second = person(browser, base, office, Role.VALIDATOR, language, script=False)
        writer.goto("/releases/1")
        reasons = writer.locator("#plan label input[name=reason]")
        for place in range(reasons.count()):
            reasons.nth(place).fill(WHY)
        with writer.expect_navigation():
            writer.locator("#plan > button").click()
        if not writer.locator("#confirmed").count():
            late = writer.locator("#plan label input[name=reason]")
            for place in range(late.count()):
                late.nth(place).fill(WHY)
            writer.locator("#plan > button").click()
        writer.locator("#confirmed").fill("3")
        writer.locator("#plan button:not([name])").click()
        second.goto("/dispatches/1")
        second.locator("form[action$='/approve'] button").click()
        # Without a countdown, the page still says until when: three minutes past nine UTC.
        assert ":03" in second.locator("form.undo").inner_text()
        second.locator("form[action$='/undo'] button").click()
        expect(second.locator(".state-stopped").first).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("zone", ["Europe/Paris", "Asia/Tokyo"])
def test_a_browser_in_another_zone_plans_and_reads_the_offices_hour(
    browser, office, zone
):
    """Case 21: nobody's own clock moves a dispatch."""
    with served(office) as base:
        writer = person(
            browser, base, office, Role.WRITER, Language.FRENCH, script=True, zone=zone
        )
        writer.goto("/releases/1")
        writer.locator("#plan input[name=at]").fill("2026-11-25T10:30")
        for _ in range(2):
            reasons = writer.locator("#plan label input[name=reason]")
            for place in range(reasons.count()):
                reasons.nth(place).fill(WHY)
            if writer.locator("#plan > button").count():
                writer.locator("#plan > button").click()
        assert "10:30" in writer.locator(".sentence").inner_text()
        writer.locator("#confirmed").fill("3")
        writer.locator("#plan button:not([name])").click()
        writer.goto("/dispatches/1")
        said = writer.locator("main").inner_text()
        assert "10:30, heure de Africa/Casablanca" in said
        assert "10:30 UTC" in said
    with office.database.read() as session:
        planned = session.get_one(Dispatch, 1)
    assert planned.wall == datetime(2026, 11, 25, 10, 30)
    assert planned.due_at == datetime(2026, 11, 25, 10, 30, tzinfo=UTC)
