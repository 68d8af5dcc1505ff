"""Four eyes: who may approve which seal, and what breaks it."""

from datetime import UTC, datetime, timedelta

import pytest
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
from sqlalchemy import select

import distributor.report
from core.errors import BadInput, Conflict, NotFound
from core.models import Account, Release, Version
from distributor.models import Delivery, Dispatch
from distributor.sending import (
    approval,
    control,
    delegation,
    freezing,
    schedule,
    waivers,
)
from distributor.sending.plan import plan

STRICT = settings(approval="two-person", sending={"amber": "warn", "undo_minutes": 3})
ASKING = settings(approval="two-person", sending={"undo_minutes": 0})
DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def people(database, clock):
    """Their ids by name: a writer, two validators and a deputy."""
    with database.write() as session:
        made = {
            name: Account(
                name=name, role=role, password_hash="", created_at=clock.now()
            )
            for name, role in (
                ("writer", "writer"),
                ("validator", "validator"),
                ("second", "validator"),
                ("deputy", "writer"),
            )
        }
        session.add_all(made.values())
        session.flush()
        return {name: account.id for name, account in made.items()}


@pytest.fixture
def dispatch_id(database, clock, ids, people):
    """Planned by the writer, of a release that a validator wrote."""
    with database.write() as session:
        release = a_release(session, now=clock.now())
        release.author_id = people["second"]
        contacts(session, 2, now=clock.now())
        return planned(session, clock, ids, people).id


def planned(session, clock, ids, people, *, given=STRICT, **terms):
    return plan(
        session,
        release_id=1,
        list_name="nationale",
        wall=NOON,
        zone=ZONE,
        channel="outbox",
        settings=given,
        zone_rules=RULES,
        ids=ids,
        now=clock.now(),
        terms=freezing.Terms(**terms),
        planned_by=session.get_one(Account, people["writer"]),
    )


def approve(session, dispatch_id, account_id, *, clock, given=STRICT, seal=None):
    return approval.approve(
        session,
        dispatch_id,
        account=session.get_one(Account, account_id),
        settings=given,
        zone_rules=RULES,
        now=clock.now(),
        seal=seal,
    )


def reason(database, dispatch_id):
    with database.read() as session:
        return session.get_one(Dispatch, dispatch_id).reason


def state(database, dispatch_id):
    with database.read() as session:
        return distributor.report.summarise(session, dispatch_id).state


@pytest.mark.parametrize(
    "refused",
    [("writer", "planned this"), ("second", "wrote release"), ("deputy", "may not")],
)
def test_planner_author_and_whoever_has_no_right_are_refused(
    database, clock, dispatch_id, people, refused
):
    name, said = refused
    with database.write() as session, pytest.raises(Conflict, match=said):
        approve(session, dispatch_id, people[name], clock=clock)


def test_a_disabled_validator_is_refused(database, clock, dispatch_id, people):
    with database.write() as session:
        session.get_one(Account, people["validator"]).disabled_at = clock.now()
        with pytest.raises(Conflict, match="may not"):
            approve(session, dispatch_id, people["validator"], clock=clock)


def test_an_approval_of_somebody_disabled_since_counts_no_more(
    database, clock, ids, dispatch_id, people
):
    with database.write() as session:
        approve(session, dispatch_id, people["validator"], clock=clock)
        session.get_one(Account, people["validator"]).disabled_at = clock.now()
    clock.move_to(DUE)
    box = Box()
    sending(database, clock=clock, ids=ids, channel=box, given=STRICT).tick()
    assert (state(database, dispatch_id), box.sent) == ("held", [])


