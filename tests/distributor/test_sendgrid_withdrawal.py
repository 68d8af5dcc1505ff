"""Planned mail is withdrawn as long as its provider allows it (S7)."""

from datetime import timedelta

import pytest
from delivery_rows import NOON, deliveries, states
from sendgrid_double import SendGridDouble
from sqlalchemy import select, update

from distributor.after.withdrawal import Withdrawal
from distributor.channels.sendgrid import Channel
from distributor.contacts.suppression import suppress
from distributor.models import Batch, Delivery, Dispatch
from distributor.sending.entries import lease
from distributor.states import Because

HOUR = NOON + timedelta(hours=1)


@pytest.fixture
def double(clock):
    clock.move_to(NOON)
    with SendGridDouble(clock=clock) as opened:
        yield opened


def a_batch(database, double, *, dispatch="done", state="accepted"):
    tokens = deliveries(database, state=state, dispatch={"state": dispatch})
    name = double.new_batch()
    with database.write() as session:
        made = session.scalar(
            select(Delivery.dispatch_id).where(Delivery.token == tokens[0])
        )
        batch = Batch(dispatch_id=made, name=name, send_at=HOUR, made_at=NOON)
        session.add(batch)
        session.flush()
        session.execute(
            update(Delivery)
            .where(Delivery.dispatch_id == made)
            .values(batch_id=batch.id)
        )
    return tokens


def tick(database, double, clock):
    channel = Channel(Channel.Options.model_validate(double.options))
    return Withdrawal(
        database=database, clock=clock, channels={"sendgrid": channel}
    ).tick()


def oppose(database, *, at=NOON):
    with database.write() as session:
        suppress(session, "p1@presse.test", reason="asked", now=at)


def test_who_opposes_is_taken_out_and_the_others_wait_again(database, double, clock):
    a_batch(database, double)
    oppose(database)
    assert tick(database, double, clock) == 1
    assert list(states(database).values()) == [
        "waiting",
        "cancelled",
        "waiting",
        "waiting",
    ]
    assert set(double.batches.values()) == {"cancel"}
    with database.read() as session:
        assert session.scalar(select(Dispatch.state)) == "running"
        assert session.scalars(select(Delivery.batch_id)).all() == [None] * 4
    assert tick(database, double, clock) == 0


def test_a_batch_cancelled_before_a_crash_of_ours_is_taken_back_all_the_same(
    database, double, clock
):
    a_batch(database, double)
    oppose(database)
    (name,) = double.batches
    double.batches[name] = "cancel"
    assert tick(database, double, clock) == 1


@pytest.mark.parametrize(
    "case",
    [
        ("paused", "accepted", "waiting"),
        ("stopped", "accepted", "cancelled"),
        ("running", "unsure", "waiting"),
    ],
)
def test_a_pause_a_stop_and_a_doubt_take_all_back(database, double, clock, case):
    dispatch, state, ends = case
    a_batch(database, double, dispatch=dispatch, state=state)
    assert tick(database, double, clock) == 1
    assert set(states(database).values()) == {ends}


def test_after_the_last_call_it_is_said_that_it_was_too_late(database, double, clock):
    a_batch(database, double)
    oppose(database)
    clock.move_to(HOUR - timedelta(minutes=10))
    assert tick(database, double, clock) == 0
    assert set(states(database).values()) == {"accepted"}
    with database.read() as session:
        reasons = session.scalars(select(Delivery.reason).order_by(Delivery.id)).all()
    assert reasons == ["", Because.NOT_WITHDRAWN, "", ""]


def test_no_more_than_ten_are_cancelled_at_a_time(database, double, clock):
    for _ in range(12):
        a_batch(database, double, dispatch="paused")
    assert tick(database, double, clock) == 10
    assert tick(database, double, clock) == 0


def test_a_fault_of_the_channel_takes_nothing_back(each_database, double, clock):
    a_batch(each_database, double, dispatch="paused")
    with each_database.write() as session:
        session.execute(update(Dispatch).values(paused_at=NOON))
    assert tick(each_database, double, clock) == 0
    assert set(states(each_database).values()) == {"accepted"}


def test_the_rows_of_a_withdrawn_batch_are_the_same_on_both_databases(
    each_database, double, clock
):
    a_batch(each_database, double)
    oppose(each_database)
    assert tick(each_database, double, clock) == 1
    assert sorted(states(each_database).values()) == ["cancelled", *["waiting"] * 3]


@pytest.mark.parametrize(
    ("opposed_at", "reason"),
    [
        (HOUR - timedelta(minutes=1), Because.NOT_WITHDRAWN),
        (HOUR + timedelta(minutes=1), ""),
    ],
)
def test_who_was_too_late_is_found_after_the_hour_too(
    each_database, double, clock, opposed_at, reason
):
    a_batch(each_database, double)
    oppose(each_database, at=opposed_at)
    clock.move_to(HOUR + timedelta(minutes=30))
    tick(each_database, double, clock)
    with each_database.read() as session:
        reasons = session.scalars(select(Delivery.reason).order_by(Delivery.token))
        assert reasons.all() == ["", reason, "", ""]


@pytest.mark.parametrize(("minutes", "hour"), [(-1, HOUR), (0, None), (1, None)])
def test_the_provider_is_given_an_hour_only_while_it_is_to_come(
    database, clock, minutes, hour
):
    deliveries(
        database,
        state="waiting",
        dispatch={"state": "running", "mode": "planned", "due_at": HOUR},
    )
    with database.write() as session:
        # As freezing does, so that they may be handed over early.
        session.execute(update(Delivery).values(due_at=NOON))
    now = HOUR + timedelta(minutes=minutes)
    with database.engine.begin() as connection:
        claims = lease(
            connection,
            channel="sendgrid",
            most=9,
            token="L",
            now=now,
            stamp=now,
            until=now + timedelta(minutes=1),
        )
    assert [claim.send_at for claim in claims] == [hour] * 4
