"""Event: one that is over before the release leaves, or that says no hour."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import ClassVar, Final

from core.i18n import N_
from core.values import ReleaseKind
from core.zones import wall_of
from distributor.checks.base import Case, Finding, Level
from distributor.checks.reading.dates import WrittenDate, written_dates
from distributor.checks.reading.hours import written_hours

_CALLS: Final = frozenset(
    {ReleaseKind.INVITATION, ReleaseKind.REMINDER, ReleaseKind.ADVISORY}
)
# These speak of what is over, or of a text that was wrong.
_AFTERWARDS: Final = frozenset({ReleaseKind.POST_EVENT, ReleaseKind.CORRECTION})
_KIT: Final = frozenset({ReleaseKind.PRESS_KIT})


class Check:
    name: ClassVar[str] = "event"
    levels: ClassVar[Mapping[str, Level]] = {
        "event-past": Level.RED,
        "event-over": Level.AMBER,
        "no-event-hour": Level.AMBER,
    }

    def examine(self, case: Case) -> Iterator[Finding]:
        day = _event_day(case)
        if day is None or case.kind in _AFTERWARDS:
            return
        if _is_over(case, day):
            yield _over(case, day)
        elif case.kind not in _KIT and not _says_hour(case):
            yield Finding(
                check="no-event-hour",
                level=Level.AMBER,
                what=N_("The event of {day} has no hour."),
                mend=N_("Say at what hour it begins, in every version."),
                to="event",
                values={"day": day.isoformat()},
            )


def _over(case: Case, day: date) -> Finding:
    called = case.kind in _CALLS
    return Finding(
        check="event-past" if called else "event-over",
        level=Level.RED if called else Level.AMBER,
        what=N_("The event of {day} is over when this leaves."),
        mend=N_("Correct the day of the event, or send it earlier."),
        to="event",
        values={"day": day.isoformat()},
    )


def _leaves(case: Case) -> datetime:
    return case.hour.due_at if case.hour else case.now


def _is_over(case: Case, day: date) -> bool:
    leaves = _leaves(case)
    if case.event_at is not None and not _all_day(case):
        return case.event_at <= leaves
    return day < wall_of(leaves, case.zone).date()


def _all_day(case: Case) -> bool:
    """Midnight stands for a day without an hour."""
    return case.event_wall is not None and not (
        case.event_wall.hour or case.event_wall.minute
    )


def _event_day(case: Case) -> date | None:
    """The day that was given, or else the day the text calls to.

    A text without a given event announces one when it names a day to come by its weekday;
    what calls to an event always does.
    """
    if case.event_wall is not None:
        return case.event_wall.date()
    days = [one.days[0] for one in _dates(case) if one.days and _announces(case, one)]
    if not days:
        return None
    last = max(days)
    # A dateline names the day it leaves.
    to_come = last > wall_of(_leaves(case), case.zone).date()
    return last if to_come or case.kind in _CALLS else None


def _announces(case: Case, one: WrittenDate) -> bool:
    return one.weekday is not None or case.kind in _CALLS


def _dates(case: Case) -> Iterator[WrittenDate]:
    for version in case.versions:
        yield from written_dates(
            f"{version.title}\n{version.body}",
            near=case.near.date(),
            language=version.language,
        )


def _says_hour(case: Case) -> bool:
    if case.event_wall is not None and not _all_day(case):
        return True
    return any(written_hours(f"{one.title}\n{one.body}") for one in case.versions)
