"""Kill -9 in the middle of a dispatch: nobody lost, nobody mailed twice (S1 to S3)."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from sending_ground import (
    CONNECTIONS,
    NOON,
    PIPELINE,
    RULES,
    a_dispatch,
    a_sink,
    a_worker,
    assert_nobody_lost_or_doubled,
    in_doubt,
    settings,
    state_of,
    until_done,
    watching,
)
from sqlalchemy import func, select

from core.clock import StoppedClock
from core.ids import CountedIds, RandomIds
from core.keys import Links
from distributor.channels.base import Outcome, Sent, Verdict
from distributor.models import Attempt, Delivery
from distributor.sending.delivery import Sending

RECIPIENTS = 2_000
KILLS = 20


def test_twenty_kills_lose_nobody_and_mail_nobody_twice(database, tmp_path):
    dispatch_id = a_dispatch(database, count=RECIPIENTS, ids=RandomIds())
    doubts = [0]
    with a_sink() as sink:
        checker = watching(database, sink)
        for number in range(KILLS):
            with a_worker(database, tmp_path, sink.port):
                wanted = (number + 1) * (RECIPIENTS // (KILLS + 5))
                assert sink.wait_for(wanted), "the worker stands still"
            sink.outside.deaths += 1
            checker.demand(now=NOON)
            doubts.append(in_doubt(database))
            assert state_of(database, dispatch_id) == "running"
        with a_worker(database, tmp_path, sink.port):
            until_done(database, dispatch_id)
    _, unsure = assert_nobody_lost_or_doubled(
        database, sink, recipients=RECIPIENTS, deaths=KILLS, checker=checker
    )
    for before, after in pairwise(doubts):
        assert after - before <= CONNECTIONS * PIPELINE, "one kill's doubt has a bound"
    # The flight log says what was begun: only what was in the air stays in doubt.
    assert len(unsure) <= KILLS * CONNECTIONS
    with database.read() as session:
        attempts = session.scalars(select(Attempt)).all()
        assert set(session.scalars(select(Delivery.attempts))) <= {1, 2, 3}
    assert {one.verdict for one in attempts} <= {"accepted", "back", ""}


class Killed(BaseException):
    """Stands for kill -9: nothing below may catch it."""


class Deadly:
    """A channel that dies at one point, for the third message."""

    name = "smtp"
    wants_parts = False
    signs = False
    depth = 1

    def __init__(self, point):
        self.point = point
        self.kept = []

    def connect(self):
        if self.point == "after lease":
            raise Killed
        return self

    def send(self, messages):
        (message,) = messages
        third = len(self.kept) == 2
        if third and self.point == "after intent":
            raise Killed
        self.kept.append(message.token)
        if third and self.point == "after accept":
            raise Killed
        return Sent(outcomes=[Outcome(verdict=Verdict.ACCEPTED, answer="250 ok")])

    def close(self):
        pass


@pytest.mark.parametrize(
    ("point", "unsure", "free", "left_to_send"),
    [("after lease", 0, 5, 6), ("after intent", 1, 2, 3), ("after accept", 1, 2, 3)],
)
def test_a_kill_at_each_point_leaves_at_most_one_doubt(
    database, point, unsure, free, left_to_send
):
    ids = CountedIds()
    dispatch_id = a_dispatch(database, count=6, ids=ids)
    timer = StoppedClock(NOON)

    def tick(channel):
        return Sending(
            database=database,
            clock=StoppedClock(NOON),
            timer=timer,
            ids=ids,
            channels={"smtp": channel},
            links=Links(["key"]),
            settings=settings(sending={"connections": 1}),
            zone_rules=RULES,
        ).tick()

    deadly, heir = Deadly(point), Deadly("never")
    with pytest.raises(Killed):
        tick(deadly)
    assert tick(heir) == free, "the dead worker's leases still hold"
    timer.wait(timedelta(seconds=121))
    tick(heir)

    assert len(heir.kept) == left_to_send
    assert not set(heir.kept) & set(deadly.kept)
    with database.read() as session:
        states = Counter(session.scalars(select(Delivery.state)))
        cut_off = session.scalar(select(func.count()).where(Attempt.ended_at.is_(None)))
    assert states == Counter(accepted=6 - unsure, unsure=unsure) - Counter()
    assert cut_off == unsure, "the attempt that was cut off is on record"
    assert state_of(database, dispatch_id) == "done"
