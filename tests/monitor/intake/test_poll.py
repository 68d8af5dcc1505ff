"""When a source is asked next."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.settings import Polling
from monitor.intake import poll
from monitor.states import PollOutcome, SourceState

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def decide(outcome=PollOutcome.READ, *, interval=HOUR, failures=0.0, **given_values):
    values = {
        "entry_count": 20,
        "new_count": 10,
        "now": NOW,
        "settings": Polling(),
        "in_window": False,
        "retry_after": None,
        "chance": 0.5,
        **given_values,
    }
    rhythm = poll.Rhythm(interval=interval, failures=failures)
    return poll.decide(rhythm, outcome, **values)


@pytest.mark.parametrize(
    ("new", "factor"), [(0, 1.25), (6, 1.25), (10, 1), (14, 0.5), (20, 0.5)]
)
def test_a_source_is_asked_as_often_as_it_writes(new, factor):
    chosen = decide(new_count=new)
    assert chosen.rhythm.interval == HOUR * factor
    assert chosen.poll_at == NOW + HOUR * factor
    assert chosen.state is SourceState.OK


def test_an_unchanged_source_is_asked_more_slowly():
    assert decide(PollOutcome.UNCHANGED).rhythm.interval == HOUR * 1.25


def test_while_a_release_is_news_the_floor_holds_and_the_rhythm_is_kept():
    chosen = decide(in_window=True)
    assert chosen.poll_at == NOW + timedelta(minutes=10)
    assert chosen.rhythm.interval == HOUR


def test_a_failing_source_is_asked_ever_more_slowly_and_never_given_up():
    failures, waits = 0.0, []
    for _ in range(60):
        chosen = decide(PollOutcome.GONE, failures=failures)
        failures = chosen.rhythm.failures
        waits.append(chosen.poll_at - NOW)
    assert waits == sorted(waits)
    assert waits[:2] == [2 * HOUR, 3 * HOUR]
    assert waits[-1] == timedelta(minutes=Polling().ceiling_minutes)


def test_one_success_forgets_the_failures():
    assert decide(failures=7.0).rhythm.failures == 0


def test_retry_after_is_honoured_even_while_a_release_is_news():
    chosen = decide(PollOutcome.BLOCKED, retry_after=5 * HOUR, in_window=True)
    assert chosen.poll_at == NOW + 5 * HOUR


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120), ("", None), ("soon", None), ("9" * 5000, None)],
)
def test_retry_after_is_read_in_seconds(header, seconds):
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert poll.retry_after(header) == expected


@pytest.mark.parametrize(
    ("status", "headers", "state"),
    [
        (200, {}, SourceState.OK),
        (304, {}, SourceState.OK),
        (401, {}, SourceState.BLOCKED),
        (403, {}, SourceState.BLOCKED),
        (503, {"cf-mitigated": "challenge"}, SourceState.BLOCKED),
        (404, {}, SourceState.FAILING),
        (500, {}, SourceState.FAILING),
        (410, {}, SourceState.GONE),
    ],
)
def test_the_answer_names_the_state(status, headers, state):
    assert decide(poll.outcome_of(status, headers)).state is state


def test_a_web_page_in_place_of_a_feed_is_a_failing_source():
    assert decide(PollOutcome.NOT_A_SOURCE).state is SourceState.FAILING


@given(
    outcome=st.sampled_from(PollOutcome),
    interval=st.timedeltas(timedelta(seconds=1), timedelta(days=9)),
    failures=st.floats(0, 1e6),
    chance=st.floats(0, 1),
    entries=st.integers(0, 500),
    is_window=st.booleans(),
)
def test_the_next_poll_lies_between_floor_and_ceiling(
    *, outcome, interval, failures, chance, entries, is_window
):
    chosen = decide(
        outcome,
        interval=interval,
        failures=failures,
        chance=chance,
        entry_count=entries,
        new_count=entries // 2,
        in_window=is_window,
    )
    least, most = timedelta(minutes=10) * 0.9, timedelta(minutes=1440) * 1.1
    assert least <= chosen.poll_at - NOW <= most
    assert timedelta(minutes=10) <= chosen.rhythm.interval <= timedelta(minutes=1440)
