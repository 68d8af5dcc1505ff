"""Case 7: paused and resumed fifty times while it is sent, the totals are exact."""

from collections import Counter
from datetime import UTC, datetime

from sending_makers import RULES, Box, a_dispatch, sending, settings

import distributor.report
from distributor.sending import control

DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)
ONE_LINE = settings(sending={"connections": 1})


def test_fifty_pauses_lose_nobody_and_double_nobody(database, clock, ids):
    dispatch_id = a_dispatch(database, clock=clock, ids=ids, count=100)

    def somebody_pauses(_):
        if len(box.sent) % 2 == 0:
            with database.write() as session:
                control.pause(session, dispatch_id, reason="Wait.")

    box = Box(before=somebody_pauses)
    office = sending(database, clock=clock, ids=ids, channel=box, given=ONE_LINE)
    clock.move_to(DUE)
    pauses = 0
    for _ in range(101):
        office.tick()
        with database.write() as session:
            told = distributor.report.summarise(session, dispatch_id)
            assert sum(told.counts.values()) == 100
            if told.state != "paused":
                break
            control.resume(
                session, dispatch_id, settings=ONE_LINE, zone_rules=RULES, now=DUE
            )
            pauses += 1
    office.tick()
    assert pauses >= 50
    assert set(Counter(message.recipient for message in box.sent).values()) == {1}
    with database.read() as session:
        assert distributor.report.summarise(session, dispatch_id).state == "done"
    assert len(box.sent) == 100
