"""Case 60: of 300 sources one hangs; the others keep their cadence, and each site its peace."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from statistics import median
from threading import Timer
from time import monotonic, sleep

import pytest
from feed_farm import FeedFarm
from listening_ground import listening
from sqlalchemy import select

from monitor.models import Poll

SITES = 150
# Office time runs 150 times faster: the briskest source is read each 10 minutes, in 4 s. The
# source that hangs holds a fetch for as long, where in an office it is a fortieth: whoever
# waited for it would be read half as often.
FASTER = 150
FLOOR = timedelta(minutes=10)
LONGEST = 4  # seconds
LASTS = 25  # seconds
HANGING = 7
# Passes of one worker at once, as its job says.
AT_ONCE = 3


class FastClock:
    """Office time that runs faster than the machine's."""

    def __init__(self, begin):
        self._begin = begin
        self._started = monotonic()

    def now(self):
        return self._begin + timedelta(seconds=(monotonic() - self._started) * FASTER)


@pytest.fixture(scope="module")
def farm():
    with FeedFarm(feeds=SITES, names=True, validators="etag", latency=0.005) as opened:
        yield opened


@pytest.fixture
def opened(database, farm, clock, ids):
    """Two sources on each site, all of the first tier."""
    urls = farm.feeds + [f"{url}-true" for url in farm.feeds]
    farm.clear()
    with listening(
        database,
        farm,
        clock=FastClock(clock.now()),
        ids=ids,
        urls=urls,
        sources={"tiers": (1,), "interval_seconds": 60},
        fetch={"total_seconds": LONGEST},
        polling={"floor_minutes": FLOOR // timedelta(minutes=1)},
    ) as pipeline:
        yield pipeline


def test_the_others_keep_their_cadence_and_each_site_its_peace(opened, farm, database):
    farm.spoil(HANGING, "hang")
    Timer(LASTS, opened.stopping.set).start()

    def ticks():
        while not opened.stopping.is_set():
            opened.run_due()
            sleep(0.01)

    # As in a worker: while one pass waits for the source that hangs, the next ones begin.
    with ThreadPoolExecutor(AT_ONCE) as workers:
        for ticking in [workers.submit(ticks) for _ in range(AT_ONCE)]:
            ticking.result()
    looks = {}
    with database.read() as session:
        for source, at in session.execute(
            select(Poll.source_id, Poll.began_at).order_by(Poll.began_at)
        ):
            looks.setdefault(source, []).append(at)
    assert len(looks) == 2 * SITES
    gaps = [
        later - earlier
        for source, moments in looks.items()
        if source != HANGING + 1
        # The first pass brings all of a source's entries; its rhythm begins after it.
        for earlier, later in pairwise(moments[1:])
    ]
    assert len(gaps) > SITES, "most sources were read again and again"
    assert median(gaps) <= FLOOR * 1.5
    assert farm.statistics()["most_in_flight"] == 1


def test_we_say_who_we_are_and_how_to_reach_us(opened, farm):
    opened.run_one(1)
    (agent,) = farm.statistics()["agents"]
    assert agent.startswith("Parution/")
    assert "mailto:" in agent
