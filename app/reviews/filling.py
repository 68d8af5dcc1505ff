"""Which article goes into which section of the review, and in which order. Decides.

One article stands in one section: of our releases first, then what was seen late, the
international and the regional press, then the first watch of the plan that selected it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final

from app.reviews.plan import WATCH, Arrangement, Plan
from core.reporting.report import Line, ReportSection
from core.values import Language

# The sections of a review that is arranged by language first.
LANGUAGE: Final = "language-"
# Within a section: agencies, dailies (Arabic first), weeklies, online, regional.
_KINDS: Final = (
    "agency",
    "institutional",
    "daily",
    "weekly",
    "monthly",
    "broadcaster",
    "online",
    "specialised",
    "regional",
    "",
)
_LANGUAGES: Final = (
    Language.ARABIC,
    Language.FRENCH,
    Language.AMAZIGH,
    Language.ENGLISH,
    None,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One line of the review, with what decides where it stands."""

    line: Line
    appeared_at: datetime
    # Whether it appeared before the period: it is caught up.
    is_late: bool
    # The release it covers, by number, or the watches that selected it.
    release: str = ""
    watches: Sequence[str] = ()
    kind: str = ""
    region: str = ""
    tier: int = 2


def fill(found: Sequence[Found], plan: Plan) -> Sequence[ReportSection]:
    """The plan's sections in its order, empty ones left out; numbered through."""
    placed: dict[str, list[Found]] = {}
    for one in found:
        placed.setdefault(_section(one, plan), []).append(one)
    if plan.arrangement is Arrangement.LANGUAGE_FIRST:
        placed = _by_language(placed, plan)
    sections = [
        section
        for key in _order(placed, plan)
        for section in _sections(key, sorted(placed[key], key=_place))
    ]
    return numbered(sections)


def numbered(sections: Sequence[ReportSection]) -> Sequence[ReportSection]:
    """With each line's number in the edition, from 1."""
    number = 0
    done = []
    for section in sections:
        lines = []
        for line in section.lines:
            number += 1
            lines.append(replace(line, reference=number))
        done.append(replace(section, lines=tuple(lines)))
    return done


def _section(one: Found, plan: Plan) -> str:
    """The key of its section; "others" when the plan has switched off all it fits."""
    on = [section.key for section in plan.sections if section.is_on]
    fits = {
        "catching-up": one.is_late,
        "releases": bool(one.release),
        "international": len(one.region) == _COUNTRY and one.region != "MA",
        "regions": one.kind == "regional" or len(one.region) > _COUNTRY,
    }
    for key, does in fits.items():
        if does and key in on:
            return key
    for key in on:
        if key.removeprefix(WATCH) in one.watches:
            return key
    return "agencies" if one.kind == "agency" and "agencies" in on else "others"


_COUNTRY: Final = 2  # letters of a country; a region's name is longer


def _by_language(
    placed: Mapping[str, Sequence[Found]], plan: Plan
) -> dict[str, list[Found]]:
    """Watches' sections as one for each language; what a line is about says its theme."""
    themes = [section.key for section in plan.sections if section.watch]
    regrouped: dict[str, list[Found]] = {}
    for key, some in placed.items():
        for one in some:
            named = f"{LANGUAGE}{one.line.language or ''}" if key in themes else key
            regrouped.setdefault(named, []).append(one)
    return regrouped


def _order(placed: Mapping[str, Sequence[Found]], plan: Plan) -> Sequence[str]:
    keys = [section.key for section in plan.sections]
    languages = [f"{LANGUAGE}{one or ''}" for one in _LANGUAGES]
    first_watch = next(
        (place for place, key in enumerate(keys) if key.startswith(WATCH)), len(keys)
    )
    every = [*keys[:first_watch], *languages, *keys[first_watch:], "others"]
    return [key for key in every if placed.get(key)]


def _sections(key: str, some: Sequence[Found]) -> Sequence[ReportSection]:
    if key == "releases":
        return [
            ReportSection(key=key, title=number, lines=tuple(one.line for one in group))
            for number, group in groupby(some, key=lambda one: one.release)
        ]
    return [
        ReportSection(
            key=key,
            title=key.removeprefix(WATCH) if key.startswith(WATCH) else "",
            lines=tuple(one.line for one in some),
        )
    ]


def _place(one: Found) -> tuple[str, int, int, int, datetime]:
    """Of one release together; then by kind of outlet, language, tier and time."""
    kind = _KINDS.index(one.kind) if one.kind in _KINDS else len(_KINDS)
    language = _LANGUAGES.index(one.line.language)
    return one.release, kind, language, one.tier, one.appeared_at
