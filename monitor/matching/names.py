"""Proper names in a text, and the same name in the other script: Sefrou is صفرو.

Latin text marks names by capitals. Arabic does not: there a word is a name when its
consonants are those of a name in the French or English version.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from core.text.calendar_words import is_time_word
from core.text.clitics import readings
from core.text.tokens import Tokens
from monitor.matching.thesaurus import is_empty, is_known, term

_SHORTEST: Final = 3
_OPENS: Final = frozenset(".!?:;…«“\"'’‘‹(–—-\n")  # after these a capital says nothing
_SHOUTING: Final = 0.6  # share of capitals from which a line is set in capitals

_DIGRAPHS: Final = (
    ("kh", "k"),
    ("gh", "k"),
    ("ch", "š"),
    ("sh", "š"),
    ("ph", "f"),
    ("th", "t"),
    ("dh", "d"),
    ("qu", "k"),
    ("ou", ""),
)
_LATIN: Final = str.maketrans(
    {
        "q": "k",
        "g": "k",
        "c": "k",
        "x": "ks",
        "v": "f",
        "p": "b",
        "z": "z",
        **dict.fromkeys("aeiouhwy", None),
    }
)
_ARABIC: Final = str.maketrans(
    {
        "ب": "b", "ت": "t", "ث": "t", "ج": "j", "خ": "k", "د": "d", "ذ": "d", "ر": "r",
        "ز": "z", "س": "s", "ش": "š", "ص": "s", "ض": "d", "ط": "t", "ظ": "d", "غ": "k",
        "ف": "f", "ق": "k", "ك": "k", "ل": "l", "م": "m", "ن": "n",
        **dict.fromkeys("احعهويءگپڤ", None),
    }
)  # fmt: skip


def names(found: Tokens, text: str) -> frozenset[str]:
    """The folded words of a Latin text that are written as names, and never otherwise."""
    seen: set[str] = set()
    small: set[str] = set()
    for place, word in enumerate(found.words):
        start = found.starts[place]
        if not text[start].isupper():
            small.add(word)
        elif _may_be_name(word) and not _opens(text, start):
            seen.add(word)
            # A quoted name begins with a capital too: « Sakan Wasat ».
            if place and _quoted(text, found.starts[place - 1], start):
                seen.add(found.words[place - 1])
    return frozenset(seen - small)


def _may_be_name(word: str) -> bool:
    return (
        len(word) >= _SHORTEST
        and word.isascii()
        and word.isalpha()
        and not is_empty(word)
        and not is_time_word(word)
        and not is_known(term(word))
    )


def _quoted(text: str, before: int, start: int) -> bool:
    return (
        text[before].isupper()
        and text[:before].rstrip(" \u00a0\u202f").endswith(("«", "“", '"'))
        and not any(sign in ".,;:»”" for sign in text[before:start])
    )


def _opens(text: str, start: int) -> bool:
    """Whether the capital at *start* may be there for the sentence's sake."""
    before = text[:start].rstrip(" \u00a0\u202f")
    if not before or before[-1] in _OPENS - frozenset("-'’"):
        return True
    line = text[text.rfind("\n", 0, start) + 1 :].split("\n", 1)[0]
    letters = [sign for sign in line if sign.isalpha()]
    return sum(map(str.isupper, letters)) > _SHOUTING * len(letters)


@lru_cache(maxsize=65_536)
def skeleton(word: str) -> str:
    """The consonants of a folded word, the same for both scripts; vowels come and go."""
    if word.isascii():
        for sound, sign in _DIGRAPHS:
            word = word.replace(sound, sign)
        bones = word.translate(_LATIN)
    else:
        bones = word.translate(_ARABIC)
    return re.sub(r"(.)\1+", r"\1", bones)


def sounds_like(word: str, skeletons: frozenset[str]) -> str | None:
    """The skeleton among *skeletons* that the Arabic word has, if any."""
    if word.isascii():
        return None
    for form in readings(word):
        bones = skeleton(form)
        if len(bones) >= _SHORTEST and bones in skeletons:
            return bones
    return None


def in_arabic(words: Sequence[str], latin: frozenset[str]) -> frozenset[str]:
    """The words of an Arabic version that are names of its French or English sister."""
    skeletons = frozenset(
        bones for name in latin if len(bones := skeleton(name)) >= _SHORTEST
    )
    return frozenset(
        form
        for word in words
        if sounds_like(word, skeletons)
        and not is_empty(word)
        and not is_known(term(word))
        for form in readings(word)
        if skeleton(form) in skeletons
    )
