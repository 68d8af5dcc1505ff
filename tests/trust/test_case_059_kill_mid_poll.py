"""Case 59: a worker killed at any instant of a poll loses no article and logs none twice."""

import os
import random
import select as waiting
import signal
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from farm_sources import add_sources
from feed_farm import NOON, FeedFarm
from sqlalchemy import select, text, update

from monitor.intake.identity import canonical
from monitor.models import Article, Poll, Sighting, Source
from monitor.models.search_index import TABLE

ROOT = Path(__file__).parents[2]
KILLS = 14
SITES = 25
STEP = 12  # hours from a pass of the worker to its next
PASSES = 3
_DEADLINE = 60


@contextmanager
def a_worker(database, hour):
    process = subprocess.Popen(
        [
            sys.executable,
            str(Path(__file__).with_name("listening_worker.py")),
            str(database.engine.url),
            str(hour),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()


def wait_for_a_request(farm):
    """Until the worker has asked for something: it is in the midst of a pass."""
    for _ in range(_DEADLINE * 100):
        if farm.statistics()["requests"]:
            return
        waiting.select([], [], [], 0.01)
    raise AssertionError("the worker asked for nothing")


def passes(process):
    """Wait until the worker finished its first passes; answers the hours it lived through."""
    for _ in range(PASSES):
        ready, _, _ = waiting.select([process.stdout], [], [], _DEADLINE)
        assert ready, "the worker stands still"
        assert process.stdout.readline() == b"passed\n"
    return STEP * PASSES


def killed(process):
    """End the worker; answers the hours that it lived through since it was last looked at.

    How many passes it makes before a signal reaches it is the machine's affair; whoever comes
    after it must begin later than its last one.
    """
    process.send_signal(signal.SIGKILL)
    process.wait()
    return STEP * (process.stdout.read().count(b"passed\n") + 1)


def end_leases(database):
    """What time does: the leases of a dead worker run out."""
    with database.write() as session:
        session.execute(update(Source).values(lease=None, leased_until=None))
        session.execute(update(Article).values(reading_until=None))
        session.execute(
            text("UPDATE article SET sift_at = '2026-01-01' WHERE sift_at IS NOT NULL")
        )


def test_kills_at_any_instant_lose_no_article_and_store_none_twice(database):
    chance = random.Random(59)  # noqa: S311 - when to kill, the same in every run
    # Feeds show their latest entries: they must be longer than the kills are many.
    with FeedFarm(feeds=SITES, entries=(KILLS + 3, KILLS + 10)) as farm:
        add_sources(database, farm.feeds, now=NOON)
        hour = 24
        for kill in range(KILLS):
            farm.clear()
            with a_worker(database, hour) as process:
                wait_for_a_request(farm)
                waiting.select([], [], [], chance.random() * 0.25)
                hour += killed(process)
            end_leases(database)
            if not kill:
                # What the first look misses was published before we listened.
                with a_worker(database, hour) as process:
                    hour += passes(process) + killed(process)
            farm.tick(new=1)
        with a_worker(database, hour) as process:
            passes(process)
        published = farm.truth()
    with database.read() as session:
        stored = session.execute(
            select(
                Article.id, Article.url, Article.sift_at, Article.outlet_id
            ).order_by(Article.id)
        ).all()
        sightings = session.scalars(select(Sighting.article_id)).all()
        indexed = session.scalar(text(f"SELECT count(*) FROM {TABLE}"))  # noqa: S608 - our own name
        polls = session.execute(
            select(Poll.source_id, Poll.began_at).order_by(Poll.source_id, Poll.id)
        ).all()
    wanted = Counter(canonical(one["url"]) for one in published)
    assert Counter(canonical(row.url) for row in stored) == wanted, (
        "each article, and each once"
    )
    assert set(wanted.values()) == {1}
    assert Counter(sightings) == Counter(row.id for row in stored)
    assert [row.url for row in stored if row.sift_at is not None] == []
    assert indexed == len(stored), "each is in the index once"
    for one, after in pairwise(polls):
        assert one.source_id != after.source_id or one.began_at <= after.began_at
