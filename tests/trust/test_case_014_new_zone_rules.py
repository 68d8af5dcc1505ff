"""Case 14: new clock rules under plans: what moved is held and shown, the wall time kept."""

from datetime import UTC, datetime, timedelta

from sending_makers import Box, a_dispatch, sending
from sqlalchemy import select, update

import distributor.report
from distributor.models import Delivery, Dispatch

DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_what_moved_is_held_with_its_stages_and_the_rest_is_kept(database, clock, ids):
    moved = a_dispatch(database, clock=clock, ids=ids)
    kept = a_dispatch(database, clock=clock, ids=ids, number="2/2026")
    hour = timedelta(hours=1)
    with database.write() as session:
        # As if the rules of the day it was planned had put it an hour earlier, in stages.
        session.execute(update(Dispatch).values(zone_rules="2025b"))
        dispatch = session.get_one(Dispatch, moved)
        dispatch.due_at -= hour
        dispatch.deadline_at -= hour
        deadline_at = dispatch.deadline_at
        rows = session.scalars(
            select(Delivery).where(Delivery.dispatch_id == moved).order_by(Delivery.id)
        ).all()
        for minutes, row in enumerate(rows):
            row.due_at = DUE - hour + timedelta(minutes=60 * minutes)
    box = Box()
    sending(database, clock=clock, ids=ids, channel=box).tick()
    with database.read() as session:
        told = distributor.report.summarise(session, moved)
        other = distributor.report.summarise(session, kept)
        stages = session.scalars(
            select(Delivery.due_at)
            .where(Delivery.dispatch_id == moved)
            .order_by(Delivery.id)
        ).all()
    assert (told.state, told.due_at, told.wall.hour) == ("held", DUE, 12)
    assert "clocks of its zone were changed" in told.reason
    assert told.deadline_at == deadline_at + hour
    assert stages == [DUE + hour * number for number in range(4)]
    assert (other.state, other.due_at) == ("planned", DUE)
    assert box.sent == []
