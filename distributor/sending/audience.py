"""Audience: contacts -> who is reached, in which language and when; who is not, and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.values import Language
from distributor.contacts import frequency, quiet
from distributor.states import Because

# For a contact whose own languages the release does not have: a text they may read with
# effort is better than silence, and French is what Moroccan newsrooms share.
FALLBACK = (
    Language.FRENCH,
    Language.ARABIC,
    Language.ENGLISH,
    Language.AMAZIGH,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    # None for an address of the office itself that is no contact.
    contact_id: int | None
    address: str
    address_key: str
    name: str
    languages: Sequence[str]
    quiet_from: str = ""
    quiet_until: str = ""
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    contact_id: int | None
    address: str
    address_key: str
    name: str
    language: str
    is_seed: bool = False
    # The end of their quiet hours, when that is after the hour of the dispatch.
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    address_key: str
    reason: str


class LanguageBecause(StrEnum):
    """Why a recipient gets the text in its language."""

    PREFERRED = "preferred"
    # One of theirs, but not the one they like best.
    ALSO_READ = "also read"
    # They said no language.
    UNSAID = "unsaid"
    # None of theirs: the office's fallback.
    FALLBACK = "fallback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    recipients: Sequence[Recipient]
    left_out: Sequence[LeftOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class Courtesy:
    """What contacts asked for and the office promised, at the hour of a dispatch."""

    due_at: datetime
    deadline_at: datetime
    # The office's: quiet hours are wall times there.
    zone: str
    cap_messages: int = 0
    cap_days: int = 7
    # By contact id, when they were mailed in the days before.
    mailed: Mapping[int, Sequence[datetime]] = field(default_factory=dict)


def choose(
    candidates: Sequence[Candidate],
    *,
    suppressed: Collection[str],
    available: Collection[str],
    seeds: Collection[str] = (),
    courtesy: Courtesy | None = None,
    fallback: str = "",
) -> Audience:
    """Give each contact the first of their languages that is *available*, else *fallback*.

    Without *courtesy* only a suppression keeps anybody out: a correction must be read.
    """
    last = fallback or next(one for one in FALLBACK if one in available)
    recipients: list[Recipient] = []
    left_out: list[LeftOut] = []
    for candidate in candidates:
        asleep_until = _asleep_until(candidate, courtesy)
        is_seed = candidate.address_key in seeds
        if candidate.address_key in suppressed:
            reason = str(Because.SUPPRESSED)
        elif is_seed:
            # The office's own address tests the message: it has no quiet hours.
            reason, asleep_until = "", None
        else:
            reason = _unwelcome(candidate, courtesy, asleep_until)
        if reason:
            left_out.append(LeftOut(address_key=candidate.address_key, reason=reason))
            continue
        recipients.append(
            Recipient(
                contact_id=candidate.contact_id,
                address=candidate.address,
                address_key=candidate.address_key,
                name=candidate.name,
                language=next(
                    (one for one in candidate.languages if one in available), last
                ),
                is_seed=is_seed,
                not_before=asleep_until,
            )
        )
    return Audience(recipients=recipients, left_out=left_out)


def language_because(candidate: Candidate, language: str) -> LanguageBecause:
    """Why `choose` gives a candidate *language*."""
    if not candidate.languages:
        return LanguageBecause.UNSAID
    if language == candidate.languages[0]:
        return LanguageBecause.PREFERRED
    if language in candidate.languages:
        return LanguageBecause.ALSO_READ
    return LanguageBecause.FALLBACK


def _unwelcome(
    candidate: Candidate, courtesy: Courtesy | None, asleep_until: datetime | None
) -> str:
    """Why this contact does not want it at this hour; empty when they do."""
    if courtesy is None:
        return ""
    if candidate.paused_until is not None and candidate.paused_until > courtesy.due_at:
        return str(Because.PAUSED)
    if frequency.too_often(
        courtesy.mailed.get(candidate.contact_id or 0, ()),
        now=courtesy.due_at,
        cap_messages=courtesy.cap_messages,
        cap_days=courtesy.cap_days,
    ):
        return str(Because.TOO_OFTEN)
    if asleep_until is not None and asleep_until >= courtesy.deadline_at:
        return str(Because.QUIET)
    return ""


def _asleep_until(candidate: Candidate, courtesy: Courtesy | None) -> datetime | None:
    if courtesy is None or not candidate.quiet_from:
        return None
    return quiet.quiet_until(
        quiet_from=candidate.quiet_from,
        quiet_until=candidate.quiet_until,
        paused_until=None,
        at=courtesy.due_at,
        zone=courtesy.zone,
    )
