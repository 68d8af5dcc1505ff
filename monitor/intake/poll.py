"""When a source is asked next. Decides; touches nothing.

The interval follows the source's own rhythm, so that about one new entry waits at each look;
it shortens when a look shows mostly unknown entries, because then some may fall off the
source's end before we look again. Hours, tiers and what the site asks for bound it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from zoneinfo import ZoneInfo

from core.settings import Polling
from core.zones import wall_of
from monitor.states import PollOutcome

# When a source is asked that nobody polls: paused, or entered by hand. Nothing falls due then.
NEVER: Final = datetime(2999, 1, 1, tzinfo=UTC)
# Below this share of known entries, some may be missed (rss-fetcher's overlap rule).
_MOSTLY_NEW: Final = 0.33
# How fast an observed gap moves the usual one: a burst must not, a changed habit must.
_LEARNING: Final = 0.3
_FAILURE_WEIGHT: Final = {
    PollOutcome.BLOCKED: 1.0,
    PollOutcome.NOT_A_SOURCE: 1.0,
    PollOutcome.REFUSED: 1.0,
    PollOutcome.GONE: 1.0,
    PollOutcome.FAILED: 0.5,
}
# Never disabled: feeds do answer 404 for months and come back.
_PATIENCE: Final = 30.0
_WEEKLY: Final = timedelta(days=7)
# A site that refuses us is not pressed, unless it says itself when to come again.
_BLOCKED_WAIT: Final = timedelta(hours=6)
_LONGEST_REST: Final = timedelta(days=1)
# News cannot wait for what a careless cache header says.
_LONGEST_CACHE: Final = timedelta(hours=1)
_TIER_FLOORS: Final = {1: 1.0, 2: 1.5, 3: 3.0}
_LONGEST_NUMBER: Final = 8
_JITTER: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How a source publishes and how it was asked."""

    interval: timedelta
    # The usual time between two new entries; None until it was seen.
    usual_gap: timedelta | None = None
    # Failures in a row, weighed.
    failures: float = 0.0
    tier: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a look showed."""

    outcome: PollOutcome
    entry_count: int = 0
    new_count: int = 0
    # Since the last look that succeeded; None at the first.
    elapsed: timedelta | None = None
    # Since the last new entry; None when there was none yet.
    since_new: timedelta | None = None
    # What the site asks for: Retry-After, and how long its answer stays good.
    rest: timedelta | None = None
    cache: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    rhythm: Rhythm
    poll_at: datetime


def decide(
    rhythm: Rhythm,
    seen: Seen,
    *,
    now: datetime,
    zone: ZoneInfo,
    settings: Polling,
    in_window: bool,
    chance: float,
) -> Next:
    """Choose the next poll. *chance* is 0 to 1.

    A source that fails is asked ever more slowly and never given up. While a release is
    news, sources that can be read are asked at their floor, also at night.
    """
    floor, ceiling = bounds(rhythm.tier, settings)
    if seen.outcome is PollOutcome.POSTPONED:
        rest = min(seen.rest or floor, _LONGEST_REST)
        return Next(rhythm=rhythm, poll_at=now + rest * (1 + _JITTER * chance))
    weight = _FAILURE_WEIGHT.get(seen.outcome)
    if weight is None:
        usual_gap = _learnt(rhythm.usual_gap, seen)
        interval = _interval(rhythm.interval, usual_gap, seen)
        interval = max(floor, min(interval, ceiling))
        after = Rhythm(interval=interval, usual_gap=usual_gap, tier=rhythm.tier)
        wait = floor if in_window else interval
        if not in_window and is_night(now, zone=zone, settings=settings):
            wait = max(wait, timedelta(minutes=settings.night_floor_minutes))
        wait = max(wait, min(seen.cache or timedelta(), _LONGEST_CACHE))
    else:
        failures = rhythm.failures + weight
        after = Rhythm(
            interval=max(floor, min(rhythm.interval, ceiling)),
            usual_gap=rhythm.usual_gap,
            failures=failures,
            tier=rhythm.tier,
        )
        wait = _patience(after, seen, ceiling)
    # A tenth either way, so that sources do not fall due together.
    wait *= 1 - _JITTER + 2 * _JITTER * chance
    # What the site asks for is kept to the second.
    wait = max(wait, min(seen.rest or timedelta(), _LONGEST_REST))
    return Next(rhythm=after, poll_at=now + wait)


def bounds(tier: int, settings: Polling) -> tuple[timedelta, timedelta]:
    """The briskest and the slowest a source of *tier* is polled while it can be read."""
    floor = timedelta(minutes=settings.floor_minutes * _TIER_FLOORS.get(tier, 1.0))
    minutes = settings.ceiling_minutes
    if tier == 1:
        minutes = min(minutes, settings.first_tier_ceiling_minutes)
    return floor, max(floor, timedelta(minutes=minutes))


def is_night(now: datetime, *, zone: ZoneInfo, settings: Polling) -> bool:
    begins, ends = (time.fromisoformat(one) for one in settings.night.split("-"))
    here = wall_of(now, zone.key).time()
    if begins <= ends:
        return begins <= here < ends
    return here >= begins or here < ends


def _learnt(usual: timedelta | None, seen: Seen) -> timedelta | None:
    """The usual time between two new entries, moved by what this look showed.

    Silence teaches nothing, or it would make itself look usual.
    """
    if not seen.new_count or seen.elapsed is None:
        return usual
    silent = max(seen.since_new or seen.elapsed, timedelta(minutes=1))
    sample = silent / seen.new_count
    return sample if usual is None else usual + (sample - usual) * _LEARNING


def _interval(
    interval: timedelta, usual_gap: timedelta | None, seen: Seen
) -> timedelta:
    if seen.new_count and seen.elapsed is not None:
        known = 1 - seen.new_count / max(seen.entry_count, 1)
        if known < _MOSTLY_NEW:
            return min(interval, usual_gap or interval) / 2
    if usual_gap is None:
        return interval
    silent = timedelta() if seen.new_count else seen.since_new or timedelta()
    # A source that fell silent is asked less, little by little.
    return usual_gap + max(silent - usual_gap, timedelta()) * _LEARNING


def _patience(after: Rhythm, seen: Seen, ceiling: timedelta) -> timedelta:
    if seen.outcome is PollOutcome.GONE or after.failures >= _PATIENCE:
        return _WEEKLY
    # Linear: exponential back-off is extreme at large intervals.
    wait = min(after.interval * (1 + after.failures), ceiling)
    is_refused = seen.outcome is PollOutcome.BLOCKED and seen.rest is None
    return max(wait, _BLOCKED_WAIT) if is_refused else wait


def retry_after(header: str, *, now: datetime) -> timedelta | None:
    """Retry-After, in seconds or as a date."""
    text = header.strip()
    if text.isdecimal() and text.isascii():
        short = len(text) <= _LONGEST_NUMBER
        return timedelta(seconds=int(text)) if short else _LONGEST_REST
    return _until(text, now)


def cache_time(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """How long an answer stays good: Cache-Control's max-age, or Expires."""
    for part in headers.get("cache-control", "").split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "max-age":
            return retry_after(value.strip('"'), now=now)
    return _until(headers.get("expires", ""), now)


def _until(text: str, now: datetime) -> timedelta | None:
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        at = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return max(at - now, timedelta())
    except (ValueError, TypeError, OverflowError):
        return None
