"""Moment: hours and days at which newsrooms read no mail.

Night, weekends and Friday prayer are known; religious holidays and Ramadan are forecasts,
because the moon decides them.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import ClassVar, Final

from babel.core import get_global
from hijridate import Gregorian

from core.i18n import N_
from core.public_holidays import is_forecast, names_of
from core.values import Language
from distributor.checks.base import Case, Finding, Level

_OPENS: Final = time(8)
_CLOSES: Final = time(18)
_PRAYER: Final = (time(12), time(14, 30))
# The hours of Moroccan offices in Ramadan.
_FASTING: Final = (time(9), time(15))
_RAMADAN: Final = 9
_FRIDAY: Final = 5
# Saturday and Sunday rest; elsewhere in this list it is Friday and Saturday.
_WEEKEND: Final = frozenset({6, 7})
_FRIDAY_RESTS: Final = frozenset(
    ["DZ", "LY", "EG", "SD", "SA", "QA", "KW", "BH", "OM", "JO", "SY", "IQ", "YE", "PS"]
)
_PRAYS: Final = _FRIDAY_RESTS | frozenset(["MA", "EH", "TN", "MR", "AE"])


class Check:
    name: ClassVar[str] = "moment"
    levels: ClassVar[Mapping[str, Level]] = {
        "night": Level.AMBER,
        "weekend": Level.AMBER,
        "friday-prayer": Level.AMBER,
        "holiday": Level.AMBER,
        "ramadan": Level.AMBER,
    }

    def examine(self, case: Case) -> Iterator[Finding]:
        if case.hour is None:
            return
        wall, country = case.hour.wall, _country(case.hour.zone)
        yield from _hours(wall, country)
        yield from _days(wall.date(), country)


def _hours(wall: datetime, country: str) -> Iterator[Finding]:
    hour = {"hour": f"{wall:%H:%M}"}
    if not _OPENS <= wall.time() <= _CLOSES:
        yield _finding(
            "night",
            N_("It leaves at {hour}, when newsrooms are empty."),
            N_("Plan it between 08:00 and 18:00, or say why."),
            hour,
        )
    if country not in _PRAYS:
        return
    if wall.isoweekday() == _FRIDAY and _PRAYER[0] <= wall.time() < _PRAYER[1]:
        yield _finding(
            "friday-prayer",
            N_("It leaves on Friday at {hour}, during the prayer."),
            N_("Plan it before 12:00 or from 14:30 on."),
            hour,
        )
    outside = not _FASTING[0] <= wall.time() <= _FASTING[1]
    if outside and _is_ramadan(wall.date()):
        yield _finding(
            "ramadan",
            N_(
                "{day} is in Ramadan by forecast, and {hour} is outside its office hours."
            ),
            N_("Plan it between 09:00 and 15:00, or say why."),
            hour | {"day": wall.date().isoformat()},
        )


def _days(day: date, country: str) -> Iterator[Finding]:
    rests = {5, 6} if country in _FRIDAY_RESTS else _WEEKEND
    if day.isoweekday() in rests:
        yield _finding(
            "weekend",
            N_("It leaves on {day}, at the weekend."),
            N_("Plan it on a working day, or say why."),
            {"day": day.isoformat()},
        )
    names = names_of(country, day)
    if not names:
        return
    yield _finding(
        "holiday",
        N_("{day} is a holiday by forecast: {holiday}.")
        if is_forecast(country, day)
        else N_("{day} is a holiday: {holiday}."),
        N_("Plan it on another day, or say why."),
        {"day": day.isoformat(), "holiday": names[Language.ENGLISH]}
        | {f"holiday@{language}": name for language, name in names.items()},
    )


def _finding(check: str, what: str, mend: str, values: Mapping[str, str]) -> Finding:
    return Finding(
        check=check, level=Level.AMBER, what=what, mend=mend, to="at", values=values
    )


def _country(zone: str) -> str:
    """The country a zone is named for; empty when it is of none, like UTC."""
    return str(get_global("zone_territories").get(zone, ""))


def _is_ramadan(day: date) -> bool:
    try:
        return bool(Gregorian.fromdate(day).to_hijri().month == _RAMADAN)
    except OverflowError:  # its tables end in 2077
        return False
