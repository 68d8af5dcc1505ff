"""The links of old messages, whose delivery has a hash of the address or nothing of it."""

from datetime import timedelta

import pytest
from delivery_rows import dispatch_of
from sending_makers import a_dispatch
from sqlalchemy import select, update

from core.errors import NotFound
from core.keys import Links, Purpose
from core.settings import Settings
from distributor.after import events, preferences
from distributor.after.events import Report
from distributor.after.unsubscribe import unsubscribe
from distributor.contacts import old_deliveries, suppression
from distributor.contacts.suppression import digest
from distributor.models import Contact, Delivery, Dispatch, Suppression
from distributor.states import Because, EventKind

FIRST, MOVED = "p0@presse.test", "moved@presse.test"
LINKS, SETTINGS = Links(["key"]), Settings()


@pytest.fixture
def office(each_database, ids, clock):
    """Two contacts who wait for a message; each was sent another one long ago."""
    a_dispatch(each_database, clock=clock, count=2, ids=ids)
    with each_database.write() as session:
        release_id = session.scalars(select(Dispatch.release_id)).one()
        old = dispatch_of(release_id, at=clock.now() - timedelta(days=800))
        session.add(old)
        session.flush()
        session.add_all(
            Delivery(
                dispatch_id=old.id,
                contact_id=number + 1,
                address="",
                address_key=digest(f"p{number}@presse.test"),
                name="",
                language="fr",
                state="accepted",
                due_at=old.due_at,
                token=f"old-{number}",
                changed_at=old.due_at,
            )
            for number in range(2)
        )
    return each_database


def leave(database, clock, purpose=Purpose.PREFERENCES):
    with database.write() as session:
        return unsubscribe(
            session,
            LINKS.sign(purpose, first(session).token),
            links=LINKS,
            settings=SETTINGS,
            now=clock.now(),
            purpose=purpose,
        )


def first(session):
    return session.scalars(select(Delivery).where(Delivery.token == "old-0")).one()


def suppressed(session):
    return session.execute(
        select(Suppression.address_key, Suppression.address_hash, Suppression.reason)
    ).all()


def states(session):
    return dict(
        session.execute(
            select(Delivery.address_key, Delivery.state).where(
                Delivery.address_key.contains("@")
            )
        ).all()
    )


@pytest.mark.parametrize("purpose", [Purpose.PREFERENCES, Purpose.UNSUBSCRIBE])
def test_the_link_of_a_hashed_message_suppresses_the_address(office, clock, purpose):
    assert leave(office, clock, purpose)
    assert not leave(office, clock, purpose)
    with office.read() as session:
        assert suppressed(session) == [(FIRST, digest(FIRST), "unsubscribed")]
        assert states(session) == {FIRST: "cancelled", "p1@presse.test": "waiting"}


def test_an_address_that_only_the_hash_knows_is_refused_by_it(office, clock):
    with office.write() as session:
        waiting = session.scalars(
            select(Delivery.id).where(Delivery.address_key == FIRST)
        ).all()
        old_deliveries.forget(session, waiting)
        session.execute(update(Delivery).values(state="accepted"))
        session.execute(
            update(Contact)
            .where(Contact.address_key == FIRST)
            .values(address_key=MOVED)
        )
    assert leave(office, clock)
    with office.read() as session:
        assert suppressed(session) == [(None, digest(FIRST), "unsubscribed")]
        assert suppression.suppressed(session, [FIRST]) == {FIRST}
        signed = LINKS.sign(Purpose.PREFERENCES, first(session).token)
        told = preferences.read(session, signed, links=LINKS, now=clock.now())
        assert (told.address, told.is_out) == ("", True)


def test_the_preferences_of_a_hashed_message_are_those_of_its_address(office, clock):
    with office.read() as session:
        signed = LINKS.sign(Purpose.PREFERENCES, first(session).token)
        told = preferences.read(session, signed, links=LINKS, now=clock.now())
        assert (told.address, told.is_known, told.is_out) == (FIRST, True, False)
        held = preferences.held(session, signed, links=LINKS)
        assert (held["email"], held["message_count"]) == (FIRST, 2)


def test_who_is_forgotten_is_told_so_and_nobody_is_suppressed(office, clock):
    with office.write() as session:
        old_deliveries.forget(session, [first(session).id])
    for purpose in (Purpose.PREFERENCES, Purpose.UNSUBSCRIBE):
        with pytest.raises(NotFound, match="too old"):
            leave(office, clock, purpose)
    with office.read() as session, pytest.raises(NotFound, match="too old"):
        preferences.read(
            session,
            LINKS.sign(Purpose.PREFERENCES, first(session).token),
            links=LINKS,
            now=clock.now(),
        )
    with office.read() as session:
        assert suppressed(session) == []


@pytest.mark.parametrize(
    ("forgotten", "known"),
    [(False, [(FIRST, digest(FIRST), "complained")]), (True, [])],
)
def test_a_late_complaint_suppresses_the_address_and_never_a_hash_of_a_hash(
    office, clock, forgotten, known
):
    with office.write() as session:
        if forgotten:
            old_deliveries.forget(session, [first(session).id])
        report = Report(
            token=first(session).token,
            kind=EventKind.COMPLAINED,
            happened_at=clock.now(),
            channel="smtp",
            key="late",
        )
        assert events.record(session, [report], settings=SETTINGS, now=clock.now()) == 1
        assert suppressed(session) == known


def test_a_word_of_ours_outlasts_what_servers_said(office):
    """They repeat the address in their answers; our own words for a reason name nobody."""
    said = [*Because, f"550 5.1.1 {FIRST} unknown"]
    with office.write() as session:
        one = first(session)
        kept = []
        for reason in said:
            one.reason = reason
            session.flush()
            old_deliveries.forget(session, [one.id])
            session.refresh(one)
            kept.append(one.reason)
    assert kept == [*Because, ""]
