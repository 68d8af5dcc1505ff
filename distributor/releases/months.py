"""The calendar of releases: what leaves, what happens and what an event asks for, day by day."""

from calendar import Calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Release
from core.zones import wall_of
from distributor.models import Dispatch
from distributor.releases.listing import titles
from distributor.states import DispatchState

# Days around an event on which something is due: the invitation, the reminders, the day
# before, the day after, and the balance (field study).
MILESTONES: Final = (-10, -5, -2, -1, 1, 10)
# More on one page helps nobody; an office has a few a day.
_MOST: Final = 1_000


class Mark(StrEnum):
    DISPATCH = "dispatch"
    EVENT = "event"
    MILESTONE = "milestone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing of a day."""

    mark: Mark
    release_id: int
    number: str
    titles: Mapping[str, str]
    # The wall time, where there is one.
    at: time | None = None
    # Of a milestone: days after the event, negative before it.
    days: int = 0
    dispatch_id: int = 0
    state: str = ""


class _Named(TypedDict):
    """Which release a line is about."""

    release_id: int
    number: str
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    date: date
    in_month: bool
    lines: Sequence[Line]


def weeks(
    session: Session, year: int, month: int, *, zone: str
) -> Sequence[Sequence[Day]]:
    """The weeks of a month, each from Monday; the days beside it are shown too."""
    shown = Calendar(firstweekday=0).monthdatescalendar(year, month)
    first, last = shown[0][0], shown[-1][-1]
    by_day: dict[date, list[Line]] = {}
    for day, line in [
        *_events(session, first, last),
        *_dispatches(session, first, last, zone),
    ]:
        by_day.setdefault(day, []).append(line)
    return [
        [
            Day(
                date=day,
                in_month=day.month == month,
                lines=sorted(by_day.get(day, []), key=_place),
            )
            for day in week
        ]
        for week in shown
    ]


def _place(line: Line) -> tuple[time, str, int]:
    # What has no hour belongs to the whole day, and comes first.
    return (line.at or time.min, line.mark, line.release_id)


def _dispatches(
    session: Session, first: date, last: date, zone: str
) -> Iterator[tuple[date, Line]]:
    """By the days of the office's walls; a day more on each side, as zones differ."""
    since = datetime.combine(first - timedelta(days=1), time.min, UTC)
    until = datetime.combine(last + timedelta(days=2), time.min, UTC)
    rows = session.execute(
        select(Dispatch, Release.number)
        .join(Release, Release.id == Dispatch.release_id)
        .where(
            Dispatch.due_at >= since,
            Dispatch.due_at < until,
            Dispatch.state != DispatchState.STOPPED,
        )
        .order_by(Dispatch.due_at)
        .limit(_MOST)
    ).all()
    named = titles(session, [row.release_id for row, _ in rows if row.release_id])
    for row, number in rows:
        wall = wall_of(row.due_at, zone)
        if row.release_id is not None and first <= wall.date() <= last:
            yield (
                wall.date(),
                Line(
                    mark=Mark.DISPATCH,
                    release_id=row.release_id,
                    number=number,
                    titles=named.get(row.release_id, {}),
                    at=wall.time(),
                    dispatch_id=row.id,
                    state=row.state,
                ),
            )


def _events(session: Session, first: date, last: date) -> Iterator[tuple[date, Line]]:
    """Events on the wall they were announced for, and what is due around them."""
    early = datetime.combine(first - timedelta(days=max(MILESTONES)), time.min)
    late = datetime.combine(last - timedelta(days=min(MILESTONES) - 1), time.min)
    rows = session.execute(
        select(Release.id, Release.number, Release.event_wall)
        # A reminder or a correction speaks of the event of its parent.
        .where(
            Release.event_wall >= early,
            Release.event_wall < late,
            Release.parent_id.is_(None),
        )
        .order_by(Release.event_wall)
        .limit(_MOST)
    ).all()
    named = titles(session, [row.id for row in rows])
    for row in rows:
        shown = _Named(
            release_id=row.id, number=row.number, titles=named.get(row.id, {})
        )
        day = row.event_wall.date()
        if first <= day <= last:
            hour = row.event_wall.time()
            # An event at midnight is one whose hour nobody gave.
            yield (
                day,
                Line(mark=Mark.EVENT, at=hour if hour != time.min else None, **shown),
            )
        for days in MILESTONES:
            due = day + timedelta(days=days)
            if first <= due <= last:
                yield due, Line(mark=Mark.MILESTONE, days=days, **shown)
