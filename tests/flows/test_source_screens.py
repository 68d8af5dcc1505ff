"""Sources, an article and the alerts: readable on a phone, in both lights, both ways."""

import pytest
from playwright.sync_api import expect
from screen_makers import an_office
from screens import fits, person
from served_office import served
from source_rows import fill

from core.models import Account
from core.values import Language, Role
from monitor.models import Source


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        with opened.database.write() as session:
            session.add_all(
                Account(name=role, role=role, password_hash="", created_at=clock.now())
                for role in Role
            )
            fill(session, now=clock.now())
        yield opened


@pytest.mark.browser
@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_screens_of_sources_fit_and_can_be_read(browser, office, language):
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, language, script=True)
        for path in ("/", "/sources", "/sources/2", "/sources/5", "/articles/1"):
            page.goto(path)
            fits(page, language, path)


@pytest.mark.browser
def test_a_source_is_paused_and_read_again_without_script(browser, office):
    with served(office) as base:
        page = person(
            browser, base, office, Role.WATCHER, Language.FRENCH, script=False
        )
        page.goto("/sources?state=hijacked")
        page.locator("article h3 a").click()
        page.locator("input[name=because]").fill("vérifier d'abord")
        page.locator("button[value=pause]").click()
        expect(page.locator("main")).to_contain_text("vérifier d'abord")
        with page.expect_navigation():
            page.locator("button[value=resume]").click()
        with office.database.read() as session:
            rows = session.query(Source).filter_by(state="hijacked").one()
        assert rows.options == {}
        page.locator("button[value=accept]").click()
        expect(page.locator(".state-new")).to_have_count(1)


@pytest.mark.browser
def test_what_cannot_be_added_is_explained(browser, office):
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, Language.ARABIC, script=True)
        page.goto("/sources")
        page.locator("summary").click()
        # Nothing is dialled: the address lies inside a private network.
        page.locator("input[name=url]").fill("http://127.0.0.1/")
        page.locator("form[method=post][action='/sources'] button").click()
        page.locator("h1").wait_for()
        assert "127.0.0.1" in page.locator("main").inner_text()
        fits(page, Language.ARABIC, "found")
