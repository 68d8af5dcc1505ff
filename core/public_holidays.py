"""Public holidays of a country, by name; religious ones are forecasts, for the moon decides."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

import holidays

from core.values import Language

_FORECAST: Final = ("estimated", "estimé", "تقديري")


def names_of(country: str, day: date) -> Mapping[Language, str]:
    """The day's name in each of our languages; empty on a working day.

    *country* is its two letters; of one that the calendar does not know, no day is.
    """
    found = {one: _holidays(country, day.year, one).get(day) for one in Language}
    return {one: _tidy(name) for one, name in found.items() if name}


def is_forecast(country: str, day: date) -> bool:
    """Whether the day is a holiday only if the moon is seen as it was calculated."""
    name = _holidays(country, day.year, Language.ENGLISH).get(day, "")
    return any(word in name for word in _FORECAST)


@lru_cache(maxsize=64)
def _holidays(country: str, year: int, language: Language) -> Mapping[date, str]:
    if country not in holidays.list_supported_countries():
        return {}
    languages = holidays.list_localized_countries().get(country, [])
    spoken = [one for one in languages if one.split("_")[0] == language]
    # Without a name in that language, English is better than a hole in the sentence.
    spoken += [one for one in languages if one.startswith("en")]
    named = holidays.country_holidays(
        country, years=year, language=spoken[0] if spoken else None
    )
    return dict(named)


def _tidy(name: str) -> str:
    """Without the library's own mark of a forecast: the sentence says it."""
    for word in _FORECAST:
        name = name.replace(f" ({word})", "")
    return name
