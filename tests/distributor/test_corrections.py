"""A correction or cancellation stops its parent and reaches whoever may have it (S8)."""

from datetime import UTC, datetime, timedelta

import pytest
from sending_makers import (
    NOON,
    RULES,
    ZONE,
    Box,
    a_dispatch,
    a_release,
    sending,
    settings,
)
from sqlalchemy import select

import distributor.report
from core.errors import BadInput
from core.models import Release
from distributor.after import answers, corrections
from distributor.channels.base import Outcome, Verdict
from distributor.contacts import person
from distributor.contacts.suppression import suppress
from distributor.models import Contact, Delivery, Dispatch
from distributor.sending import control, sealing
from distributor.states import DeliveryState

LATER = Outcome(verdict=Verdict.LATER, answer="451 greylisted")
REFUSED = Outcome(verdict=Verdict.REFUSED, answer="550 no such user")
UNSURE = Outcome(verdict=Verdict.UNSURE, answer="answer lost")
SENT_AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def addresses(database, dispatch_id, *states):
    with database.read() as session:
        return {
            line.address
            for line in distributor.report.deliveries(session, dispatch_id)
            if not states or line.state in states
        }


def a_correction(session, clock, *, parent_id=1, kind="correction", languages=("fr",)):
    release = a_release(
        session, now=clock.now(), number=f"{kind}/2026", languages=languages
    )
    release.kind = kind
    release.parent_id = parent_id
    session.flush()
    return release


def correct(session, clock, ids, dispatch_id, release, **changes):
    return corrections.correct(
        session,
        dispatch_id,
        **{
            "release_id": release.id,
            "wall": None,
            "zone": ZONE,
            "settings": settings(),
            "zone_rules": RULES,
            "ids": ids,
            "now": clock.now(),
        }
        | changes,
    )


@pytest.fixture
def sent(database, clock, ids):
    """Of six, three accepted, one refused, one unsure and one still waiting."""
    dispatch_id = a_dispatch(database, clock=clock, ids=ids, count=6)
    clock.move_to(SENT_AT)
    box = Box(
        answers={
            "p1@presse.test": REFUSED,
            "p2@presse.test": UNSURE,
            "p3@presse.test": LATER,
        }
    )
    sending(database, clock=clock, ids=ids, channel=box).tick()
    return dispatch_id


def test_it_stops_the_parent_and_reaches_whoever_may_have_it(
    database, clock, ids, sent
):
    with database.write() as session:
        made = correct(session, clock, ids, sent, a_correction(session, clock))
        assert made.purpose == "correction"
        assert made.reached_by == [sent]
        assert made.mailing_list_id == session.get_one(Dispatch, sent).mailing_list_id
    assert addresses(database, made.id) == {
        f"p{number}@presse.test" for number in (0, 2, 4, 5)
    }
    with database.read() as session:
        parent = distributor.report.summarise(session, sent)
        waiting = session.scalars(
            select(Delivery).where(
                Delivery.dispatch_id == sent, Delivery.address_key == "p3@presse.test"
            )
        ).one()
    assert parent.state == "stopped"
    assert "correction/2026" in parent.reason
    assert (waiting.state, waiting.reason) == ("cancelled", "superseded")


def test_it_leaves_in_the_language_each_one_got(database, clock, ids, sent):
    with database.write() as session:
        release = a_correction(session, clock, languages=("fr", "ar"))
        made = correct(session, clock, ids, sent, release)
        rows = session.execute(
            select(Delivery.dispatch_id, Delivery.address, Delivery.language)
        ).all()
    got = {row.address: row.language for row in rows if row.dispatch_id == sent}
    told = {row.address: row.language for row in rows if row.dispatch_id == made.id}
    assert told.items() <= got.items()


def test_an_opted_out_one_is_left_out_and_listed_for_a_call(database, clock, ids, sent):
    with database.write() as session:
        suppress(session, "p0@presse.test", reason="asked", now=clock.now())
        made = correct(session, clock, ids, sent, a_correction(session, clock))
        left_out = made.left_out
    assert "p0@presse.test" not in addresses(database, made.id)
    assert left_out == [{"address_key": "p0@presse.test", "reason": "suppressed: call"}]


