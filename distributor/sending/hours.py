"""Hours: a wall time and a zone, or none -> the moment a dispatch leaves at."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from core import zones
from core.errors import BadInput
from core.models import Release
from core.wording import worded


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    wall: datetime
    zone: str
    due_at: datetime
    # Set when no hour was given: it leaves when it can no longer be undone.
    undo_until: datetime | None = None


def leaving(
    wall: datetime | None, zone: str, *, now: datetime, undo: timedelta
) -> Leaving:
    """Raises BadInput for a time that the zone skips or has twice."""
    if wall is None:
        soon = at(now + undo, zone)
        return replace(soon, undo_until=soon.due_at)
    due_at = zones.moment_of(wall, zone)
    if zones.occurs_twice(wall, zone):
        first = due_at.replace(tzinfo=None)
        second = zones.moment_of(wall, zone, later=True).replace(tzinfo=None)
        raise BadInput(
            worded(
                "%(wall)s occurs twice in %(zone)s: the clocks go back.",
                wall=f"{wall:%Y-%m-%d %H:%M}",
                zone=zone,
            ),
            to="time",
            mend=worded(
                "Say which one you mean, in UTC: %(value)s is the first, %(value_2)s the second (zone UTC).",
                value=first.isoformat("T", "minutes"),
                value_2=second.isoformat("T", "minutes"),
            ),
        )
    return Leaving(wall=wall, zone=zone, due_at=due_at)


def at(moment: datetime, zone: str) -> Leaving:
    """A moment that is known, as the walls of *zone* show it; a part of a second is a whole one."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment has a zone: {moment!r}")
    due_at = moment.astimezone(UTC)
    if due_at.microsecond:
        due_at = due_at.replace(microsecond=0) + timedelta(seconds=1)
    wall = zones.wall_of(due_at, zone)
    # An hour that comes twice is named in the one zone where it does not.
    named = "UTC" if zones.occurs_twice(wall, zone) else zone
    return Leaving(wall=zones.wall_of(due_at, named), zone=named, due_at=due_at)


def require_future(
    release: Release, due_at: datetime, *, grace: timedelta, now: datetime
) -> None:
    """Raises BadInput for a moment under embargo, or too far in the past."""
    if release.embargo_at is not None and due_at < release.embargo_at:
        raise BadInput(
            worded(
                "Release %(number)s is under embargo until %(embargo_wall)s (%(zone)s).",
                number=release.number,
                embargo_wall=f"{release.embargo_wall:%Y-%m-%d %H:%M}",
                zone=release.zone,
            ),
            to="at",
            mend=worded("Choose that time or a later one."),
        )
    if now > due_at + grace:
        raise BadInput(
            worded(
                "This time has passed: it was %(due_at)s UTC.",
                due_at=f"{due_at:%Y-%m-%d %H:%M}",
            ),
            to="at",
            mend=worded("Choose a time to come, and check the zone."),
        )
