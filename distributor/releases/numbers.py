"""Numbers of releases: one row of ordinals for each year of the office, like 112/2026."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.models import Release
from core.zones import wall_of

AUTO: Final = "auto"
_WRITTEN: Final = re.compile(
    r"(?:n\s*[°ºo.]\s*)?(?P<ordinal>\d{1,6})\s*[/-]\s*(?P<year>\d{4})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    year: int
    ordinal: int

    def __str__(self) -> str:
        return f"{self.ordinal}/{self.year}"


def parse(text: str) -> Number | None:
    """The year and ordinal of a number like 112/2026 or 112-2026; None for any other."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None or int(found["ordinal"]) == 0:
        return None
    return Number(year=int(found["year"]), ordinal=int(found["ordinal"]))


def following(session: Session, *, now: datetime, zone: str) -> Number:
    """The next number of the year it is in *zone*: on 31 December at 23:30 UTC, Rabat may be a year ahead."""
    year = wall_of(now, zone).year
    last = session.scalar(select(func.max(Release.ordinal)).where(Release.year == year))
    return Number(year=year, ordinal=(last or 0) + 1)
