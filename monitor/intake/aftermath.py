"""What a source is once a look at it is over: the columns of its row. Decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from core.settings import Polling
from core.web.domain import domain_of
from monitor.intake import health, poll
from monitor.intake.health import Signs
from monitor.intake.looking import Asked, Look
from monitor.intake.poll import Rhythm, Seen
from monitor.intake.storing import Stored
from monitor.states import Fault, PollOutcome, SourceState

# A captive portal or a parked domain must not steal a source: a permanent redirect is
# adopted when it was seen so often over so long and leads to what can be read.
_MOVES: Final = 3
_MOVE_TIME: Final = timedelta(hours=24)
# PostgreSQL's index takes no longer one: the whole batch would be refused.
_LONGEST_ADDRESS: Final = 2000
# What "too often" means where a site does not say.
_LATER: Final = timedelta(minutes=30)
_PERMANENT: Final = frozenset({301, 308})
_READABLE: Final = frozenset({PollOutcome.READ, PollOutcome.UNCHANGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is so for every source of a pass."""

    now: datetime
    zone: ZoneInfo
    settings: Polling
    in_window: bool


def after(
    look: Look, stored: Stored, *, around: Surroundings, chance: float
) -> dict[str, Any]:
    """The columns of the source after the look."""
    before, now = look.asked, around.now
    headers = look.fetched.headers if look.fetched is not None else {}
    is_read = look.verdict.outcome in _READABLE
    new_count = stored.new
    outrun = (
        look.is_window
        and is_read
        and health.is_outrun(
            entry_count=look.entry_count,
            new_count=stored.fresh,
            read_before=before.entries_hash != 0,
        )
    )
    chosen = poll.decide(
        _rhythm(before),
        _seen(look, new_count, headers, now),
        now=now,
        zone=around.zone,
        settings=around.settings,
        in_window=around.in_window,
        chance=chance,
    )
    gap = chosen.rhythm.usual_gap
    row = {
        "id": before.id,
        "interval_seconds": round(chosen.rhythm.interval.total_seconds()),
        "usual_gap_seconds": None if gap is None else round(gap.total_seconds()),
        "failures": chosen.rhythm.failures,
        "next_poll_at": chosen.poll_at,
        "last_ok_at": now if is_read else before.last_ok_at,
        "last_new_at": now if new_count else before.last_new_at,
        "newest_at": max(filter(None, (look.newest, before.newest_at)), default=None),
        "outrun_at": now if outrun else before.outrun_at,
        "profile": look.strangeness.habits.as_profile()
        if look.entries and not look.strangeness.reasons
        else dict(before.profile),
        **_validators(look, headers, now),
        **_move(look, now),
    }
    return row | _state(look, row, around)


def _rhythm(before: Asked) -> Rhythm:
    gap = before.usual_gap_seconds
    return Rhythm(
        interval=timedelta(seconds=before.interval_seconds),
        usual_gap=None if gap is None else timedelta(seconds=gap),
        failures=before.failures,
        tier=before.tier,
    )


def _seen(
    look: Look, new_count: int, headers: Mapping[str, str], now: datetime
) -> Seen:
    before = look.asked
    rest = look.verdict.rest
    if rest is None:
        rest = poll.retry_after(headers.get("retry-after", ""), now=now)
    if rest is None and look.verdict.fault is Fault.TOO_MANY:
        # Too often is no refusal: it says "later", if not when.
        rest = _LATER
    cache = poll.cache_time(headers, now=now) or timedelta()
    return Seen(
        outcome=look.verdict.outcome,
        entry_count=look.entry_count,
        new_count=new_count,
        elapsed=now - before.last_ok_at
        if before.last_ok_at is not None and before.entries_hash
        else None,
        since_new=now - before.last_new_at if before.last_new_at is not None else None,
        rest=rest,
        cache=max(cache, timedelta(seconds=look.asked_seconds)),
    )


