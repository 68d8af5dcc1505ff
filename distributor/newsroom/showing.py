"""When a publication shows: one condition for every public answer, in SQL and then by today's clocks.

It shows when somebody decided so, its hour has come or its dispatch began to leave, the
embargo of its release is over, and nobody took it out. All of that is asked anew at each
request, of the stored moments and again of the wall times by the zone rules of now.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, or_

from core import zones
from core.errors import BadInput
from core.models import Release
from distributor.models import Dispatch, Publication

WALLS: Final = (
    Publication.wall,
    Publication.zone,
    Release.embargo_wall,
    Release.zone.label("release_zone"),
)


def walls_passed(row: Any, *, now: datetime) -> bool:
    """By the zone rules of now too: a government may have moved its clocks meanwhile."""
    return _passed(row.wall, row.zone, now=now) and _passed(
        row.embargo_wall, row.release_zone, now=now
    )


def _passed(wall: datetime | None, zone: str, *, now: datetime) -> bool:
    if wall is None:
        return True
    try:
        return zones.moment_of(wall, zone) <= now
    except BadInput:
        # The clocks now jump over it: its stored moment, which was asked first, decides.
        return True


def is_public(now: datetime) -> ColumnElement[bool]:
    return and_(
        Publication.ended_at.is_(None),
        Publication.withdrawn_at.is_(None),
        has_come(now),
    )


def has_come(now: Any) -> ColumnElement[bool]:
    """Whether it shows at *now*, a moment or a column, if nobody took it out."""
    return and_(
        Publication.decided_at <= now,
        _begins() <= now,
        or_(Release.embargo_at.is_(None), Release.embargo_at <= now),
    )


def _begins() -> ColumnElement[Any]:
    """Its own hour, or when its dispatch left: what a provider was given early leaves at its hour."""
    left = case(
        (Dispatch.started_at.is_(None), None),
        (Dispatch.mode == "planned", _later(Dispatch.started_at, Dispatch.due_at)),
        else_=Dispatch.started_at,
    )
    return case(
        (Publication.dispatch_id.is_not(None), left), else_=Publication.publish_at
    )


def shown() -> ColumnElement[Any]:
    """Since when it shows: nothing that must have come may come later."""
    decided = _later(_begins(), Publication.decided_at)
    return case(
        (Release.embargo_at.is_(None), decided),
        else_=_later(decided, Release.embargo_at),
    )


def _later(one: Any, other: Any) -> ColumnElement[Any]:
    return case((one >= other, one), else_=other)