def test_whoever_said_they_come_is_told_though_they_got_nothing(
    database, clock, ids, sent
):
    with database.write() as session:
        coming = session.scalars(
            select(Contact).where(Contact.address_key == "p1@presse.test")
        ).one()
        answers.record(
            session,
            release_id=1,
            contact_id=coming.id,
            answer="coming",
            said_by="telephone",
            now=clock.now(),
        )
        release = a_correction(session, clock, kind="cancellation")
        made = correct(session, clock, ids, sent, release)
        assert made.purpose == "cancellation"
    assert "p1@presse.test" in addresses(database, made.id)


def test_whoever_its_parent_reached_late_is_added_until_its_deadline(
    database, clock, ids, sent
):
    box = Box()
    with database.write() as session:
        made = correct(session, clock, ids, sent, a_correction(session, clock))
        doubtful = session.scalars(
            select(Delivery).where(
                Delivery.dispatch_id == sent, Delivery.address_key == "p2@presse.test"
            )
        ).one()
        # As if it had been in the air when the correction was planned.
        late = session.scalars(
            select(Delivery).where(
                Delivery.dispatch_id == sent, Delivery.address_key == "p3@presse.test"
            )
        ).one()
        late.state = DeliveryState.SENDING
        control.settle(
            session, sent, doubtful.id, "accepted", by="v", because="", now=clock.now()
        )
    clock.move_to(SENT_AT + timedelta(minutes=4))
    office = sending(database, clock=clock, ids=ids, channel=box)
    with database.write() as session:
        session.get_one(Delivery, late.id).state = DeliveryState.ACCEPTED
    office.tick()
    assert len(box.sent) == 4
    with database.read() as session:
        assert corrections.has_late(session, now=clock.now())
    with database.write() as session:
        assert corrections.add_late(session, ids=ids, now=clock.now()) == 1
        assert corrections.add_late(session, ids=ids, now=clock.now()) == 0
        assert not corrections.has_late(session, now=clock.now())
    office.tick()
    assert box.sent[-1].recipient == "p3@presse.test"
    with database.read() as session:
        assert distributor.report.summarise(session, made.id).state == "done"
        after = made.deadline_at + timedelta(seconds=1)
        assert not corrections.has_late(session, now=after)


def test_a_late_one_does_not_break_the_seal(database, clock, ids, sent):
    with database.write() as session:
        made = correct(session, clock, ids, sent, a_correction(session, clock))
        late = session.scalars(
            select(Delivery).where(
                Delivery.dispatch_id == sent, Delivery.address_key == "p3@presse.test"
            )
        ).one()
        late.state = DeliveryState.ACCEPTED
        corrections.add_late(session, ids=ids, now=clock.now())
        assert sealing.is_sealed(session, made, settings())
        made.reached_by = []
        assert not sealing.is_sealed(session, made, settings())


@pytest.mark.parametrize(
    "wrong", [("communique", 1, "neither"), ("correction", None, "does not correct")]
)
def test_only_a_correction_of_this_very_release_may_follow(
    database, clock, ids, sent, wrong
):
    kind, parent_id, said = wrong
    with database.write() as session:
        release = a_correction(session, clock, kind=kind, parent_id=parent_id)
    with database.write() as session, pytest.raises(BadInput, match=said):
        correct(session, clock, ids, sent, session.get_one(Release, release.id))
    with database.read() as session:
        assert distributor.report.summarise(session, sent).state == "running"


def test_what_nobody_can_have_is_stopped_and_not_corrected(database, clock, ids):
    dispatch_id = a_dispatch(database, clock=clock, ids=ids, count=2, wall=NOON)
    with pytest.raises(BadInput, match="Nobody"), database.write() as session:
        correct(session, clock, ids, dispatch_id, a_correction(session, clock))
    with database.read() as session:
        assert distributor.report.summarise(session, dispatch_id).state == "planned"


def test_an_erased_person_is_not_mailed(database, clock, ids, sent):
    with database.write() as session:
        control.stop(session, sent, reason="x", now=clock.now())
        person.erase(session, "p0@presse.test", now=clock.now())
    with database.write() as session:
        made = correct(session, clock, ids, sent, a_correction(session, clock))
    assert addresses(database, made.id) == {
        f"p{number}@presse.test" for number in (2, 4, 5)
    }
