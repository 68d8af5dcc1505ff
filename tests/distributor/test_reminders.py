"""A reminder reaches whom the invitation reached and who stayed silent, once."""

from datetime import UTC, datetime, timedelta

import pytest
from sending_makers import NOON, RULES, ZONE, Box, a_dispatch, sending, settings
from sqlalchemy import select

import distributor.report
from core.errors import BadInput
from distributor.after import answers
from distributor.channels.base import Outcome, Verdict
from distributor.models import Contact
from distributor.sending import reminders

DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
REFUSED = Outcome(verdict=Verdict.REFUSED, answer="550 no such user")


@pytest.fixture
def invited(database, clock, ids):
    """Three of four got the invitation."""
    dispatch_id = a_dispatch(database, clock=clock, ids=ids)
    clock.move_to(DUE)
    box = Box(answers={"p3@presse.test": REFUSED})
    sending(database, clock=clock, ids=ids, channel=box).tick()
    return dispatch_id


def remind(session, clock, ids, dispatch_id, **changes):
    return reminders.remind(
        session,
        **{
            "release_id": 1,
            "invited": reminders.invitation(session, [dispatch_id]),
            "wall": LATER,
            "zone": ZONE,
            "channel": "outbox",
            "settings": settings(),
            "zone_rules": RULES,
            "ids": ids,
            "now": clock.now(),
        }
        | changes,
    )


def say(session, clock, number, answer="coming"):
    contact = session.scalars(
        select(Contact).where(Contact.address_key == f"p{number}@presse.test")
    ).one()
    answers.record(
        session,
        release_id=1,
        contact_id=contact.id,
        answer=answer,
        said_by="v",
        now=clock.now(),
    )
    return contact.id


def lines(database, dispatch_id):
    with database.read() as session:
        return {
            one.address.partition("@")[0]: (one.state, one.reason)
            for one in distributor.report.deliveries(session, dispatch_id)
        }


def test_only_the_silent_who_got_it_are_reminded_and_the_rest_is_said(
    database, clock, ids, invited
):
    with database.write() as session:
        say(session, clock, 0, "declined")
        made = remind(session, clock, ids, invited)
        left_out = made.left_out
    assert set(lines(database, made.id)) == {"p1", "p2"}
    assert left_out == [{"address_key": "p0@presse.test", "reason": "answered"}]


def test_an_answer_that_comes_later_takes_the_reminder_back(
    database, clock, ids, invited
):
    with database.write() as session:
        made = remind(session, clock, ids, invited)
        say(session, clock, 1)
    assert lines(database, made.id)["p1"] == ("cancelled", "answered")


def test_nobody_is_reminded_twice(database, clock, ids, invited):
    with database.write() as session:
        remind(session, clock, ids, invited)
        with pytest.raises(BadInput, match="Nobody is left"):
            remind(session, clock, ids, invited, wall=LATER + timedelta(days=1))


def test_the_silent_may_be_narrowed_by_somebody_elses_knowledge(
    database, clock, ids, invited
):
    with database.write() as session:
        only = session.scalars(
            select(Contact.id).where(Contact.address_key == "p2@presse.test")
        ).all()
        made = remind(session, clock, ids, invited, silent=only)
    assert set(lines(database, made.id)) == {"p2"}


def test_planned_ahead_it_covers_all_and_spares_them_before_it_starts(
    database, clock, ids
):
    invited = a_dispatch(database, clock=clock, ids=ids)
    with database.write() as session:
        made = remind(session, clock, ids, invited)
    assert len(lines(database, made.id)) == 4
    box = Box(answers={"p3@presse.test": REFUSED})
    office = sending(database, clock=clock, ids=ids, channel=box)
    clock.move_to(DUE)
    office.tick()
    clock.move_to(DUE + timedelta(days=1))
    office.tick()
    assert lines(database, made.id) == {
        "p0": ("accepted", ""),
        "p1": ("accepted", ""),
        "p2": ("accepted", ""),
        "p3": ("cancelled", "not reached"),
    }


def test_a_reminder_that_nobody_needs_ends_instead_of_starting(
    database, clock, ids, invited
):
    with database.write() as session:
        made = remind(session, clock, ids, invited)
        for number in range(3):
            say(session, clock, number)
    clock.move_to(DUE + timedelta(days=1))
    box = Box()
    sending(database, clock=clock, ids=ids, channel=box).tick()
    with database.read() as session:
        told = distributor.report.summarise(session, made.id)
    assert (told.state, box.sent) == ("stopped", [])
    assert "silent" in told.reason
