"""Coverage is decided by keys alone: in a real browser, in French and in Arabic."""

import pytest
from desk_keys import Keyboard, decisions, reason_of
from playwright.sync_api import expect
from screen_makers import an_office
from screens import fits, person
from served_office import served
from triage_office import fill_desk

from core.values import Language, Role
from monitor.models import Coverage


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        yield opened


@pytest.mark.browser
def test_a_copy_a_move_and_a_front_page_are_said_and_taken_back(browser, office):
    fill_desk(office, 4)
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, Language.FRENCH)
        page.goto("/triage")
        hands = Keyboard(page)
        hands.at(4)
        hands.press("d")
        expect(page.locator("details[data-act=copy] select")).to_be_focused()
        hands.press("Tab", "Enter")
        hands.at(3)
        expect(page.locator("li[data-line='3'] .queue-copies")).to_be_attached()
        hands.press("z")
        hands.at(4)
        expect(page.locator(".queue-copies")).to_have_count(0)
        hands.press("e", "Tab", "Enter")
        hands.at(3)
        expect(page.locator("#left")).to_have_text("3")
        assert decisions(office) == {
            1: "proposed",
            2: "proposed",
            3: "proposed",
            4: "rejected",
            5: "confirmed",
        }
        hands.press("u")
        hands.hears(".")
        with office.database.read() as session:
            assert session.get_one(Coverage, 3).on_front
        hands.press("z")
        expect(page.locator("#said input[name=on_front]")).not_to_be_checked()
        with office.database.read() as session:
            assert not session.get_one(Coverage, 3).on_front


@pytest.mark.browser
def test_what_another_decided_meanwhile_comes_back_with_the_reason(browser, office):
    fill_desk(office, 3)
    with served(office) as base:
        mine = person(browser, base, office, Role.WATCHER, Language.FRENCH)
        theirs = person(browser, base, office, Role.VALIDATOR, Language.FRENCH)
        for page in (mine, theirs):
            page.goto("/triage?line=3")
        Keyboard(theirs).press("x", "1")
        Keyboard(theirs).at(2)
        expect(theirs.locator("#left")).to_have_text("2")
        Keyboard(mine).press("a")
        expect(mine.locator("#trouble")).not_to_be_empty()
        row = mine.locator("li[data-line='3']")
        expect(row.locator(".state-rejected")).to_be_visible()
        expect(row).to_contain_text("validator")
        assert decisions(office)[3] == "rejected"


@pytest.mark.browser
def test_what_could_not_be_sent_comes_back_and_is_said(browser, office):
    fill_desk(office, 3)
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, Language.FRENCH)
        page.goto("/triage")
        Keyboard(page).at(3)
        page.route("**/triage/3*", lambda route: route.abort())
        Keyboard(page).press("a")
        expect(page.locator("#trouble")).not_to_be_empty()
        expect(
            page.locator("li[data-line='3']:not(.is-done) .queue-note")
        ).to_be_visible()
        assert set(decisions(office).values()) == {"proposed"}


@pytest.mark.browser
def test_keys_are_a_persons_own_and_can_be_switched_off(browser, office):
    fill_desk(office, 3)
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, Language.FRENCH)
        page.goto("/account/keys")
        page.locator("#accept").fill("q")
        with page.expect_navigation():
            page.locator("#accept").press("Enter")
        page.goto("/triage")
        hands = Keyboard(page)
        hands.at(3)
        hands.press("a", "q")
        hands.at(2)
        expect(page.locator("#left")).to_have_text("2")
        page.goto("/account/keys")
        page.locator("input[name=is_on]").uncheck()
        page.locator("#accept").press("Enter")
        page.wait_for_load_state()
        page.goto("/triage")
        hands.at(2)
        hands.press("q", "x", "1", "j", "z")
        hands.at(2)
        assert sorted(decisions(office).values()) == [
            "confirmed",
            "proposed",
            "proposed",
        ]


@pytest.mark.browser
def test_the_page_of_a_line_is_worked_by_key_too(browser, office):
    fill_desk(office, 5, groups=[(1, 2)])
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, Language.ARABIC)
        page.goto("/coverage/5")

        def press(key, to):
            with page.expect_navigation(url=f"**/coverage/{to}*"):
                page.keyboard.press(key)

        press("y", 4)
        press("z", 5)
        assert decisions(office)[5] == "proposed"
        press("j", 4)
        page.keyboard.press("x")
        press("1", 3)
        assert reason_of(office, 4) == "another-edition"
        press("j", 1)
        press("k", 3)
        press("j", 1)
        press("Shift+Y", 3)
        assert [decisions(office)[one] for one in (1, 2)] == ["confirmed"] * 2
        press("t", "3#said")
        page.keyboard.press("?")
        assert page.locator("details.keys dl").is_visible()
        page.keyboard.press("?")
        assert not page.locator("details.keys dl").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_the_pages_fit_a_phone_and_are_easy_to_read(browser, office, language):
    fill_desk(office, 4, groups=[(1, 2)], arabic=(4,))
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, language)
        for path in (
            "/triage",
            "/triage?line=1",
            "/triage?language=zz",
            "/account/keys",
            "/coverage",
            "/coverage/4",
            "/lessons",
            "/releases/1/profile",
        ):
            page.goto(path)
            fits(page, language, path)
