"""Watches, searches, lists and entries by hand: in a real browser, on a phone, both ways."""

import pytest
from playwright.sync_api import expect
from screen_makers import an_office
from screens import fits, person
from served_office import served
from triage_office import fill_desk

from core.values import Language, Role
from monitor import search, watches
from monitor.models import Article


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        fill_desk(opened, 4, arabic=(4,))
        with opened.database.write() as session:
            search.index(
                session, [search.of_row(one) for one in session.query(Article)]
            )
            watches.add(
                session,
                name="Agences",
                query="agences",
                by="watcher",
                now=opened.clock.now(),
            )
        watches.look_back(opened.database, now=opened.clock.now())
        yield opened


@pytest.mark.browser
def test_a_query_is_tried_while_it_is_typed(browser, office):
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, Language.ARABIC)
        page.goto("/watches/1")
        page.locator("details.card summary").first.click()
        field = page.locator("textarea[name=q]")
        field.fill("rencontre")
        expect(page.locator("#trial .row").first).to_be_visible()
        field.fill("rencontre (")
        expect(page.locator("#trial pre")).to_be_visible()
        expect(field).to_have_attribute("aria-invalid", "")
        field.fill("absent")
        expect(page.locator("#trial .examples")).to_have_count(1)
        assert page.locator("#trial .row").count() == 4, "these would be lost"


@pytest.mark.browser
def test_hits_are_walked_by_key(browser, office):
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, Language.FRENCH)
        page.goto("/search?q=rencontre")
        links = page.locator("[data-hits] h3 a")
        page.keyboard.press("j")
        expect(links.nth(0)).to_be_focused()
        page.keyboard.press("j")
        page.keyboard.press("k")
        expect(links.nth(0)).to_be_focused()
        page.keyboard.press("/")
        expect(page.locator("#search-words")).to_be_focused()


@pytest.mark.browser
def test_a_rejected_article_leads_to_a_watch_that_leaves_its_like_out(browser, office):
    with served(office) as base:
        page = person(
            browser, base, office, Role.WATCHER, Language.FRENCH, script=False
        )
        page.goto("/triage?line=2")
        page.locator("details.reject summary").click()
        page.locator("button[value=homonym]").click()
        page.locator(".done a[href='/coverage/2/exclude']").click()
        page.locator("#word").fill("mercredi")
        page.locator("form[action$='/exclude'] button").click()
        assert "agences AND NOT" in page.locator("textarea[name=q]").input_value()
        expect(page.locator("#trial .row").first).to_be_visible()
        page.locator("button[value=save]").click()
        page.locator("h1").wait_for()
    with office.database.read() as session:
        (line,) = watches.listed(session)
    assert line.query == 'agences AND NOT (outlet:"outlet 2" AND mercredi)'


@pytest.mark.browser
@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_the_screens_fit_a_phone_and_are_easy_to_read(browser, office, language):
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, language)
        for path in (
            "/watches?q=agences+absent",
            "/watches/1?q=rencontre",
            "/search?q=rencontre&language=fr",
            "/source-lists",
            "/coverage/add",
            "/coverage/1/exclude",
        ):
            page.goto(path)
            fits(page, language, path)
