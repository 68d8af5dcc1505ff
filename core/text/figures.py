"""Numbers a text gives, in digits or words, in three languages: 48 000, ثمانية وأربعون ألفا.

The words run through one parser: units and tens add, hundreds multiply, thousands and
millions close a group. Arabic joins them with a prefixed and.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.text.clitics import bare
from core.text.normalise import fold
from core.text.tokens import Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number, and the first and last of its words."""

    value: int
    first: int
    last: int


def _values(listed: str) -> Mapping[str, int]:
    """One value a line, then its spellings."""
    table: dict[str, int] = {}
    for line in listed.strip().splitlines():
        value, *spellings = line.split()
        table.update(dict.fromkeys(map(fold, spellings), int(value)))
    return table


_SMALL: Final = _values(
    """
    2 deux two اثنان اثنين اثنتان اثنتين
    3 trois three ثلاث ثلاثه
    4 quatre four اربع اربعه
    5 cinq five خمس خمسه
    6 six ست سته
    7 sept seven سبع سبعه
    8 huit eight ثمان ثماني ثمانيه
    9 neuf nine تسع تسعه
    10 dix ten dizaine عشر عشره
    11 onze eleven
    12 douze twelve douzaine dozen
    13 treize thirteen
    14 quatorze fourteen
    15 quinze fifteen quinzaine
    16 seize sixteen
    17 seventeen
    18 eighteen
    19 nineteen
    20 vingt vingts vingtaine twenty عشرون عشرين
    30 trente trentaine thirty ثلاثون ثلاثين
    40 quarante quarantaine forty اربعون اربعين
    50 cinquante cinquantaine fifty خمسون خمسين
    60 soixante soixantaine sixty ستون ستين
    70 seventy septante سبعون سبعين
    80 eighty ثمانون ثمانين
    90 ninety nonante تسعون تسعين
    200 مائتان مائتين مئتان مئتين مائتي مئتي
    300 ثلاثمائه ثلاثمئه
    400 اربعمائه اربعمئه
    500 خمسمائه خمسمئه
    600 ستمائه ستمئه
    700 سبعمائه سبعمئه
    800 ثمانمائه ثمانمئه
    900 تسعمائه تسعمئه
    2000 الفان الفين الفي
    """
)
_SCALES: Final = _values(
    """
    100 cent cents centaine centaines hundred مائه مئه
    1000 mille millier milliers thousand thousands الف الفا الاف
    1000000 million millions مليون مليونا ملايين
    1000000000 milliard milliards billion مليار مليارا ملايير
    """
)
_JOINING: Final = frozenset({"et", "and", "de"})
_PER: Final = frozenset({"pour", "per", "في"})  # cent: not a hundred of anything
_PREFIXES: Final = "وبلكف"  # Arabic writes them onto digits
_HUNDRED: Final = 100
_THOUSAND: Final = 1000
_DIGITS_IN_GROUP: Final = 3
_LONGEST: Final = 12  # digits; longer runs are telephone numbers
_SPACING: Final = frozenset(" \u00a0\u202f\u2009-\u2010\u2011")
_GROUPING: Final = frozenset(" .,\u00a0\u202f\u2009'’٬")


def is_number_word(word: str) -> bool:
    """Whether a folded word spells a number below a hundred."""
    return any(form in _SMALL for form in _forms(word))


def begins_figure(word: str) -> bool:
    """Whether a folded word can be the first of a number."""
    if word.lstrip(_PREFIXES)[:1].isdecimal():
        return True
    return any(form in _SMALL or form in _SCALES for form in _forms(word))


def figures(
    found: Tokens, text: str, places: Iterable[int] | None = None
) -> Sequence[Figure]:
    """The numbers in a text, in their order; zero and one are no figures.

    *places* are the words with which one can begin, ascending; without them all are tried.
    """
    values: list[Figure] = []
    after = 0
    for at in range(len(found)) if places is None else places:
        if at < after:
            continue
        value, end = _read(found, text, at)
        percent = value == _HUNDRED and at and found.words[at - 1] in _PER
        if value > 1 and not percent:
            values.append(Figure(value=value, first=at, last=end - 1))
        after = max(end, at + 1)
    return values


def _read(found: Tokens, text: str, at: int) -> tuple[int, int]:
    """Read one number from *at*: its value (0 when there is none) and the place after."""
    number = _Number()
    place = after = at
    while place < len(found) and (place == at or _close(found, text, place)):
        word = found.words[place]
        digits, after_digits = _digits(found, text, place)
        if digits:
            if not number.take_digits(digits):
                break
            place = after = after_digits
            continue
        if not number.take(word) and (after == at or word not in _JOINING):
            break
        place += 1
        after = after if word in _JOINING else place
    return number.value, after


def _close(found: Tokens, text: str, place: int) -> bool:
    """Only a space or a hyphen parts this word from the one before."""
    between = text[found.ends[place - 1] : found.starts[place]]
    return len(between) == 1 and between in _SPACING


class _Number:
    """A number being read: what is complete, and the group below a thousand."""

    def __init__(self) -> None:
        self._total = 0
        self._group = 0
        self._begun = False

    @property
    def value(self) -> int:
        return self._total + self._group

    def take_digits(self, digits: int) -> bool:
        if self._begun:
            return False
        self._group, self._begun = digits, True
        return True

    def take(self, word: str) -> bool:
        for form in _forms(word):
            if form in _SCALES:
                self._scale(_SCALES[form])
                return True
            if form in _SMALL:
                return self._add(_SMALL[form])
        return False

    def _scale(self, scale: int) -> None:
        small = max(1, self._group % _HUNDRED if scale == _HUNDRED else self._group)
        if scale == _HUNDRED:
            self._group = self._group // _HUNDRED * _HUNDRED + small * scale
        elif self._group == 0 and self._total and self._total < scale:
            self._total *= scale
        else:
            self._total, self._group = self._total + small * scale, 0
        self._begun = True

    def _add(self, value: int) -> bool:
        """Tens and units in either order (Arabic says eight and forty)."""
        low = self._group % _HUNDRED
        if value >= _THOUSAND:
            fits = not self._begun
        elif value >= _HUNDRED:
            fits = self._group == 0
        elif low == 4 and value == 20:  # noqa: PLR2004  # quatre-vingt is four twenties
            value, fits = 76, True
        else:
            fits = low == 0 or (low % 10 == 0 and value < 20) or (low < 10 <= value)  # noqa: PLR2004
        if fits:
            self._group += value
            self._begun = True
        return fits


def _forms(word: str) -> tuple[str, ...]:
    if word.isascii():
        return (word,)
    return (word, bare(word), word[1:], bare(word[1:]))


def _digits(found: Tokens, text: str, place: int) -> tuple[int, int]:
    """Join groups of three parted by one sign: 48 000, 1,240. Arabic prefixes come off."""
    digits = found.words[place].lstrip(_PREFIXES)
    after = place + 1
    if not (digits.isdecimal() and digits.isascii()):
        return 0, after
    while (
        after < len(found)
        and (after > place + 1 or len(digits) <= _DIGITS_IN_GROUP)
        and _is_group(found, text, after)
    ):
        digits += found.words[after]
        after += 1
    return (int(digits) if len(digits) <= _LONGEST else 0), after


def _is_group(found: Tokens, text: str, place: int) -> bool:
    between = text[found.ends[place - 1] : found.starts[place]]
    word = found.words[place]
    return (
        len(word) == _DIGITS_IN_GROUP
        and word.isdecimal()
        and len(between) == 1
        and between in _GROUPING
    )
