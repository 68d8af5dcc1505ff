"""Case 38: undone at any instant of the window, all are held; at its end, all are sent."""

from datetime import timedelta
from itertools import product

import pytest
from sending_makers import RULES, ZONE, Box, a_release, contacts, sending, settings

import distributor.report
from core.errors import Conflict
from distributor.sending import control
from distributor.sending.plan import plan

GIVEN = settings(sending={"undo_minutes": 3})
WINDOW = timedelta(minutes=3)


@pytest.fixture
def dispatch_id(each_database, clock, ids):
    with each_database.write() as session:
        release = a_release(session, now=clock.now())
        contacts(session, 5, now=clock.now())
        return plan(
            session,
            release_id=release.id,
            list_name="nationale",
            wall=None,
            zone=ZONE,
            channel="outbox",
            settings=GIVEN,
            zone_rules=RULES,
            ids=ids,
            now=clock.now(),
        ).id


@pytest.mark.parametrize(
    "instant", list(product([True, False], [-179_999, -60_000, -100, -1, 0, 1]))
)
def test_undo_is_all_or_nothing_and_says_which(
    each_database, clock, ids, dispatch_id, instant
):
    worker_first, milliseconds = instant
    box = Box()
    office = sending(each_database, clock=clock, ids=ids, channel=box, given=GIVEN)
    clock.move_to(clock.now() + WINDOW + timedelta(milliseconds=milliseconds))
    if worker_first:
        office.tick()
    undone = True
    try:
        with each_database.write() as session:
            control.undo(session, dispatch_id, now=clock.now())
    except Conflict:
        undone = False
    office.tick()
    with each_database.read() as session:
        told = distributor.report.summarise(session, dispatch_id)
    assert undone == (milliseconds < 0)
    assert len(box.sent) == (0 if undone else 5)
    assert told.state == ("stopped" if undone else "done")
    assert told.counts["cancelled" if undone else "accepted"] == 5
