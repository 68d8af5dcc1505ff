"""When a source is asked next."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.settings import Polling
from monitor.intake import poll
from monitor.states import PollOutcome

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RABAT = ZoneInfo("Africa/Casablanca")


def decide(
    outcome=PollOutcome.READ, *, now=NOW, in_window=False, chance=0.5, **given_values
):
    rhythm = {"interval": HOUR, "usual_gap": None, "failures": 0.0, "tier": 1}
    seen = {"entry_count": 20, "new_count": 10, "elapsed": HOUR, "since_new": HOUR}
    for name, value in given_values.items():
        (rhythm if name in rhythm else seen)[name] = value
    return poll.decide(
        poll.Rhythm(**rhythm),
        poll.Seen(outcome=outcome, **seen),
        now=now,
        zone=RABAT,
        settings=Polling(),
        in_window=in_window,
        chance=chance,
    )


def test_the_interval_follows_the_gap_between_new_entries():
    hourly = decide(new_count=1, entry_count=40)
    assert hourly.rhythm.usual_gap == HOUR
    assert hourly.rhythm.interval == HOUR
    assert hourly.poll_at == NOW + HOUR


def test_one_burst_does_not_move_a_rhythm_much_and_a_changed_habit_does():
    rhythm = poll.Rhythm(interval=HOUR, usual_gap=4 * HOUR, tier=1)
    gaps = []
    for _ in range(12):
        chosen = decide(
            interval=rhythm.interval,
            usual_gap=rhythm.usual_gap,
            new_count=2,
            entry_count=40,
        )
        rhythm = chosen.rhythm
        gaps.append(rhythm.usual_gap)
    assert gaps[0] > 2 * HOUR
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < 45 * MINUTE


def test_mostly_unknown_entries_shorten_the_interval_before_any_fall_off_the_end():
    assert (
        decide(new_count=18, interval=4 * HOUR, usual_gap=4 * HOUR).rhythm.interval
        <= 2 * HOUR
    )


def test_a_source_that_fell_silent_is_asked_less_and_keeps_its_rhythm():
    chosen = decide(
        PollOutcome.UNCHANGED,
        new_count=0,
        entry_count=0,
        usual_gap=HOUR,
        since_new=5 * HOUR,
    )
    assert chosen.rhythm.usual_gap == HOUR, "silence is not what is usual"
    assert HOUR < chosen.rhythm.interval < 5 * HOUR


def test_a_first_look_teaches_no_rhythm():
    assert decide(new_count=20, elapsed=None).rhythm.usual_gap is None


@pytest.mark.parametrize(("tier", "floor"), [(1, 10), (2, 15), (3, 30)])
def test_each_tier_has_its_floor(tier, floor):
    chosen = decide(tier=tier, new_count=20, elapsed=MINUTE, interval=MINUTE)
    assert chosen.poll_at == NOW + floor * MINUTE


@pytest.mark.parametrize(("tier", "hours"), [(1, 6), (2, 24)])
def test_each_tier_has_its_ceiling(tier, hours):
    chosen = decide(tier=tier, usual_gap=100 * DAY, new_count=0)
    assert chosen.rhythm.interval == hours * HOUR


def test_while_a_release_is_news_the_floor_holds_and_the_rhythm_is_kept():
    chosen = decide(in_window=True, new_count=1, entry_count=40)
    assert chosen.poll_at == NOW + 10 * MINUTE
    assert chosen.rhythm.interval == HOUR


@pytest.mark.parametrize(
    ("at", "minutes"),
    [("21:59", 10), ("22:00", 60), ("03:00", 60), ("05:59", 60), ("06:00", 10)],
)
def test_at_night_of_the_office_s_zone_sources_rest(at, minutes):
    hour, minute = map(int, at.split(":"))
    # Rabat stands at UTC since 2026-09-20.
    night = datetime(2026, 11, 24, hour, minute, tzinfo=UTC)
    chosen = decide(now=night, new_count=20, elapsed=MINUTE, interval=MINUTE)
    assert chosen.poll_at == night + minutes * MINUTE


def test_a_release_that_is_news_is_followed_at_night_too():
    night = datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert decide(now=night, in_window=True).poll_at == night + 10 * MINUTE


def test_a_failing_source_is_asked_ever_more_slowly_and_never_given_up():
    failures, waits = 0.0, []
    for _ in range(80):
        chosen = decide(PollOutcome.FAILED, failures=failures)
        failures = chosen.rhythm.failures
        waits.append(chosen.poll_at - NOW)
    assert waits == sorted(waits)
    assert waits[:2] == [1.5 * HOUR, 2 * HOUR]
    assert waits[-1] == 7 * DAY


def test_a_site_that_refuses_us_is_not_pressed():
    assert decide(PollOutcome.BLOCKED).poll_at == NOW + 6 * HOUR


def test_a_source_that_is_gone_is_looked_at_weekly():
    assert decide(PollOutcome.GONE).poll_at == NOW + 7 * DAY


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_what_the_site_asks_for_is_kept_whatever_the_jitter(chance):
    soon = decide(PollOutcome.BLOCKED, rest=HOUR / 60, chance=chance)
    assert soon.poll_at <= NOW + 3 * HOUR, "it said itself when to come again"
    rested = decide(PollOutcome.BLOCKED, rest=9 * HOUR, chance=chance)
    assert rested.poll_at >= NOW + 9 * HOUR
    assert decide(rest=10 * DAY).poll_at == NOW + DAY


def test_a_careless_cache_header_delays_news_by_an_hour_at_most():
    assert decide(
        new_count=20, elapsed=MINUTE, interval=MINUTE, cache=30 * DAY
    ).poll_at == (NOW + HOUR)


def test_a_rest_of_the_domain_changes_nothing_but_the_hour():
    chosen = decide(PollOutcome.POSTPONED, rest=20 * MINUTE, failures=2.0)
    assert chosen.rhythm.failures == 2.0
    assert NOW + 20 * MINUTE <= chosen.poll_at <= NOW + 22 * MINUTE


@given(
    st.sampled_from(PollOutcome),
    st.integers(0, 3),
    st.integers(0, 2000).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    st.floats(0, 1),
    st.booleans(),
)
def test_every_look_has_a_next_one_in_bounds(outcome, tier, counts, chance, window):
    chosen = decide(
        outcome,
        tier=tier,
        entry_count=counts[0],
        new_count=counts[1],
        chance=chance,
        in_window=window,
    )
    assert NOW + 9 * MINUTE <= chosen.poll_at <= NOW + 8 * DAY


def test_retry_after_is_seconds_or_a_date():
    assert poll.retry_after("120", now=NOW) == 2 * MINUTE
    assert poll.retry_after("Tue, 24 Nov 2026 09:30:00 GMT", now=NOW) == 30 * MINUTE
    assert poll.retry_after("Tue, 24 Nov 2020 09:30:00 GMT", now=NOW) == timedelta()
    assert poll.retry_after("9" * 30, now=NOW) == DAY


@given(st.text())
def test_any_header_is_read_without_harm(text):
    for found in (
        poll.retry_after(text, now=NOW),
        poll.cache_time({"cache-control": text, "expires": text}, now=NOW),
    ):
        assert found is None or found >= timedelta()


def test_an_answer_stays_good_as_long_as_it_says():
    assert (
        poll.cache_time({"cache-control": "public, max-age=600"}, now=NOW)
        == 10 * MINUTE
    )
    assert (
        poll.cache_time({"expires": "Tue, 24 Nov 2026 10:00:00 GMT"}, now=NOW) == HOUR
    )
    assert poll.cache_time({"expires": "0"}, now=NOW) is None
