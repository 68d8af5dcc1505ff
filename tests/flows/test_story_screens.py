"""A text and its copies are one line that folds out: in a real browser, FR and AR."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from screen_makers import an_office, cookie, fill
from served_office import served
from sqlalchemy import select

from app.migrations.history import upgrade
from app.reviews.lines import by_story, in_report
from app.web.sessions import COOKIE
from core.models import Outlet
from core.values import Language, Role
from monitor import report
from monitor.models import Article, Coverage, Story

RULES = ["color-contrast", "link-name", "valid-lang", "list", "summary-name"]
PHONE = {"width": 360, "height": 740}
AGENCY = "Maghreb Arabe Presse"


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        upgrade(opened.database)
        fill(opened)
        with opened.database.write() as session:
            tell(session, opened.clock.now())
        yield opened


def tell(session, now):
    """An agency's text in four outlets, one of which has it twice, and a light rewrite."""
    outlets = ["Le Quotidien", AGENCY, "الصحيفة", "Le Soir", "Le Quotidien"]
    found = [
        covering(session, outlet, number, at=now + timedelta(hours=number))
        for number, outlet in enumerate(outlets)
    ]
    follow(session, found, origin=found[1], agency="MAP", now=now)
    again = [
        covering(session, "La Revue", 10 + number, at=now + timedelta(days=1))
        for number in range(2)
    ]
    follow(session, again, origin=again[0], rewrites=found[0].story_id, now=now)


def covering(session, outlet, number, *, at):
    kind = "agency" if outlet == AGENCY else "daily"
    row = session.scalar(select(Outlet).where(Outlet.name == outlet))
    row = row or Outlet(name=outlet, kind=kind)
    session.add(row)
    session.flush()
    article = Article(
        outlet_id=row.id,
        url=f"https://o.test/{number}",
        address_hash=number,
        title=f"Titre {number}",
        title_hash=number,
        language="fr",
        published_at=at,
        published_as="moment",
        first_seen_at=at,
    )
    session.add(article)
    session.flush()
    session.add(
        Coverage(
            article_id=article.id,
            release_id=1,
            label="reprint",
            score=0.9,
            reasons=[],
            passages=[],
            found_at=at,
            decision="proposed",
        )
    )
    return article


def follow(session, articles, *, origin, now, agency="", rewrites=None):
    story = Story(
        origin_id=origin.id,
        agency=agency,
        rewrites_id=rewrites,
        articles=len(articles),
        first_at=now,
        last_at=now,
    )
    session.add(story)
    session.flush()
    for one in articles:
        one.story_id = story.id
    session.flush()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "copies", "again"),
    [
        (Language.FRENCH, "+3 copies", "Publié à nouveau dans le même titre"),
        (Language.ARABIC, "+3", "نُشر مجدداً في المنبر نفسه"),
    ],
)
def test_copies_fold_out_under_whose_text_it_is(
    browser, office, language, copies, again
):
    with served(office) as base:
        context = browser.new_context(base_url=base, viewport=PHONE)
        jar = {COOKIE: cookie(office, Role.WATCHER), "parution_language": str(language)}
        context.add_cookies(
            [{"name": n, "value": v, "url": base} for n, v in jar.items()]
        )
        page = context.new_page()
        page.goto("/coverage")
        agency = page.locator("article.row", has_text=copies)
        assert agency.locator("strong").first.inner_text() == AGENCY
        folded = agency.locator("details.copies-of")
        assert not folded.locator("li").first.is_visible()
        folded.locator("summary").click()
        assert folded.locator("li").count() == 4
        assert folded.locator("li").first.is_visible()
        rewrite = page.locator("article.row", has_text=again)
        assert AGENCY in rewrite.inner_text()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"]
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, found.generate_report()


def test_an_outlet_that_prints_a_text_twice_is_one_copy_in_a_report(office):
    with office.database.read() as session:
        groups = by_story(report.coverage(session))
    lines = {group[0].outlet: in_report(group, excerpt=300) for group in groups}
    assert (lines[AGENCY].copies, len(lines[AGENCY].articles)) == (3, 5)
    assert lines["La Revue"].copies == 0
    assert lines[AGENCY].taken_from == ""
