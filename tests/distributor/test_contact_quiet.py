from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sending_makers import a_dispatch
from sqlalchemy import select

from core.errors import BadInput
from distributor.contacts.frequency import too_often
from distributor.contacts.mailed import moments
from distributor.contacts.quiet import hours, quiet_until
from distributor.models import Delivery, Dispatch

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
RABAT = "Africa/Casablanca"


def silence(at, *, begin="22:00", end="07:00", zone=RABAT, paused_until=None):
    return quiet_until(
        quiet_from=begin,
        quiet_until=end,
        paused_until=paused_until,
        at=at,
        zone=zone,
    )


@pytest.mark.parametrize(
    ("hour", "ends"),
    [
        ((24, 21, 59), None),
        ((24, 22, 0), (25, 7, 0)),
        ((25, 3, 0), (25, 7, 0)),
        ((25, 6, 59), (25, 7, 0)),
        ((25, 7, 0), None),
    ],
)
def test_a_night_spans_midnight_and_ends_on_its_minute(hour, ends):
    at = datetime(2026, 11, *hour, tzinfo=UTC)
    assert silence(at) == (datetime(2026, 11, *ends, tzinfo=UTC) if ends else None)


def test_an_afternoon_can_be_quiet():
    at = datetime(2026, 11, 24, 13, tzinfo=UTC)
    ends = datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert silence(at, begin="12:30", end="14:00") == ends
    assert silence(ends, begin="12:30", end="14:00") is None


def test_the_hours_are_those_of_the_wall():
    before_the_change = datetime(2026, 8, 1, 6, 30, tzinfo=UTC)
    assert silence(before_the_change) is None
    after_the_change = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert silence(after_the_change) == datetime(2026, 11, 1, 7, tzinfo=UTC)


def test_a_night_that_ends_in_a_skipped_hour_ends_after_it():
    at = datetime(2025, 4, 6, 1, tzinfo=UTC)
    assert silence(at, begin="22:00", end="02:30") == at + timedelta(hours=1.5)


def test_whoever_paused_is_left_alone_until_then():
    later = NOW + timedelta(days=3)
    assert silence(NOW, paused_until=later) == later
    assert silence(later, paused_until=later) is None
    assert silence(NOW, begin="", end="") is None


@given(
    begin=st.times(),
    end=st.times(),
    at=st.datetimes(min_value=datetime(2018, 1, 1), max_value=datetime(2030, 1, 1)),
)
def test_a_silence_ends_within_a_day_and_is_over_when_it_ends(begin, end, at):
    def words(moment: time):
        return f"{moment:%H:%M}"

    moment = at.replace(tzinfo=UTC)
    ends = silence(moment, begin=words(begin), end=words(end))
    if ends is not None:
        assert moment < ends <= moment + timedelta(hours=26)
        assert silence(ends, begin=words(begin), end=words(end)) is None


@pytest.mark.parametrize("text", ["22:00-07:00", "22h00 - 7h00", "22:00–07:00"])
def test_quiet_hours_are_read_as_people_write_them(text):
    assert hours(text) == ("22:00", "07:00")


@pytest.mark.parametrize("text", ["22", "soir", "25:00-07:00", "1-2-3"])
def test_hours_that_are_none_are_refused(text):
    with pytest.raises(BadInput, match="two hours"):
        hours(text)


def test_the_cap_counts_the_days_before_and_nothing_else():
    sent = [NOW - timedelta(days=8), NOW - timedelta(days=2), NOW + timedelta(days=1)]
    assert not too_often(sent, now=NOW, cap_messages=2, cap_days=7)
    assert too_often([*sent, NOW], now=NOW, cap_messages=2, cap_days=7)
    assert not too_often([NOW] * 50, now=NOW, cap_messages=0, cap_days=7)


def test_what_was_sent_and_what_will_be_counts_and_what_failed_does_not(
    database, clock, ids
):
    sent = a_dispatch(database, clock=clock, ids=ids, count=3)
    since, until = clock.now() - timedelta(days=7), clock.now() + timedelta(days=1)
    with database.write() as session:
        for state, delivery in zip(
            ("unsure", "refused", "waiting"),
            session.scalars(select(Delivery).order_by(Delivery.id)),
            strict=True,
        ):
            delivery.state = state
        dispatch = session.get_one(Dispatch, sent)
        ids_of = session.scalars(
            select(Delivery.contact_id).order_by(Delivery.id)
        ).all()
        session.flush()
        found = moments(session, since=since, until=until)
        assert found == {ids_of[0]: [dispatch.due_at], ids_of[2]: [dispatch.due_at]}
        assert moments(session, since=dispatch.due_at, until=until) == {}
