"""When a source is asked next, and what its state is. Decides; touches nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.settings import Polling
from monitor.states import PollOutcome, SourceState

# Share of entries already known: above, the source is asked more often than it writes;
# below, entries may fall off its end before we look (rss-fetcher's overlap rule).
_MOSTLY_KNOWN = 0.67
_MOSTLY_NEW = 0.33
_FAILURE_WEIGHT = {
    PollOutcome.BLOCKED: 1.0,
    PollOutcome.NOT_A_SOURCE: 1.0,
    PollOutcome.REFUSED: 1.0,
    PollOutcome.GONE: 1.0,
    PollOutcome.FAILED: 0.5,
}
_STATES = {
    PollOutcome.READ: SourceState.OK,
    PollOutcome.UNCHANGED: SourceState.OK,
    PollOutcome.BLOCKED: SourceState.BLOCKED,
    PollOutcome.GONE: SourceState.GONE,
    PollOutcome.NOT_A_SOURCE: SourceState.FAILING,
    PollOutcome.REFUSED: SourceState.FAILING,
    PollOutcome.FAILED: SourceState.FAILING,
}
_BLOCKING = frozenset({401, 403, 429, 451})
_GONE = 410
_LONGEST_NUMBER = 8
_OK = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """A source's interval and how often it failed in a row, weighed."""

    interval: timedelta
    failures: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    rhythm: Rhythm
    state: SourceState
    poll_at: datetime


def outcome_of(status: int, headers: Mapping[str, str]) -> PollOutcome:
    """What status and headers say; a body may still turn out to be no source."""
    if headers.get("cf-mitigated") == "challenge":
        return PollOutcome.BLOCKED
    if status == 304:  # noqa: PLR2004 - Not Modified
        return PollOutcome.UNCHANGED
    if status in _OK:
        return PollOutcome.READ
    if status in _BLOCKING:
        return PollOutcome.BLOCKED
    return PollOutcome.GONE if status == _GONE else PollOutcome.FAILED


def decide(
    rhythm: Rhythm,
    outcome: PollOutcome,
    *,
    entry_count: int,
    new_count: int,
    now: datetime,
    settings: Polling,
    in_window: bool,
    retry_after: timedelta | None,
    chance: float,
) -> Next:
    """Choose the next poll.

    A source that fails is asked ever more slowly and never given up: feeds do answer 404
    and come back. While a release is news, sources that can be read are asked at the floor.
    """
    floor = timedelta(minutes=settings.floor_minutes)
    ceiling = timedelta(minutes=settings.ceiling_minutes)
    weight = _FAILURE_WEIGHT.get(outcome)
    if weight is None:
        interval = _adapted(rhythm.interval, outcome, entry_count, new_count)
        interval = max(floor, min(interval, ceiling))
        wait = floor if in_window else interval
        failures = 0.0
    else:
        failures = rhythm.failures + weight
        interval = max(floor, min(rhythm.interval, ceiling))
        # Linear: exponential back-off is extreme at large intervals.
        wait = min(interval * (1 + failures), ceiling)
    if retry_after is not None:
        wait = max(wait, min(retry_after, ceiling))
    # A tenth either way, so that sources do not fall due together.
    wait *= 0.9 + 0.2 * chance
    return Next(
        rhythm=Rhythm(interval=interval, failures=failures),
        state=_STATES[outcome],
        poll_at=now + wait,
    )


def _adapted(
    interval: timedelta, outcome: PollOutcome, entry_count: int, new_count: int
) -> timedelta:
    if outcome is PollOutcome.UNCHANGED or entry_count == 0:
        return interval * 1.25
    known = 1 - new_count / entry_count
    if known >= _MOSTLY_KNOWN:
        return interval * 1.25
    return interval / 2 if known < _MOSTLY_NEW else interval


def retry_after(header: str) -> timedelta | None:
    """Read Retry-After in seconds; a date is rare and ignored."""
    seconds = header.strip()
    if not seconds.isdecimal() or len(seconds) > _LONGEST_NUMBER:
        return None
    return timedelta(seconds=int(seconds))
