"""Dates as sources write them, in English, French and Arabic. Decides; none is invented.

RFC 822 and ISO 8601 come first and cost two microseconds; what people write for people is
looked for afterwards: a day, a month in words or figures, a year, maybe an hour and a zone.
A text without a year is a date only when it is relative ("hier") and its reader says when.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from core.text.calendar_words import month_number
from core.text.normalise import fold
from monitor.sources import relative
from monitor.sources.base import Dated
from monitor.states import Precision

# Clocks that were never set say 1970 or 0001; sloppy forms say 9999.
_FIRST_YEAR: Final = 1990
_LAST_YEAR: Final = 2100
_LONGEST: Final = 200
_NOON: Final = 12
_FURTHEST_HOURS: Final = 14
_LEAP_SECOND: Final = 60
_HALF_CENTURY: Final = 50

# Spelled so in date fields only; elsewhere "mar." is a Tuesday and "اب" a father.
_SHORT: Final[Mapping[str, int]] = {
    "fev": 2,
    "mar": 3,
    "jun": 6,
    "juill": 7,
    "اب": 8,
    "aou": 8,
    "ديجنبر": 12,
}
_ZONES: Final[Mapping[str, int]] = {
    "": 0,
    "Z": 0,
    "UT": 0,
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "WEST": 60,
    "BST": 60,
    "CET": 60,
    "MEZ": 60,
    "CEST": 120,
    "MESZ": 120,
    "EET": 120,
    "EEST": 180,
    "MSK": 180,
    "AST": -240,
    "ADT": -180,
    "EST": -300,
    "EDT": -240,
    "CST": -360,
    "CDT": -300,
    "MST": -420,
    "MDT": -360,
    "PST": -480,
    "PDT": -420,
}

_ZONE: Final = (
    r"(?:(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?"
    r"|(?P<name>[A-Za-z]{1,5})(?:(?P<sign2>[+-])(?P<hours2>\d{1,2}):?(?P<minutes2>\d{2})?)?)"
)
_RFC_822: Final = re.compile(
    r"\s*(?:[A-Za-z]{2,9}\.?,?\s*)?(?P<day>\d{1,2})[\s-](?P<month>[A-Za-z]{3,9})\.?[\s-]"
    r"(?P<year>\d{4}|\d{2})(?:\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    rf"\s*{_ZONE}?\s*(?:\([^()]*\))?)?\s*",
    re.ASCII,
)
_ISO: Final = re.compile(r"\s*\d{4}-?(?:\d\d|W\d\d)(?!\d{6})[-\d]", re.ASCII)
_ASCTIME: Final = re.compile(
    r"[A-Za-z]{3,9}\s+(?P<month>[A-Za-z]{3,9})\s+(?P<day>\d{1,2})\s+(?P<hour>\d{1,2}):"
    rf"(?P<minute>\d{{2}}):(?P<second>\d{{2}})\s+(?:{_ZONE}\s+)?(?P<year>\d{{4}})",
    re.ASCII,
)

_WORD: Final = r"[^\W\d_]{2,12}"
_DAY_FIRST: Final = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})(?:er|st|nd|rd|th)?[\s,.\-/]{1,3}(?:(?:de|of|من|شهر)\s)?"
    rf"(?P<month>{_WORD})\.?(?:\s?[/-]?\s?(?P<more>{_WORD})(?:\s{_WORD})?)?"
    r"[\s,.،\-/]{0,3}(?P<year>\d{4})(?!\d)"
)
_DAY_LATER: Final = re.compile(
    rf"(?<!\w)(?P<month>{_WORD})\.?\s{{1,3}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    r"(?P<more>)\s?[,،]?\s{0,3}(?P<year>\d{4})(?!\d)"
)
_FIGURES: Final = re.compile(
    r"(?<![\d/.-])(?P<day>\d{1,2})\s?[/.-]\s?(?P<month>\d{1,2})\s?[/.-]\s?(?P<year>\d{4})"
    r"(?![\d/-])"
)
_YEAR_FIRST: Final = re.compile(
    r"(?<![\d/.-])(?P<year>\d{4})[/.-](?P<month>\d{1,2})[/.-](?P<day>\d{1,2})(?![\d/-])"
)
_HOUR: Final = re.compile(
    r"(?<![\d:.,/-])(?P<hour>\d{1,2})(?:"
    r"\s?(?::|[hH](?:eures?)?|س)\s?(?P<minute>\d{2})(?!\d)(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"|\s?[hH](?:eures?)?(?![^\W\d_])|(?=\s?[aApP]\.?[mM]\b))"
    r"\s{0,2}(?P<half>[aApP]\.?[mM]\b\.?|صباح|مساء|ظهر|زوال|بعد الزوال|بعد الظهر|[صم](?![^\W\d_]))?"
    rf"[\u064b\u0627]*\s{{0,2}}\(?(?:{_ZONE}(?![^\W\d_]))?"
)
_LATER_HALF: Final = frozenset("pPم") | {"زوال", "بعد", "ظهر"}
# Digits of Arabic and Persian; blanks that do not break; marks that only turn the text.
_PLAIN: Final = str.maketrans(
    {
        **{chr(0x660 + digit): str(digit) for digit in range(10)},
        **{chr(0x6F0 + digit): str(digit) for digit in range(10)},
        **dict.fromkeys("\u00a0\u202f\u2009", " "),
        **dict.fromkeys(
            "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        ),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    }
)


def read(
    text: str,
    *,
    zone: ZoneInfo,
    now: datetime | None = None,
    month_first: bool = False,
) -> Dated | None:
    """The date in *text*; *zone* is taken where none is given.

    *now* gives relative words a meaning. Figures are day, month, year unless the source
    has proven otherwise (`is_month_first`).
    """
    found = _RFC_822.fullmatch(text)
    if found is not None:
        return _dated(found, found, _month(found["month"]), zone)
    if _ISO.match(text):
        exact = _iso(text.strip(), zone)
        if exact is not None:
            return exact
    plain = " ".join(text[:_LONGEST].translate(_PLAIN).split())
    return _written(plain, zone, month_first=month_first) or (
        None if now is None else _relative(plain, zone, now)
    )


def is_month_first(texts: Iterable[str]) -> bool:
    """Whether *texts* prove that a source writes the month before the day in figures."""
    proven = False
    for text in texts:
        found = _FIGURES.search(text[:_LONGEST].translate(_PLAIN))
        if found is not None:
            first, second = int(found["day"]), int(found["month"])
            if first > _NOON:
                return False
            proven = proven or second > _NOON
    return proven


def _written(text: str, zone: ZoneInfo, *, month_first: bool) -> Dated | None:
    found = _ASCTIME.search(text)
    if found is not None and _month(found["month"]):
        return _dated(found, found, _month(found["month"]), zone)
    for pattern in (_DAY_FIRST, _DAY_LATER):
        for found in pattern.finditer(text):
            month = _month(found["month"]) or _month(
                found["month"] + (found["more"] or "")
            )
            if month:
                return _dated(found, _hour(text, found), month, zone)
    found = _YEAR_FIRST.search(text)
    if found is not None:
        return _dated(found, _hour(text, found), int(found["month"]), zone)
    found = _FIGURES.search(text)
    if found is None:
        return None
    return _figures(found, _hour(text, found), zone, month_first=month_first)


def _figures(
    found: re.Match[str],
    hour: re.Match[str] | None,
    zone: ZoneInfo,
    *,
    month_first: bool,
) -> Dated | None:
    day, month = int(found["day"]), int(found["month"])
    # A month above twelve proves the order for itself alone.
    if month > _NOON or (month_first and day <= _NOON):
        day, month = month, day
    return _dated(found, hour, month, zone, day=day)


def _hour(text: str, day: re.Match[str]) -> re.Match[str] | None:
    """The hour after the day, else the one before it."""
    return _HOUR.search(text, day.end()) or _HOUR.search(text, 0, day.start())


@lru_cache(maxsize=4096)
def _month(word: str) -> int:
    folded = fold(word)
    return month_number(folded) or _SHORT.get(folded, 0)


def _dated(
    found: re.Match[str],
    hour: re.Match[str] | None,
    month: int,
    zone: ZoneInfo,
    *,
    day: int = 0,
) -> Dated | None:
    year = int(found["year"])
    if len(found["year"]) == 2:  # noqa: PLR2004 - digits
        # RFC 2822: what is below fifty is of this century.
        year += 2000 if year < _HALF_CENTURY else 1900
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and month):
        return None
    try:
        if hour is None or hour["hour"] is None:
            on = date(year, month, day or int(found["day"]))
            return _of_day(on, zone)
        second = int(hour["second"] or 0)
        local = datetime(  # noqa: DTZ001 - the zone comes next
            year,
            month,
            day or int(found["day"]),
            _of_half(hour),
            int(hour["minute"] or 0),
            second - (second == _LEAP_SECOND),
        )
    except ValueError:
        return None
    return _in_zone(local, hour, zone)


def _of_half(hour: re.Match[str]) -> int:
    number = int(hour["hour"])
    half = hour.groupdict().get("half") if hour.re is _HOUR else None
    if not half or number > _NOON:
        return number
    later = (
        half[0] in _LATER_HALF or half.split(" ")[0] in _LATER_HALF or half == "مساء"
    )
    return number % _NOON + _NOON * later


def _in_zone(local: datetime, hour: re.Match[str], zone: ZoneInfo) -> Dated | None:
    minutes = _offset(hour)
    if minutes is None:
        at = local.replace(tzinfo=zone).astimezone(UTC)
        return Dated(at=at, precision=Precision.ZONE_ASSUMED)
    if abs(minutes) > _FURTHEST_HOURS * 60:
        return None
    return Dated(at=local.replace(tzinfo=UTC) - timedelta(minutes=minutes))


def _offset(found: re.Match[str]) -> int | None:
    """The offset from UTC in minutes; None when none is given, or by an unknown name."""
    if found["sign"]:
        return _minutes(found["sign"], found["hours"], found["minutes"])
    if found["name"]:
        base = _ZONES.get(found["name"].upper())
        if base is not None and found["sign2"]:
            return base + _minutes(found["sign2"], found["hours2"], found["minutes2"])
        return base
    return None


def _minutes(sign: str, hours: str, minutes: str | None) -> int:
    total = int(hours) * 60 + int(minutes or 0)
    return -total if sign == "-" else total


def _of_day(on: date, zone: ZoneInfo) -> Dated:
    start = datetime.combine(on, time(), zone).astimezone(UTC)
    return Dated(at=start, precision=Precision.DAY)


def _iso(text: str, zone: ZoneInfo) -> Dated | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return None
    if found.tzinfo is not None:
        return Dated(at=found.astimezone(UTC))
    if len(text) <= len("2026-11-24"):
        return _of_day(found.date(), zone)
    at = found.replace(tzinfo=zone).astimezone(UTC)
    return Dated(at=at, precision=Precision.ZONE_ASSUMED)


def _relative(text: str, zone: ZoneInfo, now: datetime) -> Dated | None:
    days = relative.days_back(text)
    if days is not None:
        on = now.astimezone(zone).date() - timedelta(days=days)
        hour = _HOUR.search(text)
        if hour is None:
            return _of_day(on, zone)
        try:
            local = datetime.combine(on, time(_of_half(hour), int(hour["minute"] or 0)))
        except ValueError:
            return None
        return _in_zone(local, hour, zone)
    ago = relative.time_ago(text)
    if ago is None:
        return None
    at = now.astimezone(UTC) - ago
    # "Two hours ago" is any moment of an hour: the day is all that is sure.
    return (
        Dated(at=at)
        if ago < timedelta(hours=1)
        else _of_day(at.astimezone(zone).date(), zone)
    )
