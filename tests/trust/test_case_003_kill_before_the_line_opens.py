"""A worker that dies before its line to the server opens: nobody is in doubt, all are sent once."""

from datetime import timedelta

import pytest
from sending_ground import NOON, RULES, a_dispatch, settings
from sqlalchemy import select

from core.clock import StoppedClock
from core.ids import CountedIds
from core.keys import Links
from distributor.channels.base import Outcome, Sent, Verdict
from distributor.models import Attempt, Delivery
from distributor.sending.delivery import Sending


class Killed(BaseException):
    """Stands for kill -9: nothing below may catch it."""


class Box:
    name = "smtp"
    depth = 3
    wants_parts = False
    signs = False
    by_hand = False

    def __init__(self, *, dies):
        self.dies = dies
        self.kept = []

    def connect(self):
        if self.dies:
            raise Killed
        return self

    def send(self, messages):
        self.kept += [message.recipient for message in messages]
        return Sent(outcomes=[Outcome(verdict=Verdict.ACCEPTED)] * len(messages))

    def close(self):
        pass


def test_what_was_only_leased_is_sent_once_by_the_next_worker(database):
    ids = CountedIds()
    a_dispatch(database, count=7, ids=ids)
    timer = StoppedClock(NOON)

    def tick(channel):
        Sending(
            database=database,
            clock=StoppedClock(NOON),
            timer=timer,
            ids=ids,
            channels={"smtp": channel},
            links=Links(["key"]),
            settings=settings(sending={"connections": 1}),
            zone_rules=RULES,
        ).tick()

    with pytest.raises(Killed):
        tick(Box(dies=True))
    with database.read() as session:
        assert set(session.scalars(select(Delivery.state))) == {"waiting"}
        assert session.scalars(select(Attempt)).all() == []
    timer.wait(timedelta(seconds=121))
    heir = Box(dies=False)
    tick(heir)
    assert sorted(heir.kept) == [f"p{number}@presse.test" for number in range(7)]
