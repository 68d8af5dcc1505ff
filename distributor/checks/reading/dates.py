"""Full dates as releases write them, with the weekday that stands beside them.

mercredi 5 décembre 2018, 5/12/2018, الأربعاء 5 دجنبر 2018, Wednesday, December 5, 2018;
and several that share a month: du lundi 3 au mercredi 5 décembre.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.text.calendar_words import day_number, month_number, weekday_number
from core.text.clitics import bare
from core.text.normalise import fold
from core.text.tokens import Tokens, tokens
from core.text.tokens import words as folded
from distributor.checks.reading.plain import without_addresses

_LAST_DAY: Final = 31
_YEARS: Final = range(1950, 2100)
_NEAR: Final = 190  # days: a date without a year is the nearest, or either of two
_CENTURY: Final = 2000
# What may stand between a weekday and its day.
_FILLERS: Final = frozenset(
    folded("le the of on du ce cette matin soir apres midi prochain next يوم المقبل")
)
_MEANING: Final = frozenset(folded("الموافق correspondant corresponding"))
_JOINING: Final = frozenset(folded("et au and to الى et ou or حتى through"))
_OF: Final = frozenset({"of", fold("من")})
_FIRST: Final = frozenset(map(fold, ["فاتح", "premier", "first"]))
_AND: Final = "و"
_ARTICLE: Final = "ال"
_FEW: Final = 3
_ORDINAL: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
# Between the parts of one date: never the end of a sentence.
_GAP: Final = re.compile(r"[\s,،*_()/–—-]{0,6}")
_NUMERIC: Final = re.compile(
    r"(?<![\d/.-])(?:(?P<year>\d{4})([-/.])(?P<m1>\d{1,2})\2(?P<d1>\d{1,2})"
    r"|(?P<d2>\d{1,2})([/.-])(?P<m2>\d{1,2})\6(?P<last>\d{4}|\d{2}(?=[^\d/.,-]|$)))"
    r"(?!\d|[/.-]\d)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDate:
    """One date of a text: the days it may be, and the weekday (1 to 7) beside it.

    `days` is empty for a day that no calendar has, such as 31 November.
    """

    days: Sequence[date]
    weekday: int | None
    start: int
    end: int
    dated: bool = True  # the year is written

    def is_coherent(self) -> bool:
        return self.weekday is None or any(
            day.isoweekday() == self.weekday for day in self.days
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    number: int
    weekday: int | None
    place: int


def written_dates(
    text: str, *, near: date, language: str = ""
) -> Sequence[WrittenDate]:
    """Every full date, in the text's order; one without a year is the nearest to *near*.

    English also writes the day after the month.
    """
    plain = without_addresses(text)
    found = tokens(plain)
    dates = list(_numeric(plain, found))
    taken = {place for one in dates for place in range(one.start, one.end)}
    for place, word in enumerate(found.words):
        month = month_number(word)
        if month and found.starts[place] not in taken:
            dates.extend(
                _around(plain, found, place, month, near=near, language=language)
            )
    return sorted(dates, key=lambda one: one.start)


def _numeric(plain: str, found: Tokens) -> Iterator[WrittenDate]:
    for match in _NUMERIC.finditer(plain):
        day = _numeric_day(match)
        if day is None or day.year not in _YEARS:
            continue
        first = _place_at(found, match.start())
        weekday, start = _weekday_before(plain, found, first - 1)
        yield WrittenDate(
            days=(day,),
            weekday=weekday,
            start=match.start() if start is None else start,
            end=match.end(),
        )


def _numeric_day(match: re.Match[str]) -> date | None:
    """Day before month, as all our languages write it; else the other way round."""
    if match["year"]:
        return _date(int(match["year"]), match["m1"], match["d1"])
    year = int(match["last"])
    if len(match["last"]) == 2:  # noqa: PLR2004 - 5/12/18
        year += _CENTURY
    first, second = match["d2"], match["m2"]
    return _date(year, second, first) or _date(year, first, second)


def _around(
    plain: str, found: Tokens, place: int, month: int, *, near: date, language: str
) -> Iterator[WrittenDate]:
    """The dates of one name of a month."""
    days = _days_before(plain, found, place)
    last = place
    if not days and language == "en":
        days, last = _day_after(plain, found, place)
    year, last = _year_after(plain, found, last)
    if year is None and days:
        year = _year_of_next(plain, found, last)
    for one in days:
        start = found.starts[one.place]
        weekday = one.weekday or _weekday_after(plain, found, last)
        yield WrittenDate(
            days=_possible(year, month, one.number, near),
            weekday=weekday,
            start=start,
            end=found.ends[last],
            dated=year is not None,
        )


def _days_before(plain: str, found: Tokens, place: int) -> list[_Day]:
    """The days right before a month, the nearest first: 5, or 3 and 5 of `du 3 au 5`."""
    days: list[_Day] = []
    at = place - 1
    if at >= 0 and found.words[at] in _OF:
        at -= 1
    while at >= 0 and _close(plain, found, at):
        number = _day_of_month(found.words[at])
        if number is None:
            break
        here = at
        weekday, start = _weekday_before(plain, found, at - 1)
        if start is not None:
            here = _place_at(found, start)
        days.append(_Day(number=number, weekday=weekday, place=here))
        first = found.words[here]
        at = here - 1
        if at >= 0 and found.words[at] in _JOINING:
            at -= 1
        elif at < 0 or not (first.startswith(_AND) or _listed(plain, found, at)):
            break
    return days


def _listed(plain: str, found: Tokens, at: int) -> bool:
    """Whether a comma or a dash joins this word with the next: 5, 6 et 7 décembre."""
    return bool(set(plain[found.ends[at] : found.starts[at + 1]]) & set(",،-–"))


def _day_after(plain: str, found: Tokens, place: int) -> tuple[list[_Day], int]:
    """December 5, with the weekday before the month."""
    after = place + 1
    if after >= len(found) or not _close(plain, found, place):
        return [], place
    number = _day_of_month(found.words[after])
    if number is None:
        return [], place
    weekday, start = _weekday_before(plain, found, place - 1)
    first = place if start is None else _place_at(found, start)
    return [_Day(number=number, weekday=weekday, place=first)], after


def _weekday_before(
    plain: str, found: Tokens, at: int
) -> tuple[int | None, int | None]:
    """The weekday before a day, past a few fillers, and where it starts."""
    meant, least = False, at - _FEW
    while at >= 0 and at > least and _close(plain, found, at):
        weekday = _weekday(found.words[at])
        if weekday:
            return weekday, found.starts[at]
        if found.words[at] in _MEANING:
            # A date of another calendar stands between.
            meant, least = True, at - 2 * _FEW
        elif not meant and found.words[at] not in _FILLERS:
            break
        at -= 1
    return None, None


def _weekday(word: str) -> int | None:
    return weekday_number(word) or weekday_number(_ARTICLE + bare(word))


def _weekday_after(plain: str, found: Tokens, last: int) -> int | None:
    """5 décembre 2018 (mercredi)."""
    if last + 1 >= len(found):
        return None
    between = plain[found.ends[last] : found.starts[last + 1]]
    return _weekday(found.words[last + 1]) if between.strip() == "(" else None


def _year_after(plain: str, found: Tokens, last: int) -> tuple[int | None, int]:
    after = last + 1
    if after < len(found) and _close(plain, found, last):
        number = day_number(found.words[after])
        if number in _YEARS:
            return number, after
    return None, last


def _year_of_next(plain: str, found: Tokens, last: int) -> int | None:
    """Du 28 novembre au 2 décembre 2018: the year at the end is meant for both."""
    for at in range(last + 1, min(last + 6, len(found))):
        if not _close(plain, found, at - 1):
            return None
        if month_number(found.words[at]):
            return _year_after(plain, found, at)[0]
    return None


def _close(plain: str, found: Tokens, at: int) -> bool:
    """Whether this word and the next may belong to one date."""
    if at + 1 >= len(found):
        return False
    between = plain[found.ends[at] : found.starts[at + 1]]
    return _GAP.fullmatch(between) is not None and "\n\n" not in between


def _day_of_month(word: str) -> int | None:
    if word in _FIRST or word.lstrip(_AND) in _FIRST:
        return 1
    ordinal = _ORDINAL.fullmatch(word)
    number = int(ordinal[1]) if ordinal else day_number(word)
    return number if number and number <= _LAST_DAY else None


def _possible(year: int | None, month: int, day: int, near: date) -> Sequence[date]:
    years = (near.year - 1, near.year, near.year + 1) if year is None else (year,)
    days = [one for tried in years if (one := _date(tried, month, day))]
    if year is not None:
        return tuple(days)
    return tuple(one for one in days if abs((one - near).days) <= _NEAR)


def _date(year: int, month: int | str, day: int | str) -> date | None:
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None


def _place_at(found: Tokens, start: int) -> int:
    """The number of the word that begins at *start*, or of the next one."""
    return next(
        (place for place, begun in enumerate(found.starts) if begun >= start),
        len(found),
    )