def test_a_second_approver_cannot_replay_an_old_approval(
    database, clock, ids, dispatch_id, people
):
    with database.write() as session:
        old = session.get_one(Dispatch, dispatch_id).seal
        control.stop(session, dispatch_id, reason="x", now=clock.now())
        session.scalars(select(Version)).first().body += "!"
        session.flush()
        fresh = planned(session, clock, ids, people)
        assert fresh.seal != old
        with pytest.raises(Conflict, match="seals differ"):
            approve(session, fresh.id, people["validator"], clock=clock, seal=old)
        approve(session, fresh.id, people["validator"], clock=clock, seal=fresh.seal)


def test_nothing_leaves_inside_the_undo_window_and_it_is_not_late_after(
    database, clock, ids, dispatch_id, people
):
    clock.move_to(DUE - timedelta(minutes=1))
    with database.write() as session:
        approve(session, dispatch_id, people["validator"], clock=clock)
    box = Box()
    office = sending(database, clock=clock, ids=ids, channel=box, given=STRICT)
    clock.move_to(DUE)
    assert office.next_due() == DUE + timedelta(minutes=2)
    office.tick()
    assert (state(database, dispatch_id), box.sent) == ("planned", [])
    clock.move_to(DUE + timedelta(minutes=2))
    office.tick()
    assert len(box.sent) == 2


def test_approved_after_its_hour_it_leaves_by_itself_after_its_undo_window(
    database, clock, ids, dispatch_id, people
):
    box = Box()
    office = sending(database, clock=clock, ids=ids, channel=box, given=STRICT)
    clock.move_to(DUE + timedelta(hours=1))
    office.tick()
    assert state(database, dispatch_id) == "held"
    with database.write() as session:
        approve(session, dispatch_id, people["validator"], clock=clock)
    office.tick()
    assert (state(database, dispatch_id), box.sent) == ("planned", [])
    clock.move_to(DUE + timedelta(hours=1, minutes=3))
    office.tick()
    assert len(box.sent) == 2


def held_for_its_approval(database, dispatch_id, *, clock, ids):
    clock.move_to(DUE)
    office = sending(database, clock=clock, ids=ids, channel=Box(), given=STRICT)
    office.tick()
    assert reason(database, dispatch_id) == schedule.UNAPPROVED


def test_an_approval_after_the_deadline_starts_nothing(
    database, clock, ids, dispatch_id, people
):
    held_for_its_approval(database, dispatch_id, clock=clock, ids=ids)
    clock.move_to(DUE + timedelta(hours=24, minutes=-3))
    with database.write() as session:
        approve(session, dispatch_id, people["validator"], clock=clock)
    assert state(database, dispatch_id) == "held"
    assert "1437 min late" in reason(database, dispatch_id)


def test_an_approval_starts_nothing_that_is_in_doubt_for_more(
    database, clock, ids, dispatch_id, people
):
    held_for_its_approval(database, dispatch_id, clock=clock, ids=ids)
    with database.write() as session:
        session.get_one(Release, 1).embargo_at = DUE + timedelta(hours=1)
        approve(session, dispatch_id, people["validator"], clock=clock)
    assert state(database, dispatch_id) == "held"
    assert "embargo" in reason(database, dispatch_id)


def test_what_was_held_for_lateness_stays_held_when_it_is_approved_once_more(
    database, clock, ids, dispatch_id, people
):
    with database.write() as session:
        approve(session, dispatch_id, people["validator"], clock=clock)
        session.get_one(Release, 1).author_id = None
    clock.move_to(DUE + timedelta(hours=1))
    box = Box()
    office = sending(database, clock=clock, ids=ids, channel=box, given=STRICT)
    office.tick()
    with database.write() as session:
        approve(session, dispatch_id, people["second"], clock=clock)
    office.tick()
    assert (state(database, dispatch_id), box.sent) == ("held", [])
    assert reason(database, dispatch_id).startswith("It is 60 min late.")


def test_what_a_person_held_stays_held_when_it_is_approved(
    database, clock, dispatch_id, people
):
    with database.write() as session:
        held = session.get_one(Dispatch, dispatch_id)
        control.hold(session, held, reason="Somebody asked.", now=clock.now())
        approve(session, dispatch_id, people["validator"], clock=clock)
    assert state(database, dispatch_id) == "held"
    assert reason(database, dispatch_id) == "Somebody asked."


