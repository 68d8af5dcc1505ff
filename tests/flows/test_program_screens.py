"""Tokens and webhooks in a real browser: on a phone, in both lights, both ways."""

from dataclasses import replace

import pytest
from fake_web import FakeWeb, answer
from playwright.sync_api import expect
from programs import called_office
from screens import fits, person
from served_office import served

from core.programs import tokens
from core.values import Language, Role

URL = "https://program.test/hook"


@pytest.fixture
def office(tmp_path, clock, ids):
    with called_office(tmp_path, clock, ids) as opened:
        web = FakeWeb({URL: [b"", answer(URL, status=503)]})
        yield replace(opened, web=web)


@pytest.mark.browser
@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_screens_of_programs_fit_and_can_be_used(browser, office, language):
    with served(office) as base:
        page = person(browser, base, office, Role.ADMINISTRATOR, language)
        page.goto("/account/tokens")
        fits(page, language, "no tokens")
        page.get_by_role("textbox").fill("Site du ministère")
        for tick in page.get_by_role("checkbox").all():
            tick.uncheck()
        page.locator("form.card button").click()
        fits(page, language, "a wrong token")
        assert page.get_by_role("textbox").input_value() == "Site du ministère"
        page.get_by_role("checkbox").first.check()
        page.locator("form.card button").click()
        fits(page, language, "a new token")
        said = page.locator(".secret").inner_text()
        with office.database.read() as session:
            assert tokens.by_token(session, said, now=office.clock.now())
        page.goto("/account/tokens")
        page.locator("article button").click()
        fits(page, language, "tokens that are over")

        page.goto("/office/webhooks")
        page.get_by_role("textbox").fill(URL)
        page.get_by_role("checkbox").first.check()
        page.locator("form.card button").click()
        fits(page, language, "a new webhook")
        page.goto("/office/webhooks")
        page.locator("article h3 a").click()
        for _ in range(2):
            with page.expect_navigation():
                page.locator(".actions button").first.click()
        expect(page.locator("tbody tr")).to_have_count(2)
        fits(page, language, "a webhook")
