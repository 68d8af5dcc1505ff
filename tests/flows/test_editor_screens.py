"""The editor in a real browser: it saves by itself, and no end of a line or a session loses a word."""

import re

import pytest
from editor_rows import two_languages, words_of
from playwright.sync_api import expect
from screen_makers import an_office, cookie, fill
from screens import fits, person
from served_office import served

from app.web.sessions import COOKIE
from core.values import Language, Role

EDIT = "/releases/2/edit"
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><body>
<p class=MsoNormal><b>Le ministre</b> ouvre la séance.<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>un atelier<o:p></o:p></p>
<p><img src="file:///C:/logo.png"></p></body></html>"""
PASTE = """([selector, html]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "words alone");
  const area = document.querySelector(selector);
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
  area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
STORED = "Object.keys(localStorage).filter((one) => one.startsWith('parution.edit'))"


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        fill(opened)
        with opened.database.write() as session:
            two_languages(session, clock.now())
        yield opened


def write(page, field, words):
    """Type and leave the field, which saves at once."""
    with page.expect_response(lambda one: one.request.method == "POST") as answered:
        page.locator(field).fill(words)
        page.locator(field).blur()
    return answered.value


def saved(page):
    expect(page.locator("#saved")).to_have_text(re.compile(r"09:00"))


