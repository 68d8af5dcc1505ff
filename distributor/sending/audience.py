"""Audience: the contacts of a list -> who is reached, in which language; who is not, and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.values import Language
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
    contact_id: int
    address: str
    address_key: str
    name: str
    languages: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    contact_id: int
    address: str
    address_key: str
    name: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    address_key: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    recipients: Sequence[Recipient]
    left_out: Sequence[LeftOut]


def choose(
    candidates: Sequence[Candidate],
    *,
    suppressed: Collection[str],
    available: Collection[str],
) -> Audience:
    """Give each contact the first of their languages that is *available*, else a fallback."""
    fallback = next(language for language in FALLBACK if language in available)
    recipients: list[Recipient] = []
    left_out: list[LeftOut] = []
    for candidate in candidates:
        if candidate.address_key in suppressed:
            left_out.append(
                LeftOut(
                    address_key=candidate.address_key, reason=str(Because.SUPPRESSED)
                )
            )
            continue
        recipients.append(
            Recipient(
                contact_id=candidate.contact_id,
                address=candidate.address,
                address_key=candidate.address_key,
                name=candidate.name,
                language=next(
                    (one for one in candidate.languages if one in available), fallback
                ),
            )
        )
    return Audience(recipients=tuple(recipients), left_out=tuple(left_out))
