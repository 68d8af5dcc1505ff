"""The calendar of editions: which there are on a day, what they cover and when they are due.

Decides: settings and a day -> slots. An edition is named by its day and what is edited on
it, so an hour that the clocks repeat or skip neither doubles it nor drops it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from core import public_holidays
from core.errors import BadInput
from core.settings import Review
from core.wording import worded
from core.zones import moment_of, wall_of

# Longer than any row of holidays: Ramadan's end beside a weekend.
_LONGEST_PAUSE: Final = 14


class EditionKind(StrEnum):
    MORNING = "morning"
    FLASH = "flash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One edition that the calendar has: its period, and its hours as moments."""

    key: str
    day: date
    kind: EditionKind
    since: datetime
    until: datetime
    freeze_at: datetime
    validate_by: datetime
    ready_at: datetime


def is_edited(day: date, settings: Review) -> bool:
    """Whether there are editions on *day*: a working day and no holiday, or named by hand."""
    if day in settings.days_on:
        return True
    if day in settings.days_off or day.isoweekday() not in settings.workdays:
        return False
    return not public_holidays.names_of(settings.holidays, day)


def slots(day: date, settings: Review, zone: str) -> Sequence[Slot]:
    """The day's editions in their order; none on a day without."""
    if not is_edited(day, settings):
        return ()
    return (
        morning(day, settings, zone),
        *(_flash(day, hour, settings, zone) for hour in sorted(settings.flashes)),
    )


def morning(day: date, settings: Review, zone: str) -> Slot:
    """The morning edition of *day*, were there one: a preview of any day is allowed."""
    return Slot(
        key=f"{day.isoformat()}/{EditionKind.MORNING}",
        day=day,
        kind=EditionKind.MORNING,
        since=moment_on(_edited_before(day, settings), settings.cut_off, zone),
        until=moment_on(day, settings.cut_off, zone),
        freeze_at=moment_on(day, settings.freeze_at, zone),
        validate_by=moment_on(day, settings.validate_by, zone),
        ready_at=moment_on(day, settings.ready_at, zone),
    )


def _flash(day: date, hour: str, settings: Review, zone: str) -> Slot:
    """From the morning's cut-off; what was printed since is left out when it is composed."""
    at = moment_on(day, hour, zone)
    return Slot(
        key=f"{day.isoformat()}/{EditionKind.FLASH}-{hour.replace(':', '')}",
        day=day,
        kind=EditionKind.FLASH,
        since=moment_on(day, settings.cut_off, zone),
        until=at,
        freeze_at=at,
        validate_by=at + _between(settings.freeze_at, settings.validate_by),
        ready_at=at + _between(settings.freeze_at, settings.ready_at),
    )


def by_key(key: str, settings: Review, zone: str) -> Slot:
    """The slot of a key, or of a day's morning when only a day is given. Raises BadInput."""
    day_text, _, name = key.partition("/")
    try:
        day = date.fromisoformat(day_text)
    except ValueError as error:
        raise BadInput(
            worded("%(day_text)s is not a day.", day_text=f"{day_text!r}"),
            to="edition",
            mend=worded("Write it like 2026-11-24 or 2026-11-24/flash-1300."),
        ) from error
    if name in {"", EditionKind.MORNING}:
        return morning(day, settings, zone)
    known = {_flash(day, hour, settings, zone).key: hour for hour in settings.flashes}
    if key not in known:
        raise BadInput(
            worded("There is no edition %(key)s.", key=f"{key!r}"),
            to="edition",
            mend=worded(
                "The editions of that day are: %(value)s.",
                value=", ".join([day_text + "/morning", *known]),
            ),
        )
    return _flash(day, known[key], settings, zone)


def due(now: datetime, settings: Review, zone: str) -> Sequence[Slot]:
    """The slots of today whose hour to be frozen has come, the oldest first."""
    today = wall_of(now, zone).date()
    return [slot for slot in slots(today, settings, zone) if slot.freeze_at <= now]


def coming(now: datetime, settings: Review, zone: str) -> Iterator[Slot]:
    """The slots that are to be ready after *now*, the next one first, for two weeks."""
    today = wall_of(now, zone).date()
    for days in range(_LONGEST_PAUSE + 1):
        for slot in slots(today + timedelta(days=days), settings, zone):
            if slot.ready_at > now:
                yield slot


def moment_on(day: date, hour: str, zone: str) -> datetime:
    """An hour of a day; one that the zone skips is the hour the clocks jump to."""
    wall = datetime.combine(day, time.fromisoformat(hour))
    for minutes in range(0, 181, 15):
        try:
            return moment_of(wall + timedelta(minutes=minutes), zone)
        except BadInput:
            continue
    return moment_of(wall + timedelta(hours=4), zone)


def _edited_before(day: date, settings: Review) -> date:
    """The last day with editions: Monday's review covers the weekend, and a holiday too."""
    for days in range(1, _LONGEST_PAUSE + 1):
        before = day - timedelta(days=days)
        if is_edited(before, settings):
            return before
    return day - timedelta(days=1)


def _between(earlier: str, later: str) -> timedelta:
    first, second = time.fromisoformat(earlier), time.fromisoformat(later)
    return timedelta(
        hours=second.hour - first.hour, minutes=second.minute - first.minute
    )