@pytest.mark.browser
@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_both_languages_are_written_and_saved_by_themselves(browser, office, language):
    told = []
    with served(office) as base:
        page = person(browser, base, office, Role.WRITER, language)
        page.on("console", lambda said: told.append(said.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.goto(EDIT)
        assert page.locator("#body-ar").get_attribute("dir") == "rtl"
        write(page, "#body-fr", "Mercredi 24 novembre 2026.")
        saved(page)
        # What the checks find stands beside the text at once, and the other is stale.
        expect(page.locator("#found-body-fr .finding-red")).not_to_have_count(0)
        expect(page.locator("[data-stale=ar]")).to_be_visible()
        write(page, "#body-fr", "Mardi 24 novembre 2026.")
        expect(page.locator("#found-body-fr .finding-red")).to_have_count(0)
        write(page, "#body-ar", "الثلاثاء 24 نونبر 2026.")
        saved(page)
        expect(page.locator("#found-body-ar .finding-red")).to_have_count(0)
        assert page.evaluate(STORED) == []
        page.reload()
        assert page.locator("#offer").is_hidden()
        assert page.locator("#body-ar").input_value() == "الثلاثاء 24 نونبر 2026."
    assert told == []
    assert words_of(office, 2)["fr"][1] == "Mardi 24 novembre 2026."


@pytest.mark.browser
def test_a_session_that_ends_in_mid_edit_loses_nothing(browser, office):
    with served(office) as base:
        page = person(browser, base, office, Role.WRITER, Language.FRENCH)
        page.goto(EDIT)
        page.context.clear_cookies(name=COOKIE)
        assert write(page, "#body-fr", "Rien ne se perd.").status == 401
        page.goto("/login")
        ticket = {"name": COOKIE, "value": cookie(office, Role.WRITER), "url": base}
        page.context.add_cookies([ticket])
        page.goto(EDIT)
        assert "Rien" not in page.locator("#body-fr").input_value()
        with page.expect_response(lambda one: one.request.method == "POST"):
            page.locator("#put-back").click()
        assert page.locator("#body-fr").input_value() == "Rien ne se perd."
        saved(page)
        page.reload()
        assert page.locator("#offer").is_hidden()
    assert words_of(office, 2)["fr"][1] == "Rien ne se perd."


@pytest.mark.browser
def test_a_line_that_is_down_keeps_the_words_and_the_page_says_so(browser, office):
    with served(office) as base:
        page = person(browser, base, office, Role.WRITER, Language.FRENCH)
        page.goto(EDIT)
        page.context.set_offline(True)
        page.locator("#body-fr").fill("Sans ligne.")
        page.locator("#body-fr").blur()
        away = page.locator("#editor").get_attribute("data-away")
        expect(page.locator("#saved")).to_have_text(away)
        assert len(page.evaluate(STORED)) == 1
        with page.expect_response(lambda one: one.request.method == "POST"):
            page.context.set_offline(False)
        saved(page)
    assert words_of(office, 2)["fr"][1] == "Sans ligne."


@pytest.mark.browser
def test_two_people_who_write_the_same_text_see_both(browser, office):
    with served(office) as base:
        mine = person(browser, base, office, Role.WRITER, Language.FRENCH)
        theirs = person(browser, base, office, Role.VALIDATOR, Language.FRENCH)
        mine.goto(EDIT)
        theirs.goto(EDIT)
        write(theirs, "#body-fr", "Le texte du valideur.")
        assert write(mine, "#body-fr", "Le texte du rédacteur.").status == 409
        clash = mine.locator("#editor").get_attribute("data-clash")
        expect(mine.locator("#saved")).to_have_text(clash)
        with mine.expect_navigation():
            mine.locator(".editor-save button").click()
        assert mine.locator(".clash ins").first.is_visible()
        fits(mine, Language.FRENCH, "clash", rules=None)
        assert mine.locator("#body-fr").input_value() == "Le texte du rédacteur."
        mine.locator("#body-fr").fill("Le texte des deux.")
        with mine.expect_navigation():
            mine.locator(".editor-save button").click()
        assert mine.locator(".clash").count() == 0
        # Whoever left a text alone gets the other's, and a change of one's own is kept.
        write(theirs, "#place", "Rabat")
        expect(theirs.locator("#body-fr")).to_have_value("Le texte des deux.")
    assert words_of(office, 2)["fr"][1] == "Le texte des deux."


@pytest.mark.browser
def test_saving_while_a_slow_save_is_under_way_clashes_with_nobody(browser, office):
    slow = []

    def answer(route):
        if slow or route.request.method != "POST":
            route.continue_()
        else:
            # The office has it; its answer is still on its way.
            slow.append((route, route.fetch()))

    with served(office) as base:
        page = person(browser, base, office, Role.WRITER, Language.FRENCH)
        page.goto(EDIT)
        page.route(f"**{EDIT}", answer)
        page.locator("#body-fr").fill("Un.")
        page.locator("#body-fr").blur()
        expect(page.locator("#saved")).not_to_be_empty()
        while not slow:
            page.wait_for_timeout(20)
        page.locator("#body-fr").fill("Un, deux.")
        page.locator(".editor-save button").click()
        with page.expect_navigation():
            route, held = slow[0]
            route.fulfill(response=held)
        assert page.locator(".clash").count() == 0
    assert words_of(office, 2)["fr"][1] == "Un, deux."


@pytest.mark.browser
def test_what_is_pasted_from_word_is_put_in_order(browser, office):
    with served(office) as base:
        page = person(browser, base, office, Role.WRITER, Language.FRENCH)
        page.goto(EDIT)
        page.locator("#body-fr").fill("")
        page.evaluate(PASTE, ["#body-fr", WORD])
        expect(page.locator("#body-fr")).to_have_value(
            "**Le ministre** ouvre la séance.\n\n- un atelier"
        )
        expect(page.locator("p[data-pasted=fr]")).not_to_be_empty()


@pytest.mark.browser
def test_a_mail_is_previewed_in_every_way(browser, office):
    asked = []
    with served(office) as base:
        page = person(browser, base, office, Role.WRITER, Language.FRENCH)
        page.on("request", lambda one: asked.append(one.url))
        page.goto("/releases/2/preview?language=ar")
        mail = page.frame_locator("iframe.mail")
        assert mail.locator("[dir=rtl] h1, h1[dir=rtl]").first.is_visible()
        paper = ".paper >> nth=0"
        colour = "(one) => getComputedStyle(one).backgroundColor"
        light = mail.locator(paper).evaluate(colour)
        page.locator("#shown .filter a").nth(1).click()
        page.wait_for_load_state("networkidle")
        assert (
            page.frame_locator("iframe.mail").locator(paper).evaluate(colour) != light
        )
        for tab in ("text", "phone", "headers", "pdf"):
            page.locator(f"nav.tabs a[href*='tab={tab}']").click()
            here = page.locator(f"nav.tabs a[href*='tab={tab}'][aria-current]")
            expect(here).to_have_count(1)
        page.locator("#test form button").click()
        expect(page.locator("#test .state")).to_have_count(2)
    assert all(one.startswith(base) for one in asked)


@pytest.mark.browser
@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_screens_of_the_editor_fit_a_phone_and_can_be_read(browser, office, language):
    with served(office) as base:
        page = person(browser, base, office, Role.WRITER, language)
        page.goto(EDIT)
        write(page, "#body-fr", "Mercredi 24 novembre 2026.")
        for path in (
            "/releases",
            "/releases/calendar",
            "/releases/new",
            EDIT,
            "/releases/2/history",
            "/releases/2/preview",
        ):
            page.goto(path)
            fits(page, language, path, rules=None)


@pytest.mark.browser
def test_keys_move_in_the_list_open_search_and_can_be_turned_off(browser, office):
    with served(office) as base:
        page = person(browser, base, office, Role.WRITER, Language.FRENCH)
        page.goto("/releases")
        for key in ("j", "j", "k"):
            page.keyboard.press(key)
        assert page.evaluate("document.activeElement.textContent") == "200/2026"
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "release-words"
        page.locator("#release-keys").click()
        page.locator("#release-keys").blur()
        page.keyboard.press("n")
        assert page.url.endswith("/releases")
        page.locator("#release-keys").click()
        page.locator("#release-keys").blur()
        with page.expect_navigation():
            page.keyboard.press("n")
        assert page.url.endswith("/releases/new")
