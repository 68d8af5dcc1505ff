"""Relative dates: "hier", "il y a 2 heures", "منذ ساعتين". Decides; months are too coarse."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from core.text.normalise import fold

_WORDS: Final = re.compile(r"[^\W\d_]+|\d+")
# More words than these are a sentence, not a date.
_MOST_WORDS: Final = 9
_MOST_UNITS: Final = 1000
_DAYS: Final[Mapping[str, int]] = {
    "aujourd": 0,
    "today": 0,
    "اليوم": 0,
    "hier": 1,
    "yesterday": 1,
    "امس": 1,
    "البارحه": 1,
}
_UNITS: Final[Mapping[str, timedelta]] = {
    fold(word): unit
    for unit, words in {
        timedelta(seconds=1): "seconde secondes second seconds sec ثانيه ثوان ثواني",
        timedelta(seconds=2): "ثانيتين",
        timedelta(minutes=1): "minute minutes min mins mn دقيقه دقائق",
        timedelta(minutes=2): "دقيقتين",
        timedelta(hours=1): "heure heures h hour hours hr hrs ساعه ساعات",
        timedelta(hours=2): "ساعتين",
        timedelta(days=1): "jour jours j day days يوم ايام يوما",
        timedelta(days=2): "يومين",
    }.items()
    for word in words.split()
}
_ONE: Final = frozenset({"un", "une", "a", "an", "one"})


def days_back(text: str) -> int | None:
    """How many days ago a text such as "hier à 14h30" speaks of."""
    words = _folded(text)
    if not words:
        return None
    if words[0] == "avant" and "hier" in words:
        return 2
    if words[:2] == ["اول", "امس"]:
        return 2
    return next((_DAYS[word] for word in words if word in _DAYS), None)


def time_ago(text: str) -> timedelta | None:
    """How long ago a text such as "il y a 2 heures" speaks of."""
    words = _folded(text)
    for start, word in enumerate(words):
        if words[start : start + 3] == ["il", "y", "a"]:
            return _span(words[start + 3 : start + 5])
        if word in {"منذ", "قبل"}:
            return _span(words[start + 1 : start + 3])
        if word == "ago":
            return _span(words[max(0, start - 2) : start])
    return None


def _folded(text: str) -> list[str]:
    words = _WORDS.findall(text)
    return [fold(word) for word in words] if len(words) <= _MOST_WORDS else []


def _span(words: Sequence[str]) -> timedelta | None:
    """A number and a unit, or a unit alone."""
    count = 1
    for word in words:
        if word.isdecimal():
            count = min(int(word[:5]), _MOST_UNITS)
        elif word in _UNITS:
            return count * _UNITS[word]
        elif word not in _ONE:
            return None
    return None
