"""Which contact a by-line may name, with reasons. Nothing is linked silently.

by-line -> people -> contacts whose names may be theirs -> score, reasons

Sure is only the full name of one contact, as it is printed, at the outlet where that contact
works, or what people confirmed before. All else is a proposal that a person decides.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from core.values import ContactName
from monitor.matching import bylines
from monitor.matching.outlet_names import outlet_keys
from monitor.matching.person_names import Name, Trait, bones, compare, name_of

# What is believed without a question. Everything that is to be decided scores less.
SURE: Final = 1.0
_NAMESAKE: Final = 0.9
# Below this, a name is a coincidence: an initial at another outlet.
_LEAST: Final = 0.4
_SHOWN: Final = 5
_ALTERNATES: Final = re.compile(r"[/|·•;()\[\]\n]|\s[-–—]\s")

_TRAITS: Final = {
    Trait.OTHER_SCRIPT: 0.9,
    Trait.SPELLED: 0.8,
    Trait.INITIAL: 0.7,
    Trait.SHORTER: 0.7,
    Trait.SINGLE: 0.6,
}


class Place(StrEnum):
    """How the article's outlet stands to a contact's."""

    SAME = "same-outlet"
    BEFORE = "outlet-before"
    UNKNOWN = "outlet-unknown"
    OTHER = "other-outlet"


_PLACES: Final = {
    Place.SAME: 1.0,
    Place.BEFORE: 0.75,
    Place.UNKNOWN: 0.65,
    Place.OTHER: 0.55,
}


class Sign(StrEnum):
    """Why a contact is proposed; `core.reporting.reasons` says each in words."""

    SAME_NAME = "byline-same-name"
    SPELLED = "byline-spelled"
    OTHER_SCRIPT = "byline-other-script"
    INITIAL = "byline-initial"
    SHORTER = "byline-shorter"
    SINGLE = "byline-single"
    SAME_OUTLET = "byline-same-outlet"
    OUTLET_BEFORE = "byline-outlet-before"
    OUTLET_UNKNOWN = "byline-outlet-unknown"
    OTHER_OUTLET = "byline-other-outlet"
    NAMESAKES = "byline-namesakes"
    UNDECIDED = "byline-undecided"
    REMEMBERED = "byline-remembered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    sign: Sign
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """That a contact may have written an article, under the name that is printed there."""

    contact_id: int
    printed: str
    score: float
    reasons: Sequence[Why]

    @property
    def is_sure(self) -> bool:
        return self.score >= SURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What people decided of one printed name at one outlet: the last word on each contact."""

    confirmed: frozenset[int] = frozenset()
    rejected: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    contact: ContactName
    names: Sequence[Name]
    # The present outlet first; a set for each, with its names in every script.
    outlets: Sequence[frozenset[str]]


class Contacts:
    """The contacts, found by the words of their names. Never changed, only replaced."""

    def __init__(self, contacts: Iterable[ContactName] = ()) -> None:
        self._known: dict[int, _Known] = {}
        self._by_bones: dict[str, set[int]] = defaultdict(set)
        self._by_words: dict[tuple[str, ...], set[int]] = defaultdict(set)
        # Known by an initial.
        self._shortened: set[int] = set()
        for one in contacts:
            self._add(one)

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, contact_id: int) -> bool:
        return contact_id in self._known

    def of(self, contact_id: int) -> ContactName:
        return self._known[contact_id].contact

    def known(self, contact_id: int) -> _Known:
        return self._known[contact_id]

    def named(self, name: Name) -> Collection[int]:
        """Those who are called exactly so, wherever they work."""
        return self._by_words.get(name.words, set())

    def near(self, name: Name) -> Sequence[int]:
        """Those who share enough sounding words that `compare` may find them alike.

        They differ in at most one whole word, so the commonest is not looked up, for half
        the contacts may be called Mohamed; but for those who are known by an initial.
        """
        found = [
            set[int]().union(*(self._by_bones.get(one, set()) for one in bones(word)))
            for word in name.whole
        ]
        found.sort(key=len)
        looked = found[:-1] or found
        return sorted(
            set[int]().union(*looked, *(one & self._shortened for one in found))
        )

    def _add(self, one: ContactName) -> None:
        names = tuple(
            dict.fromkeys(
                name for text in _spelled(one.name) if (name := name_of(text)).whole
            )
        )
        if not names:
            return
        self._known[one.contact_id] = _Known(
            contact=one,
            names=names,
            outlets=[outlet_keys(text) for text in one.outlets],
        )
        for name in names:
            self._by_words[name.words].add(one.contact_id)
            if len(name.whole) < len(name.words):
                self._shortened.add(one.contact_id)
            for word in name.whole:
                for said in bones(word):
                    self._by_bones[said].add(one.contact_id)


