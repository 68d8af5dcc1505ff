"""When each contact gets it: seeds first, sleepers later, undone in time, too often never."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sending_makers import (
    NOON,
    RULES,
    ZONE,
    Box,
    a_release,
    contacts,
    sending,
    settings,
)
from sqlalchemy import select, update

import distributor.report
from core.errors import BadInput, Conflict
from distributor.channels.base import Outcome, Verdict
from distributor.models import Contact, Delivery
from distributor.sending import control, freezing, hours, schedule
from distributor.sending.plan import plan

DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)
SEEDED = settings(
    sending={"seeds": ["chef@ministere.test", "p1@presse.test"], "undo_minutes": 3}
)


@pytest.fixture
def ground(database, clock):
    with database.write() as session:
        a_release(session, now=clock.now())
        contacts(session, 4, now=clock.now())


def planned(database, clock, ids, *, given=None, wall=NOON, **terms):
    channel = "sendgrid" if terms.get("mode") == "planned" else "outbox"
    with database.write() as session:
        return plan(
            session,
            release_id=1,
            list_name="nationale",
            wall=wall,
            zone=ZONE,
            channel=channel,
            settings=given or settings(),
            zone_rules=RULES,
            ids=ids,
            now=clock.now(),
            terms=freezing.Terms(**terms),
        ).id


def due(database, dispatch_id):
    with database.read() as session:
        return {
            row.address: row.due_at
            for row in session.scalars(
                select(Delivery).where(Delivery.dispatch_id == dispatch_id)
            )
        }


def summary(database, dispatch_id):
    with database.read() as session:
        return distributor.report.summarise(session, dispatch_id)


def test_seed_addresses_get_it_before_the_rest(database, clock, ids, ground):
    dispatch_id = planned(database, clock, ids, given=SEEDED)
    first = {name for name, at in due(database, dispatch_id).items() if at == DUE}
    assert first == {"chef@ministere.test", "p1@presse.test"}
    assert max(due(database, dispatch_id).values()) == DUE + timedelta(minutes=2)
    box = Box()
    office = sending(database, clock=clock, ids=ids, channel=box, given=SEEDED)
    clock.move_to(DUE)
    office.tick()
    assert {message.recipient for message in box.sent} == first
    clock.move_to(DUE + timedelta(minutes=2))
    office.tick()
    assert len(box.sent) == 5
    assert summary(database, dispatch_id).state == "done"


def test_a_seed_that_fails_stops_the_rest_until_somebody_looked(
    database, clock, ids, ground
):
    dispatch_id = planned(database, clock, ids, given=SEEDED)
    refused = Outcome(verdict=Verdict.REFUSED, answer="550 spam")
    box = Box(answers={"chef@ministere.test": refused})
    office = sending(database, clock=clock, ids=ids, channel=box, given=SEEDED)
    clock.move_to(DUE)
    office.tick()
    office.tick()
    told = summary(database, dispatch_id)
    assert told.state == "paused"
    assert "chef@ministere.test" in told.reason
    clock.move_to(DUE + timedelta(minutes=3))
    office.tick()
    assert len(box.sent) == 1
    with database.write() as session:
        control.resume(
            session, dispatch_id, settings=SEEDED, zone_rules=RULES, now=clock.now()
        )
    office.tick()
    assert len(box.sent) == 4


def test_quiet_paused_and_often_mailed_contacts_are_spared(
    database, clock, ids, ground
):
    with database.write() as session:
        for key, values in {
            "p0@presse.test": {"quiet_from": "11:00", "quiet_until": "13:00"},
            "p1@presse.test": {"quiet_from": "11:00", "quiet_until": "14:30"},
            "p2@presse.test": {"paused_until": DUE + timedelta(days=1)},
        }.items():
            session.execute(
                update(Contact).where(Contact.address_key == key).values(**values)
            )
    given = settings(organisation={"zone": ZONE, "from": "p@m.test"})
    dispatch_id = planned(database, clock, ids, given=given, deadline_hours=2)
    at = due(database, dispatch_id)
    assert at["p0@presse.test"] == DUE + timedelta(hours=1)
    assert at["p3@presse.test"] == DUE
    left_out = {
        one["address_key"]: one["reason"]
        for one in summary(database, dispatch_id).left_out
    }
    assert left_out == {"p1@presse.test": "quiet", "p2@presse.test": "paused"}


def test_the_cap_leaves_out_whoever_had_enough(database, clock, ids, ground):
    capped = settings(sending={"cap_messages": 1})
    planned(database, clock, ids, given=capped)
    with pytest.raises(BadInput, match="Left out: 4; most because: got as much"):
        planned(database, clock, ids, given=capped, wall=NOON + timedelta(hours=1))


def test_without_an_hour_it_leaves_when_it_cannot_be_undone_any_more(
    database, clock, ids, ground
):
    given = settings(sending={"undo_minutes": 3})
    dispatch_id = planned(database, clock, ids, given=given, wall=None)
    end = clock.now() + timedelta(minutes=3)
    assert summary(database, dispatch_id).undo_until == end
    box = Box()
    office = sending(database, clock=clock, ids=ids, channel=box, given=given)
    clock.move_to(end - timedelta(milliseconds=100))
    office.tick()
    assert box.sent == []
    with pytest.raises(Conflict, match="planned already"):
        planned(database, clock, ids, given=given, wall=None)
    clock.move_to(end)
    office.tick()
    assert len(box.sent) == 4
    with database.write() as session, pytest.raises(Conflict, match="undo window"):
        control.undo(session, dispatch_id, now=clock.now())


def test_planned_mode_is_handed_over_early_and_only_by_its_provider(
    database, clock, ids, ground
):
    given = settings(channels={"sendgrid": {"key": "x"}, "outbox": {"folder": "o"}})
    late = NOON + timedelta(days=3)
    dispatch_id = planned(database, clock, ids, given=given, wall=late, mode="planned")
    handed = DUE + timedelta(days=2)
    assert set(due(database, dispatch_id).values()) == {handed}

    class SendGrid(Box):
        name = "sendgrid"

    office = sending(database, clock=clock, ids=ids, channel=SendGrid(), given=given)
    assert office.next_due() == handed
    clock.move_to(handed - timedelta(seconds=1))
    assert office.tick() == 0
    clock.move_to(handed)
    assert office.tick() == 4
    for wrong in ({"wall": NOON, "mode": "weekly"}, {"wall": late, "mode": "planned"}):
        clock.move_to(DUE + timedelta(days=3) - timedelta(minutes=10))
        with pytest.raises(BadInput):
            planned(database, clock, ids, given=given, again=True, **wrong)


@given(
    st.integers(-100_000, 100_000),
    st.integers(0, 3_000),
    st.booleans(),
    st.booleans(),
)
def test_nothing_starts_inside_its_undo_window_or_under_embargo(
    seconds, undo, early, embargoed
):
    now = DUE + timedelta(seconds=seconds)
    known = schedule.Plan(
        due_at=DUE,
        embargo_at=DUE + timedelta(hours=1) if embargoed else None,
        sealed=True,
        approved=True,
        due_by_rules=DUE,
        channel_open=True,
        undo_until=DUE + timedelta(seconds=undo - 1_500),
        early=early,
    )
    decision = schedule.decide(known, now=now, grace=timedelta(minutes=15))
    if decision.step is schedule.Step.START:
        assert now >= known.undo_until
        assert not embargoed
        assert now >= DUE or early


@pytest.mark.parametrize(
    ("wall", "said"),
    [
        (datetime(2026, 9, 20, 1, 30), "occurs twice"),
        (datetime(2025, 4, 6, 2, 30), "does not exist"),
    ],
)
def test_an_hour_that_is_none_or_two_is_asked_about(wall, said):
    with pytest.raises(BadInput, match=said) as asked:
        hours.leaving(wall, "Africa/Casablanca", now=DUE, undo=timedelta(minutes=3))
    assert asked.value.mend


def test_an_immediate_plan_inside_a_repeated_hour_is_kept_in_utc():
    now = datetime(2026, 9, 20, 1, 30, 0, 5, tzinfo=UTC)
    found = hours.leaving(None, "Africa/Casablanca", now=now, undo=timedelta(minutes=3))
    assert found.zone == "UTC"
    assert found.due_at == datetime(2026, 9, 20, 1, 33, 1, tzinfo=UTC)
    assert found.wall == found.due_at.replace(tzinfo=None)
