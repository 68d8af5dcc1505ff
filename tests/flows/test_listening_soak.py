"""Three weeks of listening in less than a minute: what was published is found or named lost.

`make bench ONLY=soak` does the same with 2,000 sources.
"""

from datetime import timedelta

import pytest
import soak_ground
from feed_farm import FeedFarm

SITES = 50
DAYS = 20


@pytest.fixture(scope="module")
def soaked(tmp_path_factory):
    with FeedFarm(
        feeds=SITES,
        names=True,
        now=soak_ground.BEGIN,
        entries=(12, 20),
        rate=6,
        volatile=0.2,
    ) as farm:
        return soak_ground.soak(
            farm,
            farm.feeds,
            farm.hosts,
            tmp_path_factory.mktemp("soak"),
            days=DAYS,
            step=timedelta(minutes=90),
            seconds=1,
            floor_minutes=120,
        )


def test_every_article_is_found_or_its_loss_is_named(soaked):
    assert soak_ground.unnamed_losses(soaked) == []


def test_something_was_published_and_something_ailed(soaked):
    """The others would be true of an office that slept."""
    assert len(soaked.truth) > 4_000
    assert soaked.polls > 4_000
    assert {state for state, _ in soaked.states.values()} >= {
        "ok",
        "blocked",
        "failing",
    }


def test_nothing_is_invented_or_kept_twice(soaked):
    assert soak_ground.inventions(soaked) == []


def test_a_site_that_ails_is_shown_as_what_it_is(soaked):
    assert soak_ground.misnamed(soaked) == []


def test_every_pass_asks_all_that_is_due(soaked):
    assert soaked.left_due == 0
    # A day is the slowest, a tenth later by jitter, and a pass is made each ninety minutes.
    assert soak_ground.longest_silence(soaked) <= timedelta(hours=24 * 1.1 + 1.5)


def test_a_site_is_asked_once_at_a_time_and_seldom(soaked):
    assert soaked.statistics["most_in_flight"] == 1
    # A look each two hours at most, some of them with redirects, and robots.txt.
    assert max(soaked.statistics["feeds"].values()) <= (DAYS + 2) * 14


def test_memory_stays_flat(soaked):
    assert soaked.resident[-1] - soaked.resident[5] < 40
