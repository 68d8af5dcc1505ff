"""What the balance shows is said at the screen: in a real browser, on a phone, in two scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from balance_rows import MESSAGE, everything
from screen_makers import an_office, cookie
from served_office import served

from app.migrations.history import upgrade
from app.web.sessions import COOKIE
from core.models import Account
from core.values import Language, Role
from monitor import goals, rectifying
from monitor.models import Coverage

RULES = ["color-contrast", "label", "link-name", "button-name", "valid-lang", "list"]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        upgrade(opened.database)
        with opened.database.write() as session:
            session.add_all(
                Account(name=role, role=role, password_hash="", created_at=clock.now())
                for role in Role
            )
            everything(session, at=clock.now())
        yield opened


@pytest.mark.browser
@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
@pytest.mark.parametrize("scripts", [True, False])
def test_the_desk_works_on_a_phone_without_scripts_too(
    browser, office, language, scripts
):
    with served(office) as base:
        page = browser.new_context(
            viewport=PHONE, base_url=base, java_script_enabled=scripts
        ).new_page()
        jar = {COOKIE: cookie(office, Role.WATCHER), "parution_language": str(language)}
        page.context.add_cookies(
            [{"name": name, "value": value, "url": base} for name, value in jar.items()]
        )
        page.goto("/coverage/1")
        if scripts:
            _fits(page, language)
        page.locator("#said input[value=negative]").check()
        page.locator("#said input[name=on_front]").check()
        page.locator("#said button").click()
        page.locator("#errors summary").click()
        page.locator("#wrong").fill("1 420 communes")
        page.locator("#errors details button").click()
        page.locator("#errors button[value=asked]").click()
        page.goto("/releases/1/goal")
        if scripts:
            _fits(page, language)
        page.locator("[id='3-fr']").fill(MESSAGE)
        page.locator("form.card button").click()
        assert page.locator("[id='3-fr']").input_value() == MESSAGE
        page.context.close()
    with office.database.read() as session:
        line = session.get_one(Coverage, 1)
        assert (line.tone, line.on_front) == ("negative", True)
        (error,) = rectifying.of_lines(session, [1])[1]
        assert (error.wrong, error.stage) == ("1 420 communes", "asked")
        assert [one.place for one in goals.view(session, 1).messages] == [1, 3]


def _fits(page, language):
    assert page.locator("html").get_attribute("dir") == language.direction
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.response["violations"] == [], scheme
