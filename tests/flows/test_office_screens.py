"""The journal and the office's page in a real browser: on a phone, in both lights, in French and Arabic."""

from datetime import UTC, datetime, timedelta

import pytest
from screen_makers import an_office, fill
from screens import fits, person
from served_office import served

from app.journaling import Journaling
from app.pulse import Pulse
from core.clock import StoppedClock
from core.ids import CountedIds
from core.jobs import Job
from core.journal import acting, note
from core.journal.actor import PAGE
from core.models import Account, Release
from core.values import Language, Role

pytestmark = pytest.mark.browser
LANGUAGES = [Language.FRENCH, Language.ARABIC]
LONG = "ministere-de-l-amenagement-du-territoire" * 5


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """One for all tests here: what they change, they change back."""
    clock, ids = StoppedClock(datetime(2026, 11, 24, 9, tzinfo=UTC)), CountedIds()
    with an_office(tmp_path_factory.mktemp("office"), clock, ids) as opened:
        fill(opened)
        with acting("salma", via=PAGE), opened.database.write() as session:
            session.get_one(Release, 1).place = f"الرباط {LONG}"
            session.query(Account).first().password_hash = "other"
            note(session, what="dispatch.approved", about="dispatch:1")
            note(session, what="kite.flown", about=f"kite:{LONG}")
        Journaling(
            database=opened.database, clock=clock, ids=ids, settings=opened.settings
        ).tick()
        pulse = Pulse(opened.database, opened.timer, opened.settings.data_dir)
        for name in ("sending", "polls"):
            job = Job(
                name=name,
                every=timedelta(seconds=1),
                run=lambda: 0,
                next_due=lambda: None,
            )
            pulse.watched(job).run()
        pulse.write()
        yield opened


@pytest.fixture(scope="module")
def base(office):
    with served(office) as address:
        yield address


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_journal_fits_a_phone_with_its_lines_open(browser, base, office, language):
    page = person(browser, base, office, Role.ADMINISTRATOR, language)
    page.goto("/journal")
    # Another test of this office may have added to them.
    assert page.locator(".journal > li").count() >= 4
    for line in page.locator("details").all():
        line.locator("summary").click()
    fits(page, language, "journal", rules=None)
    page.goto("/journal?by=nobody")
    fits(page, language, "journal without lines", rules=None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_office_fits_a_phone_with_its_settings_open(
    browser, base, office, language
):
    page = person(browser, base, office, Role.ADMINISTRATOR, language)
    page.goto("/office")
    for part in page.locator("details").all():
        part.locator("summary").click()
    fits(page, language, "office", rules=None)
    page.locator('form[action="/office/sender"] button').click()
    page.wait_for_url("**/office/sender?**")
    assert page.locator("[role=status]").count() >= 1
    fits(page, language, "office with a verdict", rules=None)


def test_help_fits_a_phone(browser, base, office):
    page = person(browser, base, office, Role.READER, Language.ARABIC)
    for path in ("/help", "/help/trouble", "/help/keys"):
        page.goto(path)
        fits(page, Language.ARABIC, path, rules=None)


def test_lines_are_chosen_with_the_keyboard_alone_and_without_script(
    browser, base, office
):
    page = person(browser, base, office, Role.VALIDATOR, Language.ENGLISH, script=False)
    page.goto("/journal")
    page.get_by_label("To what, like dispatch:12").focus()
    page.keyboard.type("release:1")
    page.keyboard.press("Enter")
    page.wait_for_url("**about=release**")
    assert page.locator(".journal > li").count() == 1
    assert page.get_by_label("To what, like dispatch:12").input_value() == "release:1"
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("rowheader", name="place").is_visible()


def test_everything_is_held_from_the_page_and_released_again(browser, base, office):
    page = person(browser, base, office, Role.VALIDATOR, Language.ENGLISH)
    page.goto("/office")
    page.get_by_label("Why").fill("On attend le ministre.")
    page.get_by_role("button", name="Hold everything: nothing leaves").click()
    page.wait_for_url(f"{base}/")
    assert "On attend le ministre." in page.locator(".held").inner_text()
    page.goto("/office")
    assert page.locator('form[action="/hold"]').count() == 0
    page.locator(".held button").click()
    page.wait_for_url(f"{base}/")
    assert page.locator(".held").count() == 0
