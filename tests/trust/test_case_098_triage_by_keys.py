"""Case 98: sixty proposals are triaged with keys alone, in French and in Arabic.

That the screens are clean for axe is checked with each of them (tests/flows).
"""

import pytest
from browsers import chromium
from desk_keys import Keyboard, decisions, reason_of
from playwright.sync_api import expect
from screen_makers import an_office
from screens import person
from served_office import served
from triage_office import fill_desk

from core.values import Language, Role
from monitor.models import Coverage

MANY = 60
GROUPS = [range(11, 19), range(31, 35)]


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        yield opened


@pytest.mark.browser
@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_sixty_proposals_are_decided_with_keys_only(browser, office, language):
    """Accept, reject with a reason, a group, a tone and an undo; every row is right."""
    fill_desk(office, MANY, groups=GROUPS, arabic=range(1, MANY, 2))
    want, told = dict.fromkeys(range(1, MANY + 1), "confirmed"), []
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, language)
        page.on("console", lambda said: told.append(said.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.goto("/triage")
        hands = Keyboard(page)
        boxes = [page.locator(one).bounding_box() for one in (".queue", "#reading")]
        is_mirrored = boxes[0]["x"] > boxes[1]["x"]
        assert is_mirrored is (language is Language.ARABIC)
        hands.press("j")
        hands.at(MANY - 1)
        hands.press("k")
        hands.at(MANY)
        hands.press("t")
        for line in range(MANY, 0, -1):
            group = next((one for one in GROUPS if line in one), None)
            if group is not None and line != group[0]:
                continue
            hands.at(line)
            if group is not None:
                hands.press("Shift+A")
            elif line % 5 == 0:
                hands.press("x", str(line // 5 % 6 + 1))
                want[line] = "rejected"
            else:
                hands.press("a")
        hands.at(0)
        hands.hears("1")
        expect(page.locator("#left")).to_have_text("0")
        assert decisions(office) == want
        assert reason_of(office, 60) == "another-edition"
        assert reason_of(office, 5) == "another-event"
        hands.press("z")
        hands.at(1)
        assert decisions(office) == want | {1: "proposed"}
        hands.press("x", "7")
        page.keyboard.type("jzax")
        assert decisions(office)[1] == "proposed", "keys are words while one types"
        hands.press("Enter")
        hands.at(0)
        expect(page.locator("#left")).to_have_text("0")
        assert (decisions(office)[1], reason_of(office, 1)) == ("rejected", "other")
    assert told == []
    with office.database.read() as session:
        assert session.get_one(Coverage, MANY).tone == "positive"
