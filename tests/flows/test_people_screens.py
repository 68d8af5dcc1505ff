"""Signing in, one's account, the people and the first start, in a real browser."""

from datetime import timedelta

import pytest
from people_makers import (
    SENTENCE,
    an_office_of_people,
    rows,
    somebody,
    token_of,
    with_factor,
)
from screens import DESK, fits
from served_office import served

from app.web import first
from app.web.sessions import COOKIE
from core.accounts.models import Passkey, SignedIn
from core.models import Account
from core.values import Language, Role

pytestmark = pytest.mark.browser
LANGUAGES = (Language.FRENCH, Language.ARABIC)
OTHER = "sept chats dorment au soleil"


@pytest.fixture
def office(tmp_path, clock):
    with an_office_of_people(tmp_path, clock) as opened:
        yield opened


def window(browser, base, language=Language.FRENCH, *, token="", script=True):
    context = browser.new_context(
        viewport=DESK, base_url=base, java_script_enabled=script
    )
    jar = {"parution_language": str(language)} | ({COOKIE: token} if token else {})
    context.add_cookies([{"name": n, "value": v, "url": base} for n, v in jar.items()])
    return context.new_page()


def type_password(page, name="samira", password=SENTENCE):
    form = page.locator("form[action='/login']")
    form.locator("input[name=name]").fill(name)
    form.locator("input[name=password]").fill(password)
    form.locator("button").click()


def test_every_screen_of_people_fits_a_phone_in_both_directions(browser, office):
    link = first.announce(office)
    with served(office) as base:
        for language in LANGUAGES:
            page = window(browser, base, language)
            page.goto(f"/first/{link.rsplit('/', 1)[1]}")
            fits(page, language, "first", rules=None)
            page.goto("/login")
            fits(page, language, "login", rules=None)
        samira = somebody(office, role=Role.ADMINISTRATOR)
        driss = somebody(office, "إدريس العلمي", Role.WRITER)
        for language in LANGUAGES:
            page = window(browser, base, language, token=token_of(office, samira))
            for path in (
                "/account",
                "/account/second-factor",
                "/people",
                f"/people/{driss.id}",
                "/start",
                "/start/sender",
                "/start/contacts",
                "/start/sources",
                "/start/rehearsal",
            ):
                page.goto(path)
                fits(page, language, path, rules=None)
            page.goto("/account/second-factor")
            page.locator("form[action$='/begin'] button").click()
            page.locator(".square").wait_for()
            fits(page, language, "square", rules=None)
            page.goto(f"/people/{driss.id}")
            page.locator("form[action$='/reset'] button").click()
            page.locator(".link-once").wait_for()
            fits(page, language, "link", rules=None)


def test_the_second_step_and_what_was_typed_fit_a_phone(browser, office, clock):
    somebody(office)
    totp, _ = with_factor(office)
    with served(office) as base:
        for minute, language in enumerate(LANGUAGES, 1):
            clock.move_to(clock.now() + timedelta(minutes=minute))
            page = window(browser, base, language)
            page.goto("/login")
            type_password(page)
            page.locator("input[name=code]").wait_for()
            fits(page, language, "code", rules=None)
            page.locator("input[name=code]").fill(totp.at(clock.now()))
            page.locator("form[action='/login/code'] button").click()
            page.wait_for_url(f"{base}/")
            page.goto("/account/second-factor")
            page.locator("form[action$='/codes'] button").click()
            page.locator(".codes").wait_for()
            fits(page, language, "codes", rules=None)


@pytest.mark.parametrize("script", [True, False])
def test_a_session_that_ends_in_mid_edit_loses_nothing(browser, office, script):
    samira = somebody(office, role=Role.ADMINISTRATOR)
    with served(office) as base:
        page = window(browser, base, token=token_of(office, samira), script=script)
        page.goto("/people")
        page.locator("input[name=name]").fill("Driss « le grand » <Alami>")
        page.locator("input[value=watcher]").check()
        with office.database.write() as session:
            session.query(SignedIn).delete()
        page.locator("form[action='/people'] button").click()
        page.locator("input[name=kept]").first.wait_for(state="attached")
        if script:
            fits(page, Language.FRENCH, "again", rules=None)
        type_password(page)
        if not script:
            page.locator("main form[action='/people'] button").click()
        page.locator(".link-once").wait_for()
        [_, driss] = rows(office, Account)
        assert (driss.name, driss.role) == ("Driss « le grand » <Alami>", "watcher")


def test_a_first_start_leads_to_a_working_office(browser, office):
    link = first.announce(office)
    with served(office) as base:
        page = window(browser, base)
        page.goto(f"/first/{link.rsplit('/', 1)[1]}")
        page.locator("input[name=name]").fill("Samira")
        page.locator("input[name=password]").fill(OTHER)
        page.locator("input[name=password_again]").fill(OTHER)
        page.locator("main button").click()
        page.wait_for_url(f"{base}/start")
        # Nine in UTC is nine in Rabat since September.
        assert "09:00" in page.locator(".sentence").inner_text()
        page.locator("input[name=name_ar]").fill("وزارة الإسكان")
        page.locator("form[action='/start'] button").click()
        page.locator("text=/redémarré/").wait_for()
        for path in ("sender", "contacts", "sources", "rehearsal"):
            page.goto(f"/start/{path}")
        page.locator("main .button").last.click()
        page.wait_for_url(f"{base}/")


def test_a_passkey_is_made_and_signs_in_without_a_password(browser, office):
    samira = somebody(office)
    with served(office) as there:
        base = there.replace("127.0.0.1", "localhost")
        page = window(browser, base, token=token_of(office, samira))
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                }
            },
        )
        page.goto("/account")
        page.locator("#passkeys input[name=name]").last.fill("Téléphone")
        page.locator("#passkeys form[data-passkey] button").click()
        page.wait_for_url(f"{base}/account?done=passkey")
        [key] = rows(office, Passkey)
        assert (key.name, key.account_id) == ("Téléphone", samira.id)
        page.locator(".foot button").click()
        page.wait_for_url(f"{base}/login")
        page.goto("/login?next=/account")
        page.locator("form[data-passkey] button").click()
        page.wait_for_url(f"{base}/account")
        assert [one.how for one in rows(office, SignedIn)] == ["passkey"]
        # Removed, it opens nothing more.
        page.locator("form[action$='/remove'] button").click()
        page.wait_for_url(f"{base}/account?done=removed")
        page.locator(".foot button").click()
        page.wait_for_url(f"{base}/login")
        page.locator("form[data-passkey] button").click()
        page.locator("main .bad[role=alert]:visible").wait_for()
        assert rows(office, SignedIn) == []
