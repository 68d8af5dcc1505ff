"""One look at a source: what is asked, and what the answer means. Decides; touches nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from core.errors import FetchFailed, FetchRefused, Resting
from core.web import Answer, Ask, Fetched
from monitor.intake import dates, health
from monitor.intake.health import Habits, Strangeness
from monitor.intake.identity import Keyed, hash64, keyed
from monitor.sources.base import Document, Parsed
from monitor.states import Fault, PollOutcome

# Once so often a source is read without validators: some say "unchanged" when it is not.
_WHOLE_EVERY: Final = timedelta(days=1)
_NOT_MODIFIED: Final = 304
_TOO_MANY: Final = 429
_GONE: Final = 410
_FORBIDDING: Final = frozenset({401, 403, 407, 451})
_OK: Final = range(200, 300)
_EMPTY: Final = frozenset({204, 205})
# What each error of core.web means: outcome and fault.
_ERRORS: Final[Mapping[str, tuple[PollOutcome, Fault]]] = {
    "address": (PollOutcome.REFUSED, Fault.ADDRESS),
    "robots": (PollOutcome.BLOCKED, Fault.ROBOTS),
    "redirects": (PollOutcome.FAILED, Fault.REDIRECTS),
    "too-large": (PollOutcome.REFUSED, Fault.TOO_LARGE),
    "robots-unread": (PollOutcome.FAILED, Fault.UNREACHABLE),
    "coding": (PollOutcome.FAILED, Fault.CODING),
    "timeout": (PollOutcome.FAILED, Fault.TIMEOUT),
    "unreachable": (PollOutcome.FAILED, Fault.UNREACHABLE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A source as it is before a poll, with the columns a poll may change."""

    id: int
    outlet_id: int
    outlet: str
    tier: int
    kind: str
    url: str
    domain: str
    options: Mapping[str, Any]
    lease: str | None
    state: str
    state_since: datetime
    added_at: datetime | None
    fault: str
    detail: str
    interval_seconds: int
    failures: float
    etag: str
    last_modified: str
    validators_lie: bool
    last_whole_at: datetime | None
    moved_to: str
    moved_since: datetime | None
    moved_times: int
    body_hash: str
    entries_hash: int
    last_ok_at: datetime | None
    last_new_at: datetime | None
    newest_at: datetime | None
    usual_gap_seconds: int | None
    outrun_at: datetime | None
    profile: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an answer means before its body is read."""

    outcome: PollOutcome
    fault: Fault | None = None
    detail: str = ""
    rest: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at a source brought."""

    asked: Asked
    verdict: Verdict
    fetched: Fetched | None = None
    # Whether it was asked without validators.
    is_whole: bool = False
    seconds: float = 0.0
    entries: Sequence[Keyed] = ()
    entry_count: int = 0
    newest: datetime | None = None
    body_hash: str = ""
    entries_hash: int = 0
    asked_seconds: int = 0
    # Entries beyond what is read of one document, or without an address.
    left_out: int = 0
    # Whether it is an index, whose parts were read as well.
    has_parts: bool = False
    # Whether it shows a window of its latest entries, which can be outrun.
    is_window: bool = True
    strangeness: Strangeness = field(
        default_factory=lambda: Strangeness(
            reasons=(), habits=Habits(languages={}, hosts={})
        )
    )


def is_whole_due(asked: Asked, *, now: datetime) -> bool:
    """Whether this look is made without validators."""
    return (
        asked.validators_lie
        or asked.last_whole_at is None
        or now - asked.last_whole_at >= _WHOLE_EVERY
    )


def ask_for(asked: Asked, *, now: datetime) -> Ask:
    """What is asked: validators exactly as they came, unless a whole read is due."""
    return Ask(
        url=asked.url,
        headers={} if is_whole_due(asked, now=now) else _validators(asked),
        key=asked.id,
        robots="robots_agreement" not in asked.options,
    )


def _validators(asked: Asked) -> Mapping[str, str]:
    given = {"If-None-Match": asked.etag, "If-Modified-Since": asked.last_modified}
    # What is no ASCII cannot be sent back as a header.
    return {
        name: value
        for name, value in given.items()
        if value and value.isascii() and value.isprintable()
    }