def propose(
    author: str,
    outlets: Sequence[str],
    contacts: Contacts,
    said: Mapping[str, Said],
) -> Sequence[Proposal]:
    """The contacts that a by-line may name, the likeliest first; each once.

    *outlets* are the names of the one where it stands. *said* is what people decided of
    names printed there, by `printed_key`.
    """
    best: dict[int, Proposal] = {}
    for printed in bylines.read(author, outlets).people:
        for one in _of_name(
            printed, outlets, contacts, said.get(printed_key(printed), Said())
        ):
            known = best.get(one.contact_id)
            if known is None or one.score > known.score:
                best[one.contact_id] = one
    return sorted(best.values(), key=lambda one: (-one.score, one.contact_id))


def printed_key(printed: str) -> str:
    """By what a printed name is remembered: its words in their order."""
    return " ".join(bylines.name_words(printed))


def _of_name(
    printed: str, outlets: Sequence[str], contacts: Contacts, said: Said
) -> Sequence[Proposal]:
    confirmed = [one for one in sorted(said.confirmed) if one in contacts]
    if len(confirmed) == 1:
        return [
            Proposal(
                contact_id=confirmed[0],
                printed=printed,
                score=SURE,
                reasons=[Why(sign=Sign.REMEMBERED, fields={"printed": printed})],
            )
        ]
    name = name_of(printed)
    here = frozenset[str]().union(*(outlet_keys(one) for one in outlets))
    found = [
        one
        for contact_id in contacts.near(name)
        if contact_id not in said.rejected
        and (one := _compared(printed, name, here, contacts.known(contact_id)))
    ]
    found = _doubted(found, namesakes=len(contacts.named(name)))
    found.sort(key=lambda one: (-one.score, one.contact_id))
    if found and found[0].is_sure:
        return found[:1]
    return _undecided(found)[:_SHOWN]


def _compared(
    printed: str, name: Name, here: frozenset[str], known: _Known
) -> Proposal | None:
    ways = [traits for one in known.names if (traits := compare(name, one)) is not None]
    if not ways:
        return None
    traits = min(ways, key=lambda one: (-_weight(one), sorted(one)))
    place, outlet = _placed(here, known)
    score = round(_weight(traits) * _PLACES[place], 3)
    if score < _LEAST:
        return None
    fields = {"printed": printed, "name": bylines.tidy(known.contact.name)}
    kinds = [Sign(f"byline-{one}") for one in sorted(traits)] or [Sign.SAME_NAME]
    return Proposal(
        contact_id=known.contact.contact_id,
        printed=printed,
        score=score,
        reasons=[
            *(Why(sign=kind, fields=fields) for kind in kinds),
            Why(
                sign=Sign(f"byline-{place}"),
                fields={"outlet": outlet} if outlet else {},
            ),
        ],
    )


def _weight(traits: frozenset[Trait]) -> float:
    weight = 1.0
    for one in traits:
        weight *= _TRAITS[one]
    return weight


def _placed(here: frozenset[str], known: _Known) -> tuple[Place, str]:
    """How the contact's outlets stand to where the article stands, and which one says so."""
    names = [bylines.tidy(one) for one in known.contact.outlets]
    for place, keys in enumerate(known.outlets):
        if keys & here:
            return (Place.BEFORE if place else Place.SAME), names[place]
    if not any(known.outlets):
        return Place.UNKNOWN, ""
    return Place.OTHER, next(name for name in names if name)


def _doubted(found: Sequence[Proposal], *, namesakes: int) -> list[Proposal]:
    """One name of several contacts is sure of none of them."""
    if namesakes <= 1:
        return list(found)
    return [
        Proposal(
            contact_id=one.contact_id,
            printed=one.printed,
            score=min(one.score, _NAMESAKE),
            reasons=[
                *one.reasons,
                Why(sign=Sign.NAMESAKES, fields={"contacts": str(namesakes)}),
            ],
        )
        for one in found
    ]


def _undecided(found: Sequence[Proposal]) -> list[Proposal]:
    """Where the best are equally good, each of them says so."""
    best = [one for one in found if one.score == found[0].score]
    if len(best) < 2:  # noqa: PLR2004 - a tie has two
        return list(found)
    return [
        Proposal(
            contact_id=one.contact_id,
            printed=one.printed,
            score=one.score,
            reasons=[*one.reasons, Why(sign=Sign.UNDECIDED)]
            if one in best
            else one.reasons,
        )
        for one in found
    ]


def _spelled(name: str) -> Sequence[str]:
    """A contact's name in each script it is written in: Nadia El Amrani / نادية العمراني."""
    return [piece for piece in _ALTERNATES.split(bylines.tidy(name)) if piece.strip()]
