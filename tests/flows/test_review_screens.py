"""The morning's review by its officer: in a real browser, by key, in French and in Arabic."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from report_makers import EXCERPTS, OUTLETS, TITLES
from screen_makers import an_office, fill
from screens import fits, person
from served_office import served

from app.migrations.history import upgrade
from app.reviews import editions
from app.reviews.edits import Edits
from core.models import Outlet
from core.values import Language, Role
from distributor.models import MailingList
from monitor.models import Article, Watch, WatchMatch

DAY = "/review/2026-11-24"
EDIT = f"{DAY}/morning/edit"
WRITTEN = {Language.FRENCH: "Un mot du matin.", Language.ARABIC: "كلمة الصباح."}


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        upgrade(opened.database)
        fill(opened)
        with opened.database.write() as session:
            session.add(MailingList(name="قراء lecteurs"))
            publish(session, clock.now() - timedelta(hours=6))
        yield opened


def publish(session, at):
    """Seven articles of two watches, in both scripts."""
    watches = [
        Watch(name=name, query=name, created_at=at) for name in ("Habitat", "التعمير")
    ]
    session.add_all(watches)
    for number, (name, arabic, language) in enumerate(OUTLETS):
        outlet = Outlet(name=name, name_ar=arabic)
        session.add(outlet)
        session.flush()
        article = Article(
            outlet_id=outlet.id,
            url=f"https://o{number}.test/1",
            address_hash=number,
            title=TITLES[language][number % 4],
            title_hash=number,
            language=language,
            published_at=at + timedelta(minutes=number),
            first_seen_at=at,
            excerpt=EXCERPTS[language],
        )
        session.add(article)
        session.flush()
        session.add(
            WatchMatch(
                watch_id=watches[number % 2].id,
                article_id=article.id,
                found_at=at,
                passages=[],
            )
        )


def edition(office):
    with office.database.read() as session:
        return editions.edition(session, "2026-11-24/morning")


def order(page):
    return [
        int(one.get_attribute("value"))
        for one in page.locator("#builder input[name=order]").all()
    ]


def keep(page):
    with page.expect_navigation():
        page.locator("#builder button.primary").click()


@pytest.mark.browser
@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_the_officer_moves_writes_validates_and_sees_it(browser, office, language):
    told = []
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, language)
        page.on("console", lambda said: told.append(said.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.goto(DAY)
        page.locator("form[action$='/freeze'] button").click()
        page.locator(f"a[href='{EDIT}']").click()
        first, second, *others = order(page)
        line = page.locator(".builder-line").first
        line.focus()
        page.keyboard.press("Control+ArrowDown")
        assert order(page) == [second, first, *others]
        page.keyboard.press("Control+ArrowUp")
        assert order(page) == [first, second, *others]
        page.keyboard.press("Control+ArrowDown")
        # Its number stays with it until this is kept: the line written rests on it.
        page.locator(f"textarea[name={language}]").fill(WRITTEN[language])
        page.locator("input[name=numbers]").fill("1")
        keep(page)
        assert order(page) == [second, first, *others]
        assert page.locator("input[name=numbers]").first.input_value() == "2"
        page.goto(DAY)
        page.locator("form[action$='/validate'] button").click()
        expect(page.locator(".state-validated")).to_be_visible()
        expect(page.get_by_text(WRITTEN[language])).to_be_visible()
    assert told == []
    (kept,) = Edits.from_row(edition(office).edits).essentials
    assert kept.articles == (first,)
    assert (edition(office).state, edition(office).validated_by) == (
        "validated",
        Role.WATCHER,
    )


@pytest.mark.browser
def test_buttons_move_a_line_at_once_and_enter_keeps_it(browser, office):
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, Language.FRENCH)
        page.goto(EDIT)
        before = order(page)
        page.locator("button[name=down]").first.click()
        assert page.url.endswith(EDIT)
        moved = [before[1], before[0], *before[2:]]
        assert order(page) == moved
        page.locator("textarea[name=fr]").fill("Un mot.")
        page.locator("input[name=numbers]").fill("1")
        with page.expect_navigation():
            page.locator("input[name=numbers]").press("Enter")
        assert order(page) == moved
        page.goto("/review-plan")
        with page.expect_navigation():
            page.locator("input[value=language-first]").check()
            page.locator("#builder button.primary").click()
        assert page.locator("input[value=language-first]").is_checked()


@pytest.mark.browser
def test_a_line_is_dragged_and_page_one_is_counted_anew(browser, office):
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, Language.ARABIC)
        page.goto(EDIT)
        before = order(page)
        handles = page.locator(".builder-lines").first.locator(".handle")
        start, end = handles.nth(0).bounding_box(), handles.nth(1).bounding_box()
        page.mouse.move(start["x"] + 8, start["y"] + 8)
        page.mouse.down()
        page.mouse.move(end["x"] + 8, end["y"] + 30, steps=4)
        page.mouse.up()
        moved = [before[1], before[0], *before[2:]]
        assert order(page) == moved
        page.locator("textarea[name=fr]").first.fill("m" * 400)
        expect(page.locator("#first-page")).to_contain_text("5")
        page.locator("input[name=numbers]").first.fill("1")
        keep(page)
        assert order(page) == moved


@pytest.mark.browser
@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_screens_of_the_review_fit_a_phone_and_can_be_read(browser, office, language):
    with served(office) as base:
        page = person(browser, base, office, Role.WATCHER, language)
        for path in ("/review", DAY, EDIT, "/review-plan", "/review-readers"):
            page.goto(path)
            fits(page, language, path, rules=None)
        # What was refused, and what was left out, have words of their own.
        page.goto(EDIT)
        page.locator("#builder input[name=left_out]").last.check()
        keep(page)
        page.locator("textarea[name=fr]").last.fill("Un mot.")
        page.locator("input[name=numbers]").last.fill("77")
        keep(page)
        assert page.locator("fieldset [aria-invalid]").input_value() == "77"
        fits(page, language, "refused", rules=None)
        page.goto("/review-readers")
        page.locator("form.readers input[name=name]").fill("Cabinet")
        with page.expect_navigation():
            page.locator("form.readers button.primary").click()
        assert page.locator("article.row").count() == 1
        fits(page, language, "readers", rules=None)
