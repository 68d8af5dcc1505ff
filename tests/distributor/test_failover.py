"""A channel that stays at fault is left for the next one, and never with a doubtful delivery."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sending_makers import Box, a_dispatch, sending, settings
from sqlalchemy import select, update

from distributor.channels.base import ChannelFault, Outcome, Verdict
from distributor.models import Attempt, Delivery, Dispatch
from distributor.sending import control
from distributor.states import DispatchState

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FAULT = ChannelFault("The server is away.", again_after=timedelta(minutes=1))


class Smtp(Box):
    name = "smtp"


@pytest.fixture
def first():
    """Takes one, leaves one in doubt, then fails."""
    return Smtp(
        answers={
            "p1@presse.test": Outcome(verdict=Verdict.UNSURE, answer="lost"),
            "p2@presse.test": FAULT,
            "p3@presse.test": FAULT,
        }
    )


@pytest.fixture
def begun(database, clock, ids, first):
    """A dispatch whose first channel failed after two of four messages."""
    dispatch_id = a_dispatch(database, clock=clock, ids=ids, channel="smtp")
    clock.move_to(NOON)
    # One line, so that the fault comes after the first two for certain.
    alone = settings(sending={"connections": 1})
    sending(database, clock=clock, ids=ids, channel=first, given=alone).tick()
    with database.write() as session:
        session.execute(update(Dispatch).values(channels=["smtp", "outbox"]))
    return dispatch_id


def states(database):
    with database.read() as session:
        return Counter(session.scalars(select(Delivery.state)))


def test_only_what_waits_moves_to_the_next_channel(database, clock, ids, first, begun):
    second = Box()
    office = sending(database, clock=clock, ids=ids, channels=[first, second])
    for _ in range(9):
        clock.wait(timedelta(minutes=1))
        office.tick()
    assert second.sent == [], "a fault of nine minutes is borne"
    clock.wait(timedelta(minutes=2))
    office.tick()
    assert {one.recipient for one in second.sent} == {
        "p2@presse.test",
        "p3@presse.test",
    }
    assert states(database) == {"accepted": 3, "unsure": 1}
    with database.read() as session:
        dispatch = session.get_one(Dispatch, begun)
        by = Counter(
            session.scalars(
                select(Attempt.channel).where(Attempt.verdict == Verdict.ACCEPTED)
            )
        )
    assert (dispatch.channel, dispatch.state) == ("outbox", DispatchState.DONE)
    assert by == {"smtp": 1, "outbox": 2}


def test_a_channel_that_recovered_keeps_its_dispatch(
    database, clock, ids, first, begun
):
    second = Box()
    office = sending(database, clock=clock, ids=ids, channels=[first, second])
    clock.wait(timedelta(minutes=2))
    first.answers = {}
    office.tick()
    clock.wait(timedelta(minutes=20))
    office.tick()
    assert second.sent == []
    assert states(database) == {"accepted": 3, "unsure": 1}


def test_a_persons_pause_is_no_fault(database, clock, ids, first, begun):
    second = Box()
    office = sending(database, clock=clock, ids=ids, channels=[first, second])
    with database.write() as session:
        session.execute(update(Dispatch).values(state=DispatchState.RUNNING))
        control.pause(session, begun, reason="Wait.")
    clock.wait(timedelta(minutes=20))
    office.tick()
    assert second.sent == []


def test_a_mail_planned_at_a_provider_is_not_sent_early_by_another_channel(
    database, clock, ids, first, begun
):
    second = Box()
    office = sending(database, clock=clock, ids=ids, channels=[first, second])
    with database.write() as session:
        session.execute(
            update(Dispatch).values(mode="planned", due_at=NOON + timedelta(hours=3))
        )
    clock.wait(timedelta(hours=1))
    office.tick()
    assert second.sent == []
    clock.wait(timedelta(hours=2))
    office.tick()
    assert len(second.sent) == 2


def test_the_last_channel_waits_for_its_server(database, clock, ids, first, begun):
    office = sending(database, clock=clock, ids=ids, channels=[first])
    clock.wait(timedelta(minutes=20))
    office.tick()
    with database.read() as session:
        dispatch = session.get_one(Dispatch, begun)
    assert (dispatch.channel, dispatch.state) == ("smtp", DispatchState.PAUSED)
    assert dispatch.reason == FAULT.reason
