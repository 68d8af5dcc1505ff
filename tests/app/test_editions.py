from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.reviews import editions
from core.models import Outlet, Release, Version
from core.settings import Settings
from monitor.models import Article, Coverage, Poll, Source

DAY = date(2026, 11, 24)


@pytest.fixture
def settings():
    return Settings()


def an_article(session, outlet, *, number, at, story=None, release=None):
    article = Article(
        outlet_id=outlet.id,
        url=f"https://outlet.test/{number}",
        address_hash=number,
        title=f"Titre {number}",
        title_hash=number,
        language="fr",
        published_at=at,
        first_seen_at=at,
        excerpt="x" * 400,
        story_id=story,
    )
    session.add(article)
    session.flush()
    if release is not None:
        session.add(
            Coverage(
                article_id=article.id,
                release_id=release.id,
                label="reprint",
                score=0.9,
                reasons=[],
                passages=[],
                found_at=at,
                decision="proposed",
            )
        )
        session.flush()
    return article


@pytest.fixture
def newsroom(database, clock):
    """A release, two outlets' copies of one story, one source read and one blocked."""
    now = clock.now()
    with database.write() as session:
        release = Release(
            number="112/2026",
            kind="communique",
            zone="Africa/Casablanca",
            created_at=now,
        )
        release.versions = [
            Version(language="fr", title="Rencontre", body="Texte", file_name="a.fr.md")
        ]
        outlet, another = Outlet(name="Le Quotidien"), Outlet(name="Le Soir")
        session.add_all([release, outlet, another])
        session.flush()
        early = now - timedelta(hours=6)
        first = an_article(session, outlet, number=1, at=early, release=release)
        first.story_id = first.id
        an_article(
            session,
            another,
            number=2,
            at=early + timedelta(minutes=5),
            story=first.id,
            release=release,
        )
        for url, outcome, state in (
            ("https://a.test/feed", "read", "ok"),
            ("https://b.test/feed", "blocked", "blocked"),
        ):
            source = Source(
                outlet_id=outlet.id,
                kind="feed",
                url=url,
                options={},
                state=state,
                state_since=early,
                interval_seconds=600,
                next_poll_at=now,
            )
            session.add(source)
            session.flush()
            session.add(Poll(source_id=source.id, began_at=early, outcome=outcome))
    return database


def frozen(database, settings, day, now):
    with database.write() as session:
        return editions.freeze(session, day=day, settings=settings, now=now)


def shown(database, settings, day, now):
    with database.read() as session:
        return editions.preview(session, day=day, settings=settings, now=now)


def test_copies_of_one_story_are_one_line(newsroom, settings, clock):
    report = shown(newsroom, settings, DAY, clock.now())
    (releases,) = (part for part in report.sections if part.key == "releases")
    (line,) = releases.lines
    assert (line.title, line.copies) == ("Titre 1", 1)


def test_an_outlet_that_prints_a_text_twice_is_no_further_copy(
    newsroom, settings, clock
):
    with newsroom.write() as session:
        first, copy = session.scalars(select(Article).order_by(Article.id))
        copy.outlet_id = first.outlet_id
    report = shown(newsroom, settings, DAY, clock.now())
    (releases,) = (part for part in report.sections if part.key == "releases")
    (line,) = releases.lines
    assert (line.title, line.copies) == ("Titre 1", 0)


def test_a_review_quotes_no_more_than_the_setting_allows(newsroom, settings, clock):
    report = shown(newsroom, settings, DAY, clock.now())
    (releases,) = (part for part in report.sections if part.key == "releases")
    assert len(releases.lines[0].excerpt) == 300


def test_the_review_says_how_many_sources_were_read(newsroom, settings, clock):
    report = shown(newsroom, settings, DAY, clock.now())
    assert (report.completeness.read, report.completeness.total) == (1, 2)
    assert [source.state for source in report.completeness.silent] == ["blocked"]


def test_a_preview_consumes_nothing(newsroom, settings, clock):
    first = shown(newsroom, settings, DAY, clock.now())
    assert shown(newsroom, settings, DAY, clock.now()) == first


def test_an_edition_is_frozen_once(newsroom, settings, clock):
    assert frozen(newsroom, settings, DAY, clock.now()) is True
    assert frozen(newsroom, settings, DAY, clock.now()) is False


def test_a_frozen_edition_no_longer_changes(newsroom, settings, clock):
    before = shown(newsroom, settings, DAY, clock.now())
    frozen(newsroom, settings, DAY, clock.now())
    with newsroom.write() as session:
        for coverage in session.query(Coverage):
            coverage.decision = "rejected"
    assert shown(newsroom, settings, DAY, clock.now() + timedelta(hours=1)) == before


def test_an_article_appears_once_across_editions(newsroom, settings, clock):
    frozen(newsroom, settings, DAY, clock.now())
    following = shown(newsroom, settings, DAY + timedelta(days=1), clock.now())
    assert [part for part in following.sections if part.key == "releases"] == []


def test_the_job_freezes_at_its_hour_and_not_before(newsroom, settings, clock):
    (job,) = editions.jobs(database=newsroom, clock=clock, settings=settings)
    clock.move_to(datetime(2026, 11, 24, 7, 59, tzinfo=UTC))
    assert job.run() == 0
    assert job.next_due() == datetime(2026, 11, 24, 8, tzinfo=UTC)
    clock.move_to(datetime(2026, 11, 24, 8, tzinfo=UTC))
    assert job.run() == 1
    assert job.run() == 0
    assert job.next_due() == datetime(2026, 11, 25, 8, tzinfo=UTC)


def test_no_edition_falls_on_a_weekend(newsroom, settings, clock):
    (job,) = editions.jobs(database=newsroom, clock=clock, settings=settings)
    clock.move_to(datetime(2026, 11, 28, 10, tzinfo=UTC))
    assert job.run() == 0
    assert job.next_due() == datetime(2026, 11, 30, 8, tzinfo=UTC)
