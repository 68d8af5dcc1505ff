"""Moments as French and Arabic sources write them. Decides; a date is never invented.

feedparser knows English months only. A text without an hour or an offset is no moment.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from core.text.normalise import fold
from monitor.sources.base import in_utc

# French, then Arabic as written in the Maghreb and in Egypt.
_MONTHS: Final = tuple(
    frozenset(fold(word) for word in line.split())
    for line in (
        "janvier janv jan يناير جانفي",
        "février févr fév فبراير فيفري",
        "mars mar مارس",
        "avril avr أبريل إبريل أفريل",
        "mai ماي مايو",
        "juin يونيو جوان",
        "juillet juil يوليوز يوليو جويلية",
        "août غشت أغسطس أوت",
        "septembre sept sep شتنبر سبتمبر",
        "octobre oct أكتوبر",
        "novembre nov نونبر نوفمبر",
        "décembre déc دجنبر ديسمبر",
    )
)
_LONGEST: Final = 80
_MOMENT: Final = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})(?:er)?\s+(?P<month>[^\W\d]+)\.?,?\s+(?P<year>\d{4})\D{0,6}?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    r"\s*(?:(?P<utc>GMT|UTC|UT|Z)\b|(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2}))"
)


def read(text: str) -> datetime | None:
    """The moment in *text*, in UTC; None unless day, hour and offset are all there."""
    found = _MOMENT.search(text[:_LONGEST])
    if found is None:
        return None
    month = next(
        (
            place
            for place, names in enumerate(_MONTHS, 1)
            if fold(found["month"]) in names
        ),
        0,
    )
    try:
        local = datetime(
            int(found["year"]),
            month,
            int(found["day"]),
            int(found["hour"]),
            int(found["minute"]),
            int(found["second"] or 0),
            tzinfo=UTC,
        )
        # The offset is taken away by hand: one of 99 hours is no time zone.
        offset = timedelta(
            hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0)
        )
        return local + offset if found["sign"] == "-" else local - offset
    except (ValueError, OverflowError):
        return None


def read_iso(text: str) -> datetime | None:
    """A W3C date with its hour and offset, in UTC."""
    try:
        return in_utc(datetime.fromisoformat(text.strip()))
    except ValueError:
        return None
