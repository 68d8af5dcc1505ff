"""Workers of a fleet share the polls: one is killed, one comes, and no article is lost or twice."""

from collections import Counter
from datetime import timedelta

import pytest
from farm_sources import add_sources
from feed_farm import NOON, FeedFarm
from fleet_ground import a_worker, an_office, until
from sqlalchemy import func, or_, select, text, update

from monitor.intake.identity import canonical
from monitor.models import Article, Poll, Sighting, Source

pytestmark = pytest.mark.postgres

SITES = 48
JOBS = ["poll", "read", "sift"]


@pytest.fixture
def database(postgres_url):
    with an_office(postgres_url) as opened:
        yield opened


def listens(farm):
    return {
        "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
        "channels": {"smtp": {"host": "127.0.0.1"}},
        "fetch": {
            "allow_networks": "127.0.0.0/8",
            "hosts": farm.hosts,
            "pace_seconds": 0,
        },
        # One after the other, so that whoever comes finds something left to do.
        "fleet": {"shares": 16, "concurrency": 1},
    }


def count(database, asked):
    with database.read() as session:
        return session.scalar(asked)


def all_are_due(database):
    """What time does: each source is due again, and the leases of the dead run out."""
    with database.write() as session:
        # Not row by row beside the workers, who take theirs in an order of their own.
        session.execute(text("LOCK TABLE source IN SHARE ROW EXCLUSIVE MODE"))
        session.execute(
            update(Source).values(
                next_poll_at=NOON - timedelta(minutes=1), lease=None, leased_until=None
            )
        )
    with database.write() as session:
        session.execute(text("LOCK TABLE article IN SHARE ROW EXCLUSIVE MODE"))
        session.execute(update(Article).values(reading_until=None))
        session.execute(
            text("UPDATE article SET sift_at = :past WHERE sift_at IS NOT NULL"),
            {"past": NOON - timedelta(days=1)},
        )


def test_one_dies_one_comes_and_each_article_is_there_once(
    database, postgres_url, tmp_path
):
    polls = select(func.count()).select_from(Poll)
    unpolled = (
        select(func.count())
        .select_from(Source)
        .where(or_(Source.lease.is_not(None), Source.next_poll_at <= NOON))
    )
    unsifted = (
        select(func.count()).select_from(Article).where(Article.sift_at.is_not(None))
    )
    with FeedFarm(feeds=SITES, entries=(4, 6), latency=0.4) as farm:
        given = (postgres_url, tmp_path)
        how = {"settings": listens(farm), "jobs": JOBS}
        with (
            a_worker(*given, "one", **how) as one,
            a_worker(*given, "two", **how) as two,
        ):
            until(lambda: one.is_ticking() and two.is_ticking(), "they do not start")
            add_sources(database, farm.feeds, now=NOON)
            until(lambda: count(database, polls), "nothing is polled")
            assert farm.statistics()["most_in_flight"] == 1, "a site is asked by one"
            one.kill()
            with a_worker(*given, "three", **how) as three:
                until(three.is_ticking, "the third does not start")
                all_are_due(database)
                until(
                    lambda: not count(database, unpolled), "not every source is polled"
                )
                until(lambda: not count(database, unsifted), "not every one is sifted")
                two.end()
                three.end()
        published = Counter(canonical(each["url"]) for each in farm.truth())
    with database.read() as session:
        stored = session.execute(select(Article.id, Article.url)).all()
        sightings = session.scalars(select(Sighting.article_id)).all()
    assert Counter(canonical(row.url) for row in stored) == published
    assert set(published.values()) == {1}, "each article, and each once"
    assert Counter(sightings) == Counter(row.id for row in stored)
    assert two.did("poll")
    assert three.did("poll"), "who comes takes a share"
