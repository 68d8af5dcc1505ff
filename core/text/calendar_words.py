"""Months, weekdays and day numbers in words of three languages, folded: word -> number.

Months are known as the Maghreb writes them (دجنبر) and as the East does (ديسمبر, كانون
الأول; names of two words are written together here, as folding does).
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from core.text.clitics import readings
from core.text.normalise import fold

_YEAR_DIGITS: Final = 4


def _numbered(listed: str) -> Mapping[str, int]:
    """One group of spellings a line, numbered from 1."""
    return {
        fold(word): number
        for number, line in enumerate(listed.strip().splitlines(), start=1)
        for word in line.split()
    }


_MONTHS: Final = _numbered(
    """
    janvier janv january jan يناير جانفي كانونالثاني
    fevrier fevr february feb فبراير فيفري شباط
    mars march مارس اذار
    avril avr april apr ابريل افريل نيسان
    mai may ماي مايو ايار
    juin june يونيو يونيه جوان حزيران
    juillet juil july jul يوليوز يوليو جويليه تموز
    aout august aug غشت اغسطس اوت
    septembre sept september sep شتنبر سبتمبر ايلول
    octobre october oct اكتوبر تشرينالاول
    novembre nov november نونبر نوفمبر تشرينالثاني
    decembre dec december دجنبر ديسمبر كانونالاول
    """
)
_WEEKDAYS: Final = _numbered(
    """
    lundi monday الاثنين الاتنين
    mardi tuesday الثلاثاء الثلاثا
    mercredi wednesday الاربعاء الاربعا
    jeudi thursday الخميس
    vendredi friday الجمعه
    samedi saturday السبت
    dimanche sunday الاحد
    """
)


def is_time_word(word: str) -> bool:
    """Whether a folded word is the name of a month or a weekday."""
    return month_number(word) is not None or weekday_number(word) is not None


def _lookup(table: Mapping[str, int], word: str) -> int | None:
    if word in table:
        return table[word]
    if word.isascii():
        return None
    return next((table[form] for form in readings(word) if form in table), None)


@lru_cache(maxsize=65_536)
def month_number(word: str) -> int | None:
    return _lookup(_MONTHS, word)


@lru_cache(maxsize=65_536)
def weekday_number(word: str) -> int | None:
    return _lookup(_WEEKDAYS, word)


def day_number(word: str) -> int | None:
    """The digits of a word; Arabic writes its prefixes onto them (و5)."""
    digits = word.lstrip("وبلف").removesuffix("er")
    usable = digits.isascii() and digits.isdecimal() and len(digits) <= _YEAR_DIGITS
    return int(digits) if usable else None