def _validators(
    look: Look, headers: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    before = look.asked
    is_read = look.verdict.outcome in _READABLE
    is_strange = bool(look.strangeness.reasons)
    changed = look.entries_hash not in {0, before.entries_hash}
    if not is_read or is_strange:
        return {
            name: getattr(before, name)
            for name in (
                "etag",
                "last_modified",
                "validators_lie",
                "last_whole_at",
                "body_hash",
                "entries_hash",
            )
        }
    if look.has_parts:
        # Its parts change while an index stays as it is: it is always read whole.
        headers = {"etag": "", "last-modified": ""}
    return {
        # After 304 the old ones hold where the answer repeats none.
        "etag": headers.get("etag", before.etag if look.entries_hash == 0 else ""),
        "last_modified": headers.get(
            "last-modified", before.last_modified if look.entries_hash == 0 else ""
        ),
        "validators_lie": before.validators_lie
        or (look.is_whole and changed and _is_same_validator(before, headers)),
        "last_whole_at": now if look.is_whole else before.last_whole_at,
        "body_hash": look.body_hash or before.body_hash,
        "entries_hash": look.entries_hash or before.entries_hash,
    }


def _is_same_validator(before: Asked, headers: Mapping[str, str]) -> bool:
    """Other entries under the validator of the last ones: it would have said "unchanged"."""
    if before.etag or "etag" in headers:
        return before.etag == headers.get("etag", "")
    return bool(before.last_modified) and before.last_modified == headers.get(
        "last-modified"
    )


def _move(look: Look, now: datetime) -> dict[str, Any]:
    before, fetched = look.asked, look.fetched
    hops = fetched.hops if fetched is not None else ()
    target = fetched.url if fetched is not None else ""
    is_good = look.verdict.outcome in _READABLE and not look.strangeness.reasons
    is_moved = (
        bool(hops)
        and all(one.status in _PERMANENT for one in hops)
        and len(target) <= _LONGEST_ADDRESS
    )
    if not is_moved or not is_good:
        # One failed look forgets nothing; one that found the source at home does.
        is_home = is_good and not hops
        return {
            "url": before.url,
            "domain": before.domain,
            "moved_to": "" if is_home else before.moved_to,
            "moved_since": None if is_home else before.moved_since,
            "moved_times": 0 if is_home else before.moved_times,
        }
    times, since = 1, now
    if target == before.moved_to and before.moved_since is not None:
        times, since = before.moved_times + 1, before.moved_since
    if times >= _MOVES and now - since >= _MOVE_TIME:
        return {
            "url": target,
            "domain": domain_of(target),
            "moved_to": "",
            "moved_since": None,
            "moved_times": 0,
        }
    return {
        "url": before.url,
        "domain": before.domain,
        "moved_to": target,
        "moved_since": since,
        "moved_times": times,
    }


def _state(look: Look, row: Mapping[str, Any], around: Surroundings) -> dict[str, Any]:
    before, now = look.asked, around.now
    if look.verdict.outcome is PollOutcome.POSTPONED:
        return {
            "state": before.state,
            "state_since": before.state_since,
            "fault": before.fault,
            "detail": before.detail,
        }
    gap = row["usual_gap_seconds"]
    state = health.state_of(
        Signs(
            outcome=look.verdict.outcome,
            fault=look.verdict.fault,
            is_strange=bool(look.strangeness.reasons),
            only_moved=look.body_hash not in {"", before.body_hash},
            was_stale=before.state == SourceState.STALE
            and row["last_new_at"] == before.last_new_at,
            usual_gap=None if gap is None else timedelta(seconds=gap),
            first_seen_at=before.added_at or before.state_since,
            last_new_at=row["last_new_at"],
            newest_at=row["newest_at"],
            outrun_at=row["outrun_at"],
        ),
        now=now,
    )
    return {
        "state": state.value,
        "state_since": before.state_since if state == before.state else now,
        "fault": look.verdict.fault.value if look.verdict.fault is not None else "",
        "detail": look.verdict.detail or ", ".join(look.strangeness.reasons),
    }