def verdict_of(answer: Answer) -> Verdict:
    """What error, status and headers say; a body may still turn out to be no source."""
    if answer.error is not None:
        return _verdict_of_error(answer.error)
    if answer.fetched is None:
        raise ValueError("an answer holds what was fetched or an error")
    status, headers = answer.fetched.status, answer.fetched.headers
    if headers.get("cf-mitigated") == "challenge":
        return Verdict(outcome=PollOutcome.BLOCKED, fault=Fault.CHALLENGE)
    if status == _NOT_MODIFIED and answer.ask.headers:
        return Verdict(outcome=PollOutcome.UNCHANGED)
    if status in _OK and status not in _EMPTY:
        return Verdict(outcome=PollOutcome.READ)
    outcome, fault = _of_status(status)
    return Verdict(outcome=outcome, fault=fault, detail=str(status))


def _of_status(status: int) -> tuple[PollOutcome, Fault]:
    if status in _FORBIDDING:
        return PollOutcome.BLOCKED, Fault.FORBIDDEN
    if status == _TOO_MANY:
        return PollOutcome.BLOCKED, Fault.TOO_MANY
    if status == _GONE:
        return PollOutcome.GONE, Fault.GONE
    if status in _EMPTY:
        return PollOutcome.NOT_A_SOURCE, Fault.EMPTY
    return PollOutcome.FAILED, Fault.STATUS


def _verdict_of_error(error: FetchRefused | FetchFailed) -> Verdict:
    if isinstance(error, Resting):
        return Verdict(
            outcome=PollOutcome.POSTPONED, rest=timedelta(seconds=error.seconds)
        )
    unnamed = (
        (PollOutcome.REFUSED, Fault.ADDRESS)
        if isinstance(error, FetchRefused)
        else (PollOutcome.FAILED, Fault.UNREACHABLE)
    )
    outcome, fault = _ERRORS.get(error.code, unnamed)
    return Verdict(outcome=outcome, fault=fault, detail=error.what)


def document_of(fetched: Fetched, *, zone: ZoneInfo, now: datetime) -> Document:
    media_type, _, rest = fetched.headers.get("content-type", "").partition(";")
    charset = ""
    if rest:
        name, _, value = rest.strip().partition("=")
        charset = value.strip("\"' ") if name.strip().lower() == "charset" else ""
    return Document(
        body=fetched.body,
        url=fetched.url,
        media_type=media_type.strip().lower(),
        charset=charset,
        zone=zone,
        came_at=now,
    )


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def look(
    asked: Asked,
    answer: Answer,
    parsed: Parsed | None,
    verdict: Verdict,
    *,
    now: datetime,
) -> Look:
    """Put together what came. *parsed* is given where the verdict is READ."""
    if parsed is None or answer.fetched is None:
        return Look(
            asked=asked,
            verdict=verdict,
            fetched=answer.fetched,
            is_whole=not answer.ask.headers,
            seconds=answer.seconds,
        )
    entries = keyed(dates.believed(parsed.entries, now=now))
    entries_hash = _hash_of(entries)
    return Look(
        asked=asked,
        verdict=verdict,
        fetched=answer.fetched,
        is_whole=not answer.ask.headers,
        seconds=answer.seconds,
        entries=() if entries_hash == asked.entries_hash else entries,
        entry_count=len(entries),
        newest=dates.newest([one.entry for one in entries]),
        body_hash=digest(answer.fetched.body),
        entries_hash=entries_hash,
        asked_seconds=parsed.asked_seconds,
        left_out=parsed.left_out,
        has_parts=bool(parsed.further),
        strangeness=Strangeness(reasons=(), habits=Habits.of(asked.profile))
        if entries_hash == asked.entries_hash
        else health.strangeness(
            [one.entry for one in entries], Habits.of(asked.profile)
        ),
    )


def look_at_letters(asked: Asked, parsed: Sequence[Parsed], *, now: datetime) -> Look:
    """What letters brought a newsletter; none of them is as good as "unchanged"."""
    if not parsed:
        return Look(asked=asked, verdict=Verdict(outcome=PollOutcome.UNCHANGED))
    listed = [entry for one in parsed for entry in one.entries]
    entries = keyed(dates.believed(listed, now=now))
    return Look(
        asked=asked,
        verdict=Verdict(outcome=PollOutcome.READ),
        entries=entries,
        entry_count=len(entries),
        newest=dates.newest([one.entry for one in entries]),
        entries_hash=_hash_of(entries),
        is_window=False,
        strangeness=Strangeness(reasons=(), habits=Habits.of(asked.profile)),
    )


def _hash_of(entries: Sequence[Keyed]) -> int:
    """The same for the same entries in any order, whatever stands around them."""
    said = sorted({one.key_hash ^ one.said_hash for one in entries})
    return hash64(",".join(map(str, said)))
