"""Hours of the day as releases write them: 10h30, 10:30, 3 pm, الساعة العاشرة والنصف صباحا.

An hour is the minutes of the day it may mean: twelve-hour writing without its half of the
day may mean two.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.text.clitics import bare
from core.text.normalise import fold
from distributor.checks.reading.plain import without_addresses

_NOON: Final = 12 * 60
_DAY: Final = 24 * 60

_FRENCH: Final = re.compile(
    r"(?<![\d.,:/])(?P<hour>[01]?\d|2[0-3])\s?(?:h|H)(?:\s?(?P<minute>[0-5]\d))?(?!\w|/\d)"
    r"|(?:\bà|\bdès|\bvers|\bde|\bentre|\bet|\bavant)\s+(?P<hour2>[01]?\d|2[0-3])\s+heures?"
    r"(?:\s+(?P<minute2>[0-5]\d))?\b"
)
_COLON: Final = re.compile(
    r"(?<![\d.,:/])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![\d:])"
)
_ENGLISH: Final = re.compile(
    r"(?<![\d.,:/])(?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>[0-5]\d))?\s?"
    r"(?P<half>[ap])\.?\s?m\b\.?",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(
    r"\b(?:à|at|de|from)\s+(?P<word>midi|noon|minuit|midnight)\b"
)
_ARABIC: Final = re.compile(
    r"الساع[ةه]\s+(?P<said>[^\s،,.؛]+(?:\s+عشر[ةه]?)?)"
    r"(?:\s*[:.]\s*(?P<minute>[0-5]\d)(?!\d))?"
    r"(?P<more>(?:\s+(?:و\s?)?[^\s،,.؛]+){0,4})"
)
_ARABIC_HALF: Final = re.compile(r"^\s*(?P<more>(?:[^\s،,.؛]+\s*){1,2})")


def _ordinals(listed: str) -> Mapping[str, int]:
    return {
        fold(word): number
        for number, line in enumerate(listed.strip().splitlines(), start=1)
        for word in line.split()
    }


_SAID: Final = _ordinals(
    """
    الواحدة الأولى
    الثانية
    الثالثة
    الرابعة
    الخامسة
    السادسة
    السابعة
    الثامنة
    التاسعة
    العاشرة
    الحادية
    """
)
_PARTS: Final = {
    fold("والنصف"): 30,
    fold("والربع"): 15,
    fold("وربع"): 15,
    fold("ونصف"): 30,
}
_MORNING: Final = frozenset(map(fold, ["صباحا", "فجرا", "الصباح"]))
_LATER: Final = frozenset(
    map(fold, ["مساء", "زوالا", "ظهرا", "عصرا", "ليلا", "المساء"])
)
_BEFORE: Final = fold("قبل")
_AFTER: Final = fold("بعد")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenHour:
    """The minutes of the day it may mean, and where it stands."""

    minutes: frozenset[int]
    start: int
    end: int


def written_hours(text: str) -> Sequence[WrittenHour]:
    """Every hour of the day, in the text's order."""
    plain = without_addresses(text)
    found: list[WrittenHour] = []
    for reader in (_arabic, _english, _colon, _french, _words):
        for one in reader(plain):
            if not any(
                one.start < other.end and other.start < one.end for other in found
            ):
                found.append(one)
    return sorted(found, key=lambda one: one.start)


def _french(plain: str) -> Iterator[WrittenHour]:
    for match in _FRENCH.finditer(plain):
        hour = int(match["hour"] or match["hour2"])
        yield _hour(match, {hour * 60 + int(match["minute"] or match["minute2"] or 0)})


def _colon(plain: str) -> Iterator[WrittenHour]:
    for match in _COLON.finditer(plain):
        minutes = int(match["hour"]) * 60 + int(match["minute"])
        after = _ARABIC_HALF.match(plain[match.end() :])
        yield _hour(match, _halved(minutes, after["more"] if after else ""))


def _english(plain: str) -> Iterator[WrittenHour]:
    for match in _ENGLISH.finditer(plain):
        hour = int(match["hour"]) % 12 + (12 if match["half"] in "pP" else 0)
        yield _hour(match, {hour * 60 + int(match["minute"] or 0)})


def _words(plain: str) -> Iterator[WrittenHour]:
    for match in _WORDS.finditer(plain):
        yield _hour(match, {_NOON if match["word"] in {"midi", "noon"} else 0})


def _arabic(plain: str) -> Iterator[WrittenHour]:
    for match in _ARABIC.finditer(plain):
        hour = _arabic_hour(match["said"])
        if hour is None:
            continue
        said = [fold(word) for word in match["more"].split()]
        minutes = hour * 60 + int(match["minute"] or 0) + _part(said)
        halves = _halved(minutes, match["more"])
        if hour < 12 and len(halves) == 1 and not _names_half(said):  # noqa: PLR2004
            halves |= {minutes + _NOON}
        yield _hour(match, halves)


def _arabic_hour(said: str) -> int | None:
    """العاشرة, الثانية عشرة, 10, 10:30 before its colon, 10h."""
    digits = re.fullmatch(r"(\d{1,2})", said)
    if digits:
        return int(digits[1]) if int(digits[1]) < 24 else None  # noqa: PLR2004
    words = [fold(word) for word in said.split()]
    hour = _SAID.get(words[0]) or _SAID.get(fold("ال") + bare(words[0]))
    if hour is None or len(words) == 1:
        return hour
    return hour + 10 if hour <= 2 else hour  # noqa: PLR2004 - twelve


def _part(said: Sequence[str]) -> int:
    """Minutes that words add: and a half, and a quarter."""
    return next((_PARTS[word] for word in said[:2] if word in _PARTS), 0)


def _names_half(said: Sequence[str]) -> bool:
    return any(word in _MORNING | _LATER | {_BEFORE, _AFTER} for word in said)


def _halved(minutes: int, more: str) -> set[int]:
    """Move an hour into the half of the day that Arabic words name."""
    said = [fold(word) for word in more.split()]
    later = any(word in _LATER | {_AFTER} for word in said) and _BEFORE not in said
    if later and minutes < _NOON:
        return {minutes + _NOON}
    return {minutes % _DAY}


def _hour(match: re.Match[str], minutes: set[int]) -> WrittenHour:
    return WrittenHour(minutes=frozenset(minutes), start=match.start(), end=match.end())
