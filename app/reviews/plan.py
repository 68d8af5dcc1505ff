"""The plan of the review: which sections, in which order, by theme or by language first."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reviews.models import ReviewPlan
from core.errors import BadInput
from core.wording import worded

WATCH: Final = "watch:"
# What fills itself, in the order it has until somebody moves it; the watches come after
# "releases". "ministry" is a watch of that name.
_FIXED: Final = ("releases", "regions", "international", "agencies", "catching-up")
_LAST: Final = ("agenda", "sent")
# What a review may have besides: what no section takes, and the languages when they lead.
OTHERS: Final = ("others", "language-ar", "language-fr")


class Arrangement(StrEnum):
    THEME_FIRST = "theme-first"
    LANGUAGE_FIRST = "language-first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`key` is one of those that fill themselves, or "watch:" and the watch's name."""

    key: str
    is_on: bool = True

    @property
    def watch(self) -> str:
        return self.key.removeprefix(WATCH) if self.key.startswith(WATCH) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    sections: Sequence[Section]
    arrangement: Arrangement = Arrangement.THEME_FIRST

    @classmethod
    def from_row(cls, parts: Mapping[str, Any]) -> Self:
        return cls(
            sections=tuple(Section(**one) for one in parts["sections"]),
            arrangement=Arrangement(parts["arrangement"]),
        )

    def row(self) -> dict[str, Any]:
        return {
            "sections": [asdict(one) for one in self.sections],
            "arrangement": self.arrangement.value,
        }

    def with_watches(self, names: Sequence[str]) -> Self:
        """With a section for each watch there is, new ones after the known, and no others."""
        kept = [one for one in self.sections if not one.watch or one.watch in names]
        there = {one.watch for one in kept}
        new = [Section(key=f"{WATCH}{name}") for name in names if name not in there]
        last = [place for place, one in enumerate(kept) if one.watch]
        at = (
            last[-1] + 1
            if last
            else 1
            + next(
                (place for place, one in enumerate(kept) if one.key == "releases"), -1
            )
        )
        return replace(self, sections=(*kept[:at], *new, *kept[at:]))

    def ordered(self, keys: Sequence[str], off: Sequence[str]) -> Self:
        """In the order of *keys*, those in *off* switched off. Raises BadInput."""
        known = {one.key for one in self.sections}
        if sorted(keys) != sorted(known):
            raise BadInput(
                worded("The sections are not those of the plan."),
                to="sections",
                mend=worded(
                    "Load the page again: a watch was added or removed meanwhile."
                ),
            )
        return replace(
            self,
            sections=tuple(Section(key=key, is_on=key not in off) for key in keys),
        )


DEFAULT: Final = Plan(sections=tuple(Section(key=key) for key in (*_FIXED, *_LAST)))


def plan_of(session: Session, watches: Sequence[str]) -> Plan:
    """The office's plan with the watches there are."""
    row = session.scalar(select(ReviewPlan))
    return (DEFAULT if row is None else Plan.from_row(row.parts)).with_watches(watches)


def keep(session: Session, plan: Plan, *, by: str, now: datetime) -> None:
    row = session.scalar(select(ReviewPlan).with_for_update())
    if row is None:
        session.add(ReviewPlan(parts=plan.row(), edited_by=by, edited_at=now))
        return
    row.parts, row.edited_by, row.edited_at = plan.row(), by, now
