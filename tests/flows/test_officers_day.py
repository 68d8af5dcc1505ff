"""An officer's day in a real browser, in French and in Arabic: from a blank page to who has it."""

import pytest
from screen_makers import an_office, fill
from screens import person
from served_office import served

from app.jobs import all_jobs
from app.migrations.history import upgrade
from core.values import Language, Role
from distributor.models import Contact, Delivery, Dispatch

TEXTS = {
    "fr": (
        "Rencontre des agences urbaines",
        "Le ministère réunit les agences urbaines mardi 1 décembre 2026 à Rabat.",
    ),
    "ar": (
        "لقاء الوكالات الحضرية",
        "تعقد الوزارة لقاء للوكالات الحضرية يوم الثلاثاء 1 دجنبر 2026 بالرباط.",
    ),
}


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        upgrade(opened.database)
        fill(opened)
        with opened.database.write() as session:
            # One sleeps until the afternoon, so that there is something left to stop.
            late = session.get_one(Contact, 3)
            late.quiet_from, late.quiet_until = "08:00", "14:00"
        yield opened


def write(page):
    """A new release in both languages; answers its path."""
    page.goto("/releases/new")
    page.locator("main form button").last.click()
    page.wait_for_url("**/edit")
    path = page.url.removesuffix("/edit")
    for language, (title, body) in TEXTS.items():
        page.locator(f"#title-{language}").fill(title)
        page.locator(f"#body-{language}").fill(body)
    for name, value in (
        ("signatory", "Le ministre"),
        ("place", "Rabat"),
        ("press_contact", "Nadia"),
        ("press_phone", "+212500000000"),
        ("press_email", "presse@ministere.test"),
    ):
        page.locator(f"#{name}").fill(value)
    page.locator("#editor button:not([type=button])").first.click()
    page.locator("[role=status]").first.wait_for()
    return path


def give_reasons(page):
    reasons = page.locator("#plan label input[name=reason]")
    for place in range(reasons.count()):
        reasons.nth(place).fill("C'est voulu.")


def plan(page, path):
    """Look, give reasons, read the sheet, type the number; answers the dispatch's path."""
    page.goto(path)
    for _ in range(3):
        give_reasons(page)
        page.locator("#plan > button").click()
        page.wait_for_load_state()
        if page.locator("#confirmed").count():
            break
    page.locator("#confirmed").fill("3")
    page.locator("#plan button:not([name])").click()
    page.wait_for_url("**/dispatches/*")
    return page.url


def send(office):
    job = next(one for one in all_jobs(office) if one.name == "send")
    while job.run():
        pass


@pytest.mark.browser
@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_a_release_is_written_tested_planned_approved_stopped_and_followed(
    browser, office, clock, language
):
    with served(office) as base:
        writer = person(browser, base, office, Role.WRITER, language)
        second = person(browser, base, office, Role.VALIDATOR, language)
        path = write(writer)
        # Somebody of the office reads it in a mailbox before anybody else does.
        writer.goto(f"{path}/preview")
        writer.locator("#test form button").click()
        writer.wait_for_url("**sent=true**")
        send(office)
        there = plan(writer, path)
        assert writer.locator("input[name=seal]").count() == 0
        # The second person reads the very mail, then approves it.
        second.goto(f"{there}/mail")
        assert (
            TEXTS["fr"][0]
            in second.frame_locator("iframe").locator("body").inner_text()
        )
        second.locator("form[action$='/approve'] button").click()
        second.wait_for_url(there)
        clock.move_to(due(office, there))
        send(office)
        # Some have it, then somebody pulls the brake.
        second.reload()
        second.locator("form[action$='/stop'] button").click()
        second.locator(".state-stopped").first.wait_for()
        with office.database.read() as session:
            states = [one.state for one in session.query(Delivery)]
        assert sorted(states)[-3:] == ["accepted", "accepted", "cancelled"]
        second.goto(f"{there}/after")
        assert "2" in second.locator("#correction .sentence").inner_text()
        second.locator("#correction form button").click()
        second.wait_for_url("**/edit")
        assert second.locator("#body-fr").input_value() == TEXTS["fr"][1]


def due(office, url):
    with office.database.read() as session:
        return session.get_one(Dispatch, int(url.rpartition("/")[2])).due_at
