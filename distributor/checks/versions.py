"""Versions: two languages of one release that say different days, hours, numbers or places.

Two versions disagree when each says something the other does not; what only one says is an
omission, which a shorter translation may mean. Digits accuse, words only excuse: a number
that one language spells out, another may leave to its grammar.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import ClassVar, Final

from core.i18n import N_
from core.values import Language
from distributor.checks.base import Case, Finding, Level, VersionText
from distributor.checks.reading.dates import written_dates
from distributor.checks.reading.hours import written_hours
from distributor.checks.reading.numerals import numerals, spelled
from distributor.checks.reading.towns import towns

# We cannot read dates and places in Tifinagh.
_READ: Final = frozenset({Language.FRENCH, Language.ARABIC, Language.ENGLISH})
_TWO: Final = Decimal(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    text: str
    language: str
    near: date

    def written(self, start: int, end: int) -> str:
        return " ".join(self.text[start:end].split())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What one version says: each thing as the values it may mean, and how it is written."""

    language: str
    accusing: Mapping[str, Mapping[frozenset[Hashable], str]]
    excusing: Mapping[str, AbstractSet[Hashable]]


class Check:
    name: ClassVar[str] = "versions"
    levels: ClassVar[Mapping[str, Level]] = {
        "versions-date": Level.RED,
        "versions-hour": Level.RED,
        "versions-number": Level.RED,
        "versions-place": Level.RED,
        "versions-omit": Level.AMBER,
    }

    def examine(self, case: Case) -> Iterator[Finding]:
        near = case.near.date()
        said = [_said(one, near) for one in case.versions if one.language in _READ]
        for one, other in combinations(said, 2):
            for about, what in _WHAT.items():
                yield from _compared(one, other, about, what)


_WHAT: Final[Mapping[str, str]] = {
    "date": N_(
        "The versions name different days: {here} ({language}), {there} ({other_language})."
    ),
    "hour": N_(
        "The versions give different hours: {here} ({language}), {there} ({other_language})."
    ),
    "number": N_(
        "The versions give different numbers: {here} ({language}), {there} ({other_language})."
    ),
    "place": N_(
        "The versions name different places: {here} ({language}), {there} ({other_language})."
    ),
}


def _compared(one: _Said, other: _Said, about: str, what: str) -> Iterator[Finding]:
    here = _missing(one, other, about)
    there = _missing(other, one, about)
    if here and there:
        yield Finding(
            check=f"versions-{about}",
            level=Level.RED,
            what=what,
            mend=N_("Compare the two versions and correct the one that is wrong."),
            to=f"{one.language}, {other.language}",
            values=_values(one, other, here) | {"there": _listed(there)},
        )
    # A place is often left out where everybody knows it.
    elif (here or there) and about != "place":
        first, second = (one, other) if here else (other, one)
        yield Finding(
            check="versions-omit",
            level=Level.AMBER,
            what=N_(
                "{here} stands in one version ({language}) and not in another ({other_language})."
            ),
            mend=N_("Add it to the other version, or say why it is left out."),
            to=f"{second.language}, {about}",
            values=_values(first, second, here or there),
        )


def _values(one: _Said, other: _Said, here: Sequence[str]) -> dict[str, str]:
    return {
        "here": _listed(here),
        "language": one.language,
        "other_language": other.language,
    }


def _missing(one: _Said, other: _Said, about: str) -> Sequence[str]:
    """How *one* writes what *other* does not say at all."""
    excuses = set(other.excusing[about])
    if about == "number" and other.language == Language.ARABIC:
        excuses.add(_TWO)  # Arabic has a dual
    return list(
        dict.fromkeys(
            written
            for meant, written in one.accusing[about].items()
            if not meant & excuses
        )
    )


def _said(version: VersionText, near: date) -> _Said:
    text = _Text(
        text=f"{version.title}\n{version.body}", language=version.language, near=near
    )
    accusing: dict[str, Mapping[frozenset[Hashable], str]] = {}
    excusing: dict[str, AbstractSet[Hashable]] = {}
    for about, reader in _READERS.items():
        accusing[about], excusing[about] = reader(text)
    return _Said(language=version.language, accusing=accusing, excusing=excusing)


_Reading = tuple[Mapping[frozenset[Hashable], str], AbstractSet[Hashable]]


def _dates(of: _Text) -> _Reading:
    found = {
        frozenset[Hashable](one.days): of.written(one.start, one.end)
        for one in written_dates(of.text, near=of.near, language=of.language)
        if one.days
    }
    return found, frozenset[Hashable]().union(*found)


def _hours(of: _Text) -> _Reading:
    found = {
        frozenset[Hashable](one.minutes): of.written(one.start, one.end)
        for one in written_hours(of.text)
    }
    return found, frozenset[Hashable]().union(*found)


def _numbers(of: _Text) -> _Reading:
    found = {
        frozenset[Hashable]({one.value}): of.written(one.start, one.end)
        for one in numerals(of.text, near=of.near, language=of.language)
        if one.accuses
    }
    return found, spelled(of.text, near=of.near, language=of.language)


def _places(of: _Text) -> _Reading:
    found = towns(of.text)
    return (
        {frozenset[Hashable]({key}): key.capitalize() for key in sorted(found.sure)},
        found.perhaps,
    )


_READERS: Final[Mapping[str, Callable[[_Text], _Reading]]] = {
    "date": _dates,
    "hour": _hours,
    "number": _numbers,
    "place": _places,
}


def _listed(written: Sequence[str]) -> str:
    return "; ".join(written)
