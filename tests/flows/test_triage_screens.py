"""Coverage is decided by key, one after the other: in a real browser, in French and Arabic."""

import pytest
from screen_makers import an_office, fill
from screens import fits, person
from served_office import served

from app.migrations.history import upgrade
from core.models import Outlet
from core.values import Language, Role
from monitor.models import Article, Coverage, CoverageDecision, Story

TEXT = "La rencontre des agences se tient mercredi à Rabat, dit le ministère."


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        upgrade(opened.database)
        fill(opened)
        with opened.database.write() as session:
            for number in range(1, 6):
                proposal(session, opened.clock.now(), number)
        yield opened


def proposal(session, now, number):
    """The last two are copies of one text."""
    outlet = Outlet(name=f"Outlet {number}")
    session.add(outlet)
    session.flush()
    article = Article(
        outlet_id=outlet.id,
        url=f"https://o{number}.test/1",
        address_hash=number,
        title=f"Titre {number}",
        title_hash=number,
        language="fr",
        first_seen_at=now,
        full_text=TEXT,
    )
    session.add(article)
    session.flush()
    if number == 4:
        session.add(
            Story(id=1, origin_id=article.id, first_at=now, last_at=now, articles=2)
        )
    if number >= 4:
        session.flush()
        article.story_id = 1
    session.add(
        Coverage(
            article_id=article.id,
            release_id=1,
            label="mention",
            score=0.6,
            reasons=[{"code": "in-time", "days": "1"}],
            passages=[],
            signs={"core": 0.5, "kind": 1.0, "names": 0.2, "sure": 0.6},
            found_at=now,
            decision="proposed",
        )
    )


def decisions(office):
    with office.database.read() as session:
        return {row.id: row.decision for row in session.query(Coverage)}


def press(page, key, to):
    with page.expect_navigation(url=f"**/coverage/{to}*"):
        page.keyboard.press(key)


@pytest.mark.browser
@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_proposals_are_decided_by_key_one_after_the_other(browser, office, language):
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, language)
        page.goto("/coverage/1")
        press(page, "y", 2)
        assert decisions(office)[1] == "confirmed"
        press(page, "u", 1)
        assert decisions(office)[1] == "proposed"
        press(page, "y", 2)
        page.keyboard.press("n")
        page.keyboard.press("1")
        press(page, "Enter", 3)
        assert decisions(office)[2] == "rejected"
        with office.database.read() as session:
            last = session.query(CoverageDecision).all()[-1]
        assert (last.rejection, last.by) == ("another-edition", Role.WATCHER)
        press(page, "j", 4)
        press(page, "k", 3)
        press(page, "j", 4)
        press(page, "Shift+Y", 3)
        assert decisions(office) == {
            1: "confirmed",
            2: "rejected",
            3: "proposed",
            4: "confirmed",
            5: "confirmed",
        }
        press(page, "u", 4)
        assert {decisions(office)[one] for one in (4, 5)} == {"proposed"}


@pytest.mark.browser
def test_a_key_turns_the_tone_and_decides_nothing(browser, office):
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, Language.ARABIC)
        page.goto("/coverage/1")
        for tone in ("positive", "neutral", "negative", ""):
            press(page, "t", "1#said")
            with office.database.read() as session:
                assert session.get(Coverage, 1).tone == tone
        assert decisions(office)[1] == "proposed"


@pytest.mark.browser
def test_a_key_shows_the_keys_and_hides_them(browser, office):
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, Language.FRENCH)
        page.goto("/coverage/1")
        page.keyboard.press("?")
        assert page.locator("details.keys dl").is_visible()
        page.keyboard.press("?")
        assert not page.locator("details.keys dl").is_visible()
        assert set(decisions(office).values()) == {"proposed"}


@pytest.mark.browser
def test_the_list_is_narrowed_to_one_release(browser, office):
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, Language.FRENCH)
        page.goto("/coverage?show=proposed")
        page.get_by_role("button", name="Afficher").click()
        assert "release=1" in page.url
        assert "show=proposed" in page.url


@pytest.mark.browser
def test_keys_do_nothing_while_a_word_is_typed(browser, office):
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, Language.FRENCH)
        page.goto("/coverage/1")
        page.keyboard.press("n")
        page.locator(".reject input[name=because]").fill("")
        page.locator(".reject input[name=because]").press_sequentially("yujk")
        assert page.locator(".reject input[name=because]").input_value() == "yujk"
        assert set(decisions(office).values()) == {"proposed"}


@pytest.mark.browser
@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_the_pages_fit_a_phone_and_are_easy_to_read(browser, office, language):
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, language)
        for path in ("/coverage", "/coverage/4", "/lessons", "/releases/1/profile"):
            page.goto(path)
            fits(page, language, path)
