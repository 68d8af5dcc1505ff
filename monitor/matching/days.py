"""Which days a text speaks of: dates in digits and words, weekdays, "yesterday", months.

Relative words are resolved against the day of publication; without one, only full dates
count. Dates are never invented: an expression that may be two days yields both.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum
from functools import cache
from typing import Final

from core.text.calendar_words import day_number, month_number, weekday_number
from core.text.normalise import fold
from core.text.tokens import Tokens, normalise
from core.text.tokens import words as folded


class Precision(IntEnum):
    """How closely an expression names a day; the closer, the larger."""

    YEAR = 0
    WEEK = 1
    MONTH = 2
    FULL_MONTH = 3  # with its year
    WEEKDAY = 4
    DAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReference:
    """The words at `place`, `length` of them, speak of some day from `first` to `last`."""

    first: date
    last: date
    precision: Precision
    place: int
    length: int = 1

    def touches(self, days: Sequence[date]) -> bool:
        return any(self.first <= day <= self.last for day in days)


def _phrases(given: Mapping[str, int]) -> Mapping[str, int]:
    return {normalise(phrase): step for phrase, step in given.items()}


# Words that name a day by its distance in days from publication.
_DISTANCES: Final = _phrases(
    {
        "avant hier": -2,
        "hier": -1,
        "aujourd hui": 0,
        "demain": 1,
        "apres demain": 2,
        "yesterday": -1,
        "today": 0,
        "tomorrow": 1,
        "امس": -1,
        "البارحه": -1,
        "اول امس": -2,
        "غدا": 1,
        "غد": 1,
        "الغد": 1,
        "بعد غد": 2,
        "اليوم": 0,
    }
)
_WEEKS: Final = _phrases(
    {
        "semaine derniere": -1,
        "semaine passee": -1,
        "cette semaine": 0,
        "semaine prochaine": 1,
        "last week": -1,
        "this week": 0,
        "next week": 1,
        "الاسبوع الماضي": -1,
        "الاسبوع المنصرم": -1,
        "قبل اسبوع": -1,
        "هذا الاسبوع": 0,
        "الاسبوع الجاري": 0,
        "الاسبوع المقبل": 1,
        "الاسبوع القادم": 1,
    }
)
_MONTH_STEPS: Final = _phrases(
    {
        "mois dernier": -1,
        "mois passe": -1,
        "ce mois": 0,
        "mois prochain": 1,
        "last month": -1,
        "this month": 0,
        "next month": 1,
        "الشهر الماضي": -1,
        "الشهر المنصرم": -1,
        "هذا الشهر": 0,
        "الشهر الجاري": 0,
        "الشهر المقبل": 1,
    }
)
_YEAR_STEPS: Final = _phrases(
    {
        "an dernier": -1,
        "an passe": -1,
        "annee derniere": -1,
        "annee passee": -1,
        "y a un an": -1,
        "last year": -1,
        "a year ago": -1,
        "العام الماضي": -1,
        "السنه الماضيه": -1,
        "قبل سنه": -1,
        "قبل عام": -1,
    }
)
_BETWEEN: Final = frozenset(
    map(fold, ["au", "et", "a", "to", "and", "till", "until", "الى", "و", "حتى"])
)
# Months that are as often another word, and the words that make them months.
_DOUBTFUL: Final = frozenset({"may", "mars", "march", "sept", "dec", "jan", "mai"})
_DATING: Final = frozenset(
    folded("en fin debut mi dernier prochain in last next early late since")
)
_PAST: Final = frozenset(folded("dernier passé last الماضي المنصرم"))
_COMING: Final = frozenset(folded("prochain next المقبل القادم"))
_LONGEST_PHRASE: Final = 4  # words of the phrases above
_LAST_DAY: Final = 31
_MONTHS_A_YEAR: Final = 12
_YEARS: Final = range(1950, 2100)


def begins_phrase(word: str) -> bool:
    """Whether a folded word begins an expression such as "last week"."""
    return word in _first_words()


def day_references(
    found: Tokens, *, published: date | None, places: Iterable[int] | None = None
) -> Sequence[DayReference]:
    """Every expression of time the words hold, in their order.

    *places* are the words at which one can stand: those with digits at their end, names of
    months and weekdays, first words of phrases. Without them all are tried.
    """
    words = found.words
    references: list[DayReference] = []
    for place in range(len(words)) if places is None else places:
        word = words[place]
        references.extend(_digits(words, place))
        month = month_number(word)
        if month:
            references.extend(_around_month(words, place, month, published))
        if published is not None:
            references.extend(_relative(words, place, published))
    return references


def _digits(words: Sequence[str], place: int) -> list[DayReference]:
    """2018-12-05 and 05/12/2018: three numbers side by side."""
    if not words[place][-1].isdecimal():
        return []
    three = [day_number(word) for word in words[place : place + 3]]
    if len(three) < 3 or None in three:  # noqa: PLR2004
        return []
    one, two, last = (number or 0 for number in three)
    if one in _YEARS:
        day = _date(one, two, last)
    elif last in _YEARS:
        day = _date(last, two, one)
    else:
        day = None
    return [_day(day, place)] if day else []


def _around_month(
    words: Sequence[str], place: int, month: int, published: date | None
) -> list[DayReference]:
    after = [day_number(word) for word in words[place + 1 : place + 3]]
    year = next((number for number in after if number in _YEARS), None)
    days = _days_before(words, place)
    if not days and after and after[0] is not None and after[0] <= _LAST_DAY:
        days = [after[0]]  # December 5
    years = [year] if year else _years_meant(words, place, month, published)
    dates = [
        day for one in years for number in days if (day := _date(one, month, number))
    ]
    if dates:
        spans = [(min(dates), max(dates))] if year else _nearest(dates, days, published)
        return [
            DayReference(first=first, last=last, precision=Precision.DAY, place=place)
            for first, last in spans
        ]
    if words[place] in _DOUBTFUL and not year and not _dated(words, place):
        return []
    precision = Precision.FULL_MONTH if year else Precision.MONTH
    return [_month(one, month, place, precision) for one in years]


def _dated(words: Sequence[str], place: int) -> bool:
    """Whether the word beside says that a doubtful word is a month: en mars, last March."""
    beside = {*words[max(0, place - 1) : place], *words[place + 1 : place + 2]}
    return not beside.isdisjoint(_DATING)


def _days_before(words: Sequence[str], place: int) -> list[int]:
    """The day numbers right before a month: 5, or 5 and 7 of `du 5 au 7 décembre`."""
    days: list[int] = []
    at = place - 1
    while at >= 0 and place - at <= 2 * _LONGEST_PHRASE:
        number = day_number(words[at])
        if number is not None and 1 <= number <= _LAST_DAY:
            days.append(number)
        elif (words[at] not in _BETWEEN and weekday_number(words[at]) is None) or (
            not days and words[at] not in _BETWEEN
        ):
            break
        at -= 1
    return days


def _years_meant(
    words: Sequence[str], place: int, month: int, published: date | None
) -> list[int]:
    """The year of a month that stands without one."""
    beside = {*words[max(0, place - 1) : place], *words[place + 1 : place + 2]}
    if published and not beside.isdisjoint(_PAST):
        return [published.year - (month > published.month)]
    if published and not beside.isdisjoint(_COMING):
        return [published.year + (month < published.month)]
    return _years_near(published, month)


def _years_near(published: date | None, month: int) -> list[int]:
    """A month without a year is the nearest one; half a year away, it is either."""
    if published is None:
        return []
    middle = published.replace(day=15)
    return [
        year
        for year in (published.year - 1, published.year, published.year + 1)
        if abs((date(year, month, 15) - middle).days) <= 190  # noqa: PLR2004
    ]


def _nearest(
    dates: Sequence[date], days: Sequence[int], published: date | None
) -> list[tuple[date, date]]:
    if published is None:
        return []
    ordered = sorted(dates, key=lambda day: abs((day - published).days))[: len(days)]
    return [(min(ordered), max(ordered))]


def _relative(words: Sequence[str], place: int, published: date) -> list[DayReference]:
    references: list[DayReference] = []
    weekday = weekday_number(words[place])
    if weekday:
        for step in range(-6, 8):
            day = published + timedelta(days=step)
            if day.isoweekday() == weekday:
                references.append(
                    DayReference(
                        first=day, last=day, precision=Precision.WEEKDAY, place=place
                    )
                )
    if words[place] not in _first_words():
        return references
    for length in range(1, _LONGEST_PHRASE + 1):
        phrase = " ".join(words[place : place + length])
        references.extend(
            replace(resolve(published, table[phrase], place), length=length)
            for table, resolve in _TABLES
            if phrase in table
        )
    return references


@cache
def _first_words() -> frozenset[str]:
    return frozenset(
        phrase.split(" ", 1)[0] for table, _ in _TABLES for phrase in table
    )


def _distant(published: date, step: int, place: int) -> DayReference:
    return _day(published + timedelta(days=step), place)


def _week(published: date, step: int, place: int) -> DayReference:
    monday = published - timedelta(days=published.weekday() - 7 * step)
    return DayReference(
        first=monday,
        last=monday + timedelta(days=6),
        precision=Precision.WEEK,
        place=place,
    )


def _month_step(published: date, step: int, place: int) -> DayReference:
    count = published.year * _MONTHS_A_YEAR + published.month - 1 + step
    return _month(count // _MONTHS_A_YEAR, count % _MONTHS_A_YEAR + 1, place)


def _year_step(published: date, step: int, place: int) -> DayReference:
    year = published.year + step
    return DayReference(
        first=date(year, 1, 1),
        last=date(year, 12, 31),
        precision=Precision.YEAR,
        place=place,
    )


_TABLES: Final[
    Sequence[tuple[Mapping[str, int], Callable[[date, int, int], DayReference]]]
] = (
    (_DISTANCES, _distant),
    (_WEEKS, _week),
    (_MONTH_STEPS, _month_step),
    (_YEAR_STEPS, _year_step),
)


def _day(day: date, place: int) -> DayReference:
    return DayReference(first=day, last=day, precision=Precision.DAY, place=place)


def _month(
    year: int, month: int, place: int, precision: Precision = Precision.MONTH
) -> DayReference:
    first = date(year, month, 1)
    after = date(year + month // _MONTHS_A_YEAR, month % _MONTHS_A_YEAR + 1, 1)
    return DayReference(
        first=first,
        last=after - timedelta(days=1),
        precision=precision,
        place=place,
    )


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
