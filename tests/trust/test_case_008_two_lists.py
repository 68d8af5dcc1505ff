"""Case 8: stopped at n, two lists are exact, disjoint and all; a correction takes the first."""

from datetime import UTC, datetime

import pytest
from sending_makers import RULES, ZONE, Box, a_dispatch, a_release, sending, settings

import distributor.report
from distributor.after import corrections
from distributor.sending import control

DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)
ONE_LINE = settings(sending={"connections": 1})


@pytest.mark.parametrize("stopped_after", [0, 1, 7, 19])
def test_a_stop_divides_the_audience_in_two(database, clock, ids, stopped_after):
    dispatch_id = a_dispatch(database, clock=clock, ids=ids, count=20)

    def somebody_stops(_):
        if len(box.sent) == stopped_after:
            with database.write() as session:
                control.stop(session, dispatch_id, reason="Enough.", now=clock.now())

    box = Box(before=somebody_stops)
    clock.move_to(DUE)
    sending(database, clock=clock, ids=ids, channel=box, given=ONE_LINE).tick()
    with database.read() as session:
        reached, spared = distributor.report.reached(session, dispatch_id)
    first, second = ({line.address for line in one} for one in (reached, spared))
    assert first == {message.recipient for message in box.sent}
    assert len(first) == stopped_after + 1
    assert not first & second
    assert len(first | second) == 20
    with database.write() as session:
        release = a_release(session, now=clock.now(), number="2/2026")
        release.kind, release.parent_id = "correction", 1
        session.flush()
        made = corrections.correct(
            session,
            dispatch_id,
            release_id=release.id,
            wall=None,
            zone=ZONE,
            settings=settings(),
            zone_rules=RULES,
            ids=ids,
            now=clock.now(),
        )
        told = distributor.report.deliveries(session, made.id)
    assert {line.address for line in told} == first
