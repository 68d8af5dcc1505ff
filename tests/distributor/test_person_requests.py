"""Requests of people: noted once, due by a day, answered once."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import BadInput, Conflict, NotFound
from core.zones import moment_of, wall_of
from distributor.contacts import requests
from distributor.contacts.requests import Wish
from distributor.models import PersonRequest
from distributor.states import Asked, Came, Settled

DAY = timedelta(days=1)
ADDRESS = "Nadia@Presse.test"


def note(session, clock, kind=Asked.ACCESS, **given):
    wish = Wish(kind=kind, address=ADDRESS, came_by=Came.LETTER, **given)
    return requests.note(
        session, wish, days=30, zone="UTC", by="bureau", now=clock.now()
    )


def said(session, clock, **given):
    wish = Wish(kind=Asked.ACCESS, address=ADDRESS, came_by=Came.LETTER, **given)
    return requests.noted(
        session, wish, days=30, zone="UTC", by="bureau", now=clock.now()
    )


def test_it_is_due_so_many_days_after_it_came(database, clock):
    came = clock.now() - timedelta(days=3)
    with database.write() as session:
        line = note(session, clock, received_at=came)
        assert line.due_at == datetime(2026, 12, 21, 23, 59, 59, tzinfo=UTC)
        assert line.address == "nadia@presse.test"
        assert line.is_open


@pytest.mark.parametrize(
    ("zone", "came", "last"),
    [
        # The first and the last minute of one day of the office.
        ("Europe/Paris", "2026-12-01T00:00", "2026-12-31T23:59:59"),
        ("Europe/Paris", "2026-12-01T23:59", "2026-12-31T23:59:59"),
        # Summer time begins on 28 March 2027, and ends on 31 October.
        ("Europe/Paris", "2027-03-10T23:30", "2027-04-09T23:59:59"),
        ("Europe/Paris", "2027-10-10T00:00", "2027-11-09T23:59:59"),
        ("UTC", "2026-12-01T09:00", "2026-12-31T23:59:59"),
    ],
)
def test_it_may_be_answered_all_through_its_last_day_in_the_office(zone, came, last):
    received = moment_of(datetime.fromisoformat(came), zone)
    due = requests.due_after(received, 30, zone)
    assert wall_of(due, zone) == datetime.fromisoformat(last)


def test_said_again_what_was_noted_is_added_and_the_earlier_day_counts(
    each_database, clock
):
    now = clock.now()
    with each_database.write() as session:
        first = said(session, clock, note="boîte 3")
        assert not first.was_open
        again = said(session, clock, note="  lettre du 20 ", received_at=now - 4 * DAY)
        assert again.was_open
        assert again.line.id == first.line.id
        assert again.line.note == "boîte 3 · lettre du 20"
        assert again.line.received_at == now - 4 * DAY
        assert again.line.due_at == first.line.due_at - 4 * DAY
        # Said later, and said twice, nothing is new.
        for text in ("", "boîte 3", "lettre du 20", "boîte 3 · lettre du 20"):
            assert said(session, clock, note=text).line == again.line


def test_said_again_while_it_is_open_it_is_one(each_database, clock):
    with each_database.write() as session:
        first = note(session, clock)
        assert note(session, clock).id == first.id
        assert note(session, clock, Asked.ERASURE).id != first.id
        requests.answer(session, first.id, Settled.GRANTED, by="x", now=clock.now())
        assert note(session, clock).id != first.id


def test_it_cannot_have_come_tomorrow(database, clock):
    with database.write() as session, pytest.raises(BadInput, match="lies ahead"):
        note(session, clock, received_at=clock.now() + timedelta(days=1))


def test_a_refusal_needs_its_reason(database, clock):
    with database.write() as session:
        line = note(session, clock, note="lettre 12")
        with pytest.raises(BadInput, match="needs its reason"):
            requests.answer(session, line.id, Settled.REFUSED, by="x", now=clock.now())
        done = requests.answer(
            session,
            line.id,
            Settled.REFUSED,
            note="déjà reçu",
            by="x",
            now=clock.now(),
        )
        assert (done.note, done.answered_by) == ("lettre 12 · déjà reçu", "x")


def test_of_two_answers_one_counts(each_database, clock):
    with each_database.write() as session:
        line = note(session, clock)
        requests.answer(session, line.id, Settled.GRANTED, by="a", now=clock.now())
        with pytest.raises(Conflict, match="answered already"):
            requests.answer(session, line.id, Settled.UNKNOWN, by="b", now=clock.now())
        with pytest.raises(NotFound):
            requests.answer(session, 99, Settled.GRANTED, by="b", now=clock.now())


def test_the_most_urgent_stands_first_and_the_answered_last(database, clock):
    with database.write() as session:
        late = note(session, clock, received_at=clock.now() - timedelta(days=40))
        soon = note(session, clock, Asked.ERASURE)
        done = note(session, clock, Asked.CORRECTION)
        requests.answer(session, done.id, Settled.GRANTED, by="a", now=clock.now())
        assert [one.id for one in requests.listed(session)] == [
            late.id,
            soon.id,
            done.id,
        ]
        assert [one.id for one in requests.listed(session, open_only=True)] == [
            late.id,
            soon.id,
        ]


def test_what_is_kept_of_one_goes_some_years_after_its_answer(database, clock):
    with database.write() as session:
        line = note(session, clock)
        assert session.scalars(requests.old(clock.now())).all() == []
        requests.answer(session, line.id, Settled.GRANTED, by="a", now=clock.now())
        later = clock.now() + requests.KEPT
        assert session.scalars(requests.old(later)).all() == []
        after = later + timedelta(seconds=1)
        assert session.scalars(requests.old(after)).all() == [line.id]
        assert session.query(PersonRequest).count() == 1
