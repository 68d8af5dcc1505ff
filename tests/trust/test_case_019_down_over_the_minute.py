"""Cases 18 and 19: late or jumping clocks: within its grace it leaves, beyond it is held."""

from datetime import UTC, datetime, timedelta

import pytest
from sending_makers import Box, a_dispatch, sending

import distributor.report

DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("late", "state"),
    [(timedelta(minutes=15), "done"), (timedelta(minutes=15, seconds=1), "held")],
)
def test_a_host_that_was_down_sends_only_within_the_grace(
    database, clock, ids, late, state
):
    dispatch_id = a_dispatch(database, clock=clock, ids=ids)
    clock.move_to(DUE + late)
    box = Box()
    sending(database, clock=clock, ids=ids, channel=box).tick()
    with database.read() as session:
        told = distributor.report.summarise(session, dispatch_id)
    assert (told.state, len(box.sent)) == (state, 4 if state == "done" else 0)


def test_a_clock_that_jumps_back_and_forth_sends_nothing_early_or_twice(
    database, clock, ids
):
    dispatch_id = a_dispatch(database, clock=clock, ids=ids)
    box = Box()
    office = sending(database, clock=clock, ids=ids, channel=box)
    for moment in (
        DUE - timedelta(seconds=1),
        DUE - timedelta(hours=2),
        DUE,
        DUE - timedelta(hours=2),
        DUE + timedelta(hours=3),
    ):
        clock.move_to(moment)
        sent_before = len(box.sent)
        office.tick()
        if moment < DUE:
            assert len(box.sent) == sent_before
    assert len({message.recipient for message in box.sent}) == len(box.sent) == 4
    with database.read() as session:
        assert distributor.report.summarise(session, dispatch_id).state == "done"