def test_a_delegation_covers_its_own_time_only(database, clock, dispatch_id, people):
    since = clock.now() + timedelta(hours=1)
    with database.write() as session:
        giver, taker = (
            session.get_one(Account, people[name]) for name in ("validator", "deputy")
        )
        made = delegation.delegate(
            session,
            giver=giver,
            taker=taker,
            since=since,
            until=since + timedelta(hours=1),
            now=clock.now(),
        )
        with pytest.raises(Conflict, match="may not"):
            approve(session, dispatch_id, people["deputy"], clock=clock)
        clock.move_to(since)
        given = approve(session, dispatch_id, people["deputy"], clock=clock)
        assert given.delegation_id == made.id
        clock.move_to(since + timedelta(hours=1))
        with pytest.raises(Conflict, match="may not"):
            approve(session, dispatch_id, people["deputy"], clock=clock)


@pytest.mark.parametrize("name", ["second", "validator"])
def test_nobody_involved_approves_through_a_deputy(
    database, clock, dispatch_id, people, name
):
    with database.write() as session:
        delegation.delegate(
            session,
            giver=session.get_one(Account, people[name]),
            taker=session.get_one(Account, people["deputy"]),
            since=clock.now(),
            until=clock.now() + timedelta(days=1),
            now=clock.now(),
        )
        if name == "validator":
            approve(session, dispatch_id, people["deputy"], clock=clock)
            session.get_one(Account, people["validator"]).disabled_at = clock.now()
        with pytest.raises(Conflict, match="may not"):
            approve(session, dispatch_id, people["deputy"], clock=clock)


def test_a_delegation_that_cannot_be_is_refused(database, clock, people):
    def wish(session, giver, taker, *, hours=1):
        delegation.delegate(
            session,
            giver=session.get_one(Account, people[giver]),
            taker=session.get_one(Account, people[taker]),
            since=clock.now(),
            until=clock.now() + timedelta(hours=hours),
            now=clock.now(),
        )

    with database.write() as session:
        with pytest.raises(BadInput, match="end before"):
            wish(session, "validator", "deputy", hours=0)
        with pytest.raises(BadInput, match="themselves"):
            wish(session, "validator", "validator")
        with pytest.raises(Conflict, match="nothing to delegate"):
            wish(session, "writer", "deputy")
        with pytest.raises(NotFound):
            delegation.end(session, 9, now=clock.now())


def test_a_refusal_is_undone_only_by_an_approval(
    database, clock, ids, dispatch_id, people
):
    with database.write() as session:
        with pytest.raises(BadInput, match="without a reason"):
            approval.refuse(
                session,
                dispatch_id,
                account=session.get_one(Account, people["validator"]),
                because=" ",
                now=clock.now(),
            )
        held = approval.refuse(
            session,
            dispatch_id,
            account=session.get_one(Account, people["validator"]),
            because="The hall is wrong.",
            now=clock.now(),
        )
        assert held.reason == "Refused by validator: The hall is wrong."
    clock.move_to(DUE)
    with database.write() as session, pytest.raises(Conflict, match="approved"):
        control.resume(
            session, dispatch_id, settings=STRICT, zone_rules=RULES, now=clock.now()
        )


