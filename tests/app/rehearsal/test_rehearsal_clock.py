"""Office time of a rehearsal: fast, but never ahead of the work."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rehearsal.clock import RehearsalClock, earliest_due
from core.clock import StoppedClock
from core.jobs import Job

START = datetime(2018, 12, 3, 6, 30, tzinfo=UTC)
END = datetime(2018, 12, 6, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def a_clock():
    timer = StoppedClock(datetime(2026, 11, 24, tzinfo=UTC))
    clock = RehearsalClock(start=START, end=END, speed=3600.0, timer=timer)
    return clock, timer


def a_job(due):
    return Job(name="job", every=SECOND, run=lambda: 0, next_due=lambda: due)


@pytest.fixture
def running():
    clock, timer = a_clock()
    clock.stand_before(None)
    return clock, timer


def test_nothing_moves_before_the_first_barrier_is_known():
    clock, timer = a_clock()
    timer.wait(10 * SECOND)
    assert clock.now() == START


def test_an_hour_of_the_office_passes_in_a_second(running):
    clock, timer = running
    timer.wait(2 * SECOND)
    assert clock.now() == START + 2 * HOUR


def test_office_time_stops_at_the_barrier(running):
    clock, timer = running
    clock.stand_before(START + HOUR)
    timer.wait(30 * SECOND)
    assert clock.now() == START + HOUR


def test_time_spent_at_the_barrier_is_not_made_up(running):
    clock, timer = running
    clock.stand_before(START + HOUR)
    timer.wait(30 * SECOND)
    clock.stand_before(None)
    timer.wait(SECOND)
    assert clock.now() == START + 2 * HOUR


def test_office_time_stands_still_while_something_is_in_progress(running):
    clock, timer = running
    timer.wait(SECOND)
    clock.stand_before(START)
    timer.wait(30 * SECOND)
    assert clock.now() == START + HOUR


def test_after_the_end_office_time_runs_at_the_speed_of_life(running):
    clock, timer = running
    timer.wait(1000 * SECOND)
    assert clock.now() == END
    timer.wait(5 * SECOND)
    assert clock.now() == END + 5 * SECOND


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.one_of(st.none(), st.integers(-100, 100))),
        max_size=20,
    )
)
def test_office_time_never_goes_back_nor_past_a_barrier_set_ahead(steps):
    clock, timer = a_clock()
    for seconds, hours in steps:
        before = clock.now()
        barrier = None if hours is None else START + hours * HOUR
        clock.stand_before(barrier)
        timer.wait(seconds * SECOND)
        after = clock.now()
        assert after >= before
        if barrier is not None:
            assert after <= max(before, barrier)


def test_the_barrier_is_the_earliest_of_the_jobs():
    jobs = [a_job(START + HOUR), a_job(None), a_job(START)]
    assert earliest_due(jobs) == START
    assert earliest_due([a_job(None)]) is None
