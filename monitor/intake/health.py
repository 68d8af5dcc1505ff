"""What a person should think of a source after a look (promise L3). Decides; touches nothing.

An answer is not health: a feed may be parked, frozen, taken over, or simply silent.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from core.text.language import guess
from core.web.domain import domain_of
from monitor.sources.base import Entry
from monitor.states import Fault, PollOutcome, SourceState

# Against its own rhythm, and never for the sake of one free day.
_QUIET_GAPS: Final = 4
_QUIET_AT_LEAST: Final = timedelta(days=2)
# Without a rhythm yet, or for the slowest.
_QUIET_AT_MOST: Final = timedelta(days=30)
_STALE: Final = timedelta(days=30)
# A possible loss is said for a day, so that the morning's reader meets it.
_OUTRUN_SAID: Final = timedelta(days=1)
# Fewer entries come together by chance.
_OUTRUN_ENTRIES: Final = 5
_HIJACK_ENTRIES: Final = 3
_HIJACK_SHARE: Final = 0.8
_SURE: Final = 0.9
# Looks with new entries before a source's own habits are known.
_KNOWN_LOOKS: Final = 3
_SAMPLE: Final = 8
_LEARNING: Final = 0.2
_MOST_HABITS: Final = 20
# What parked and captured sites are filled with; one such word proves nothing.
_SPAM: Final = re.compile(
    r"\b(?:casinos?|slots?|judi|togel|gacor|poker|betting|sportsbook|jackpot|roulette|viagra"
    r"|cialis|escorts?|porno?|xxx|payday loans?|crypto giveaway|domain (?:is )?for sale)\b",
    flags=re.IGNORECASE,
)
_READABLE: Final = frozenset({PollOutcome.READ, PollOutcome.UNCHANGED})
_STATES: Final = {
    PollOutcome.BLOCKED: SourceState.BLOCKED,
    PollOutcome.GONE: SourceState.GONE,
    PollOutcome.NOT_A_SOURCE: SourceState.FAILING,
    PollOutcome.REFUSED: SourceState.FAILING,
    PollOutcome.FAILED: SourceState.FAILING,
}
_FAULT_STATES: Final = {
    Fault.PARKED: SourceState.HIJACKED,
    Fault.LOGIN: SourceState.BLOCKED,
    Fault.CHALLENGE: SourceState.BLOCKED,
    Fault.ROBOTS: SourceState.BLOCKED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What a source's entries are like: how often each language and each site came."""

    languages: Mapping[str, int]
    hosts: Mapping[str, int]
    looks: int = 0
    # How many entries a look shows, usually: a page whose links collapsed was rebuilt.
    entries: float = 0.0

    @classmethod
    def of(cls, profile: Mapping[str, Any]) -> "Habits":
        return cls(
            languages=profile.get("languages", {}),
            hosts=profile.get("hosts", {}),
            looks=profile.get("looks", 0),
            entries=profile.get("entries", 0.0),
        )

    def as_profile(self) -> dict[str, Any]:
        return {
            "languages": dict(self.languages),
            "hosts": dict(self.hosts),
            "looks": self.looks,
            "entries": self.entries,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Strangeness:
    """Why new entries look as if they were not the outlet's; empty reasons when they do not."""

    reasons: Sequence[str]
    habits: Habits


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What is known of a source once a look is over."""

    outcome: PollOutcome
    fault: Fault | None = None
    is_strange: bool = False
    # Whether its body changed without bringing anything new.
    only_moved: bool = False
    # Whether it counted as stale before a look that brought nothing new either.
    was_stale: bool = False
    usual_gap: timedelta | None = None
    first_seen_at: datetime
    last_new_at: datetime | None = None
    newest_at: datetime | None = None
    outrun_at: datetime | None = None


def state_of(signs: Signs, *, now: datetime) -> SourceState:
    """Name the state; the worst that holds."""
    if signs.outcome not in _READABLE:
        named = _FAULT_STATES.get(signs.fault) if signs.fault is not None else None
        return named or _STATES[signs.outcome]
    doubts = (
        (SourceState.HIJACKED, signs.is_strange),
        (SourceState.STALE, _is_stale(signs, now)),
        (SourceState.OUTRUN, _was_outrun(signs, now)),
        (SourceState.QUIET, _is_quiet(signs, now)),
    )
    return next((state for state, holds in doubts if holds), SourceState.OK)


def patience(usual_gap: timedelta | None) -> timedelta:
    """How long a source may say nothing new before it counts as quiet."""
    if usual_gap is None:
        return _QUIET_AT_MOST
    return min(max(usual_gap * _QUIET_GAPS, _QUIET_AT_LEAST), _QUIET_AT_MOST)


def _is_stale(signs: Signs, now: datetime) -> bool:
    """Its dates are old although its body moves, or although it brings new entries."""
    if signs.newest_at is None or now - signs.newest_at <= _STALE:
        return False
    brought = (
        signs.last_new_at is not None and signs.last_new_at - signs.newest_at > _STALE
    )
    return signs.only_moved or signs.was_stale or brought


def _was_outrun(signs: Signs, now: datetime) -> bool:
    return signs.outrun_at is not None and now - signs.outrun_at < _OUTRUN_SAID


def _is_quiet(signs: Signs, now: datetime) -> bool:
    since = signs.last_new_at or signs.first_seen_at
    return now - since > patience(signs.usual_gap)


def is_outrun(*, entry_count: int, new_count: int, read_before: bool) -> bool:
    """Whether every entry was new, so that others may have come and gone unseen."""
    return read_before and new_count == entry_count and entry_count >= _OUTRUN_ENTRIES


def strangeness(new: Sequence[Entry], habits: Habits) -> Strangeness:
    """Compare new entries with what the source's entries used to be like."""
    if not new:
        return Strangeness(reasons=(), habits=habits)
    sample = new[:_SAMPLE]
    titles = "\n".join(one.title for one in sample)
    language = guess(titles)
    hosts = Counter(domain_of(one.url) for one in sample)
    reasons = [
        name
        for name, holds in (
            (
                "language",
                _is_new_language(language.language, language.confidence, habits),
            ),
            ("hosts", _is_new_ground(hosts, habits)),
            ("spam", _is_spam(sample)),
        )
        if holds
    ]
    # One sign may be a special issue or a new section; spam, or two together, is not.
    strange = len(sample) >= _HIJACK_ENTRIES and ("spam" in reasons or len(reasons) > 1)
    if strange:
        return Strangeness(reasons=reasons, habits=habits)
    return Strangeness(
        reasons=(),
        habits=Habits(
            languages=_added(habits.languages, {language.language: 1}),
            hosts=_added(habits.hosts, hosts),
            looks=habits.looks + 1,
            entries=_usual(habits.entries, len(new)),
        ),
    )


def _is_new_language(language: str, confidence: float, habits: Habits) -> bool:
    return (
        habits.looks >= _KNOWN_LOOKS
        and confidence >= _SURE
        and bool(language)
        and language not in habits.languages
    )


def _is_new_ground(hosts: Mapping[str, int], habits: Habits) -> bool:
    elsewhere = sum(times for host, times in hosts.items() if host not in habits.hosts)
    return (
        habits.looks >= _KNOWN_LOOKS
        and elsewhere >= sum(hosts.values()) * _HIJACK_SHARE
    )


def _is_spam(sample: Sequence[Entry]) -> bool:
    said = sum(_SPAM.search(f"{one.title} {one.summary}") is not None for one in sample)
    return said >= len(sample) * _HIJACK_SHARE


def _usual(before: float, count: int) -> float:
    return round(before + (count - before) * _LEARNING, 1) if before else float(count)


def _added(before: Mapping[str, int], now: Mapping[str, int]) -> Mapping[str, int]:
    """The commonest of both: a profile stays small."""
    return dict((Counter(before) + Counter(now)).most_common(_MOST_HABITS))