def test_an_amber_finding_needs_its_reason_before_anything_leaves(
    database, clock, ids, people
):
    with database.write() as session:
        a_release(session, now=clock.now())
        contacts(session, 2, now=clock.now())
        made = planned(
            session,
            clock,
            ids,
            people,
            given=ASKING,
            inspection=freezing.Inspection(),
        )
        amber = {one["check"] for one in made.findings if one["level"] == "amber"}
        assert amber
        with pytest.raises(Conflict, match="Nobody accepted"):
            approve(session, made.id, people["validator"], clock=clock, given=ASKING)
        with pytest.raises(BadInput, match="no amber finding"):
            waivers.waive(
                session, made.id, {"weekday": "x"}, account=None, now=clock.now()
            )
        with pytest.raises(BadInput, match="without a reason"):
            waivers.waive(
                session,
                made.id,
                dict.fromkeys(amber, " "),
                account=None,
                now=clock.now(),
            )
        waivers.waive(
            session,
            made.id,
            dict.fromkeys(amber, "It is so."),
            account=None,
            now=clock.now(),
        )
        approve(session, made.id, people["validator"], clock=clock, given=ASKING)
    clock.move_to(DUE)
    box = Box()
    sending(database, clock=clock, ids=ids, channel=box, given=ASKING).tick()
    assert len(box.sent) == 2


def test_a_red_finding_plans_nothing_and_names_them_all(database, clock, ids, people):
    with database.write() as session:
        release = a_release(session, now=clock.now())
        for version in release.versions:
            version.title = ""
            version.body = "TODO XXX"
        contacts(session, 2, now=clock.now())
        with pytest.raises(BadInput, match="faults that nothing may leave with") as red:
            planned(session, clock, ids, people, inspection=freezing.Inspection())
        assert "empty-title" in red.value.what
        assert "placeholder" in red.value.what
        assert session.scalar(select(Dispatch.id)) is None
        assert session.scalar(select(Delivery.id)) is None
        assert session.get_one(Release, release.id)


def an_asking_dispatch(session, clock, ids, people):
    """One with amber findings, and their checks."""
    a_release(session, now=clock.now())
    contacts(session, 2, now=clock.now())
    made = planned(
        session, clock, ids, people, given=ASKING, inspection=freezing.Inspection()
    )
    return made, [one["check"] for one in made.findings if one["level"] == "amber"]


def test_a_reason_that_was_approved_is_not_written_again(database, clock, ids, people):
    with database.write() as session:
        made, amber = an_asking_dispatch(session, clock, ids, people)
        writer = session.get_one(Account, people["writer"])

        def waive(reason):
            reasons = dict.fromkeys(amber, reason)
            waivers.waive(session, made.id, reasons, account=writer, now=clock.now())

        waive("Typed too quickly.")
        waive("It is so.")
        approve(session, made.id, people["validator"], clock=clock, given=ASKING)
        with pytest.raises(Conflict, match="was approved"):
            waive("Something else.")
        kept = distributor.report.signatures(session, made.id)["waivers"]
        assert {one["reason"] for one in kept} == {"It is so."}


def test_who_only_reads_accepts_no_finding(database, clock, ids, people):
    with database.write() as session:
        made, amber = an_asking_dispatch(session, clock, ids, people)
        reader = Account(
            name="reader", role="reader", password_hash="", created_at=clock.now()
        )
        session.add(reader)
        session.flush()
        with pytest.raises(Conflict, match="reader may not accept"):
            waivers.waive(
                session, made.id, {amber[0]: "x"}, account=reader, now=clock.now()
            )


def test_what_turned_red_since_it_was_planned_is_not_approved(
    database, clock, dispatch_id, people
):
    """The quota of the day was set, or used up, in between."""
    less = settings(
        approval="two-person",
        sending={"amber": "warn"},
        channels={"outbox": {"folder": "outbox", "most_per_day": 1}},
    )
    with (
        database.write() as session,
        pytest.raises(Conflict, match="over-quota"),
    ):
        approve(session, dispatch_id, people["validator"], clock=clock, given=less)


def test_where_nobody_approves_to_plan_is_to_send(database, clock, ids, people):
    alone = settings(approval="off")
    with database.write() as session:
        a_release(session, now=clock.now())
        contacts(session, 2, now=clock.now())
        with pytest.raises(Conflict, match="writer may not plan"):
            planned(session, clock, ids, people, given=alone)
