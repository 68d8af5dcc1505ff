"""When a domain may be asked next, with a clock that stands still."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.web.pace import MOST_REST, Pace, retry_after

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
moments = st.floats(0, 1e6)
pauses = st.floats(0, 600)


def test_a_domain_never_asked_may_be_asked_now():
    assert Pace(5).ready_in("a.test", 100) == 0


def test_the_pause_runs_from_the_start_of_a_visit():
    pace = Pace(5)
    pace.begin("a.test", 100)
    assert pace.ready_in("a.test", 103) == 2
    assert pace.ready_in("a.test", 105) == 0
    assert pace.ready_in("b.test", 103) == 0


def test_each_request_of_a_visit_counts():
    pace = Pace(5)
    pace.begin("a.test", 100)
    for _ in range(3):
        pace.count("a.test")
    assert pace.ready_in("a.test", 100) == 15


@pytest.mark.parametrize(
    ("asked", "pause"), [(1, 5), (30, 30), (120, 120), (9999, 120)]
)
def test_a_crawl_delay_lengthens_the_pause_within_reason(asked, pause):
    pace = Pace(5)
    pace.begin("a.test", 0)
    pace.slow("a.test", asked)
    assert pace.ready_in("a.test", 0) == pause


@pytest.mark.parametrize(
    ("asked", "seconds"), [(0, 5), (90, 90), (1e9, MOST_REST), (None, 60)]
)
def test_a_domain_that_is_asked_too_often_rests(asked, seconds):
    pace = Pace(5)
    pace.rest("a.test", 100, asked)
    assert pace.resting_for("a.test", 100) == seconds
    assert pace.resting_for("a.test", 100 + seconds) == 0
    assert pace.resting_for("b.test", 100) == 0


def test_rests_nobody_named_double_up_to_an_hour_until_it_is_well():
    pace, now, rests = Pace(5), 0.0, []
    for _ in range(8):
        pace.rest("a.test", now, None)
        rests.append(pace.resting_for("a.test", now))
        now += rests[-1]
    assert rests == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    pace.well("a.test")
    pace.rest("a.test", now, None)
    assert pace.resting_for("a.test", now) == 60


def test_domains_past_their_pause_are_forgotten():
    pace = Pace(5)
    for number in range(20_000):
        pace.begin(f"s{number}.test", number)
    assert len(pace._visits) < 5_000


@given(st.lists(st.tuples(pauses, st.integers(1, 7)), min_size=1, max_size=20), pauses)
def test_visits_as_early_as_allowed_keep_the_pace(visits, seconds):
    pace, now, requests = Pace(seconds), 0.0, 0
    for delay, count in visits:
        now += pace.ready_in("a.test", now)
        assert now >= requests * seconds * (1 - 1e-9)
        pace.begin("a.test", now)
        pace.slow("a.test", delay)
        for _ in range(count):
            pace.count("a.test")
        requests += count
        assert pace.ready_in("a.test", now) >= min(delay, 120) - 1e-6


@given(moments, st.one_of(st.none(), st.floats(0, 1e12)))
def test_a_rest_is_never_endless_and_never_nothing(now, asked):
    pace = Pace(5)
    pace.rest("a.test", now, asked)
    assert 0 < pace.resting_for("a.test", now) <= MOST_REST + 1e-3


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Tue, 24 Nov 2026 09:01:30 GMT", 90),
        ("Tue, 24 Nov 2026 08:00:00 GMT", 0),
        ("Tue, 24 Nov 2026 10:01:00 +0100", 60),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("9" * 5_000, 9_999_999_999),
    ],
    ids=repr,
)
def test_retry_after_is_seconds_or_a_date(value, seconds):
    assert retry_after(value, NOW) == seconds


@given(st.text())
def test_any_retry_after_is_read_or_left(value):
    found = retry_after(value, NOW)
    assert found is None or found >= 0
