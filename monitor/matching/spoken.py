"""Whether two folded words are one name as it is said: in two scripts, or spelled twice.

Consonants alone make one name of Hind and Nadia, of Amine and Imane, of أسماء and أسامة. So
the long vowels that Arabic writes must be heard in the Latin word where they stand, and two
Latin words must have their vowels in the same places. e is any vowel or none.
"""

import re
from functools import lru_cache
from typing import Final

# What each Arabic letter is written as in Moroccan and French usage.
_LETTERS: Final = {
    "ب": "bb?|p", "ت": "tt?", "ث": "th|tt?|s", "ج": "dj|jj?|gg?", "ح": "hh?",
    "خ": "kh|k|h", "د": "dd?|dh", "ذ": "dh|dd?|z", "ر": "rr?", "ز": "zz?",
    "س": "ss?|c", "ش": "ch|sh|sch", "ص": "ss?|c", "ض": "dd?|dh", "ط": "tt?",
    "ظ": "dh|dd?|th|z", "غ": "gh|gg?|rh", "ف": "ff?|ph|v", "ق": "qq?u?|kk?|cc?|gg?",
    "ك": "kk?|cc?|qu?|gu?|ch", "ل": "ll?", "م": "mm?", "ن": "nn?", "ه": "h",
    "ء": "", "پ": "p", "گ": "gg?u?", "ڤ": "v",
    "ا": "aa|ae|[ae]", "و": "a?ou|oo|ao|au|aw|ow|[ouw]", "ي": "ai|ay|ei|ey|ee|[iye]",
}  # fmt: skip
# A short vowel, which Arabic does not write.
_SHORT: Final = "(?:ou|aa|ee|[aeiouy])?"
_LAST: Final = {
    "ه": "(?:ah|at|ha|[ah])",
    "ا": "(?:ae|aa|ah|a)",
    "ي": "(?:ii|iy|ee|[iyea])",
    "و": "(?:ou|[ouw])",
    "ع": "(?:ii|aa|[ie])?",
}
_VOWELS: Final = "[aeiou]{1,2}"
_LONG: Final = frozenset("اوي")
_AYN: Final = "ع"
# What says the vowel that these begin with.
_OPENS: Final = {"ا": _LONG, _AYN: frozenset("ا")}

_RUN: Final = re.compile(r"([aeiouwy]*)(ch|sh|kh|gh|dj|th|dh|ph|qu|[^aeiouwy]|$)")
_SIGNS: Final = {
    "sh": "ch", "kh": "k", "gh": "k", "dj": "j", "th": "t", "dh": "d", "ph": "f",
    "qu": "k", "q": "k", "g": "k", "c": "k", "v": "f", "p": "b",
}  # fmt: skip
_CLASSES: Final = {"a": "a", "i": "i", "y": "i", "o": "u", "u": "u", "w": "u"}
_OPEN: Final = frozenset("ai")


def is_said(latin: str, arabic: str) -> bool:
    """Whether *latin* writes what *arabic* says."""
    return _pattern(arabic).fullmatch(latin) is not None


def sound_alike(one: str, other: str) -> bool:
    """Whether two Latin words have the same consonants, with the same vowels between."""
    some, others = _runs(one), _runs(other)
    return len(some) == len(others) and all(
        sign == sign_there and _are_like(vowels, vowels_there)
        for (vowels, sign), (vowels_there, sign_there) in zip(some, others, strict=True)
    )


@lru_cache(maxsize=16_384)
def _pattern(arabic: str) -> re.Pattern[str]:
    letters = [_letter(arabic, place) for place in range(len(arabic))]
    shorts = [_short(arabic, place) for place in range(len(arabic))]
    said = "".join(map(str.__add__, letters, shorts))
    if _may_lose_its_vowel(arabic):
        # Driss is إدريس; Hamid is no أحمد, for there a vowel stands between the consonants.
        rest = map(str.__add__, letters[2:], shorts[2:])
        said = f"(?:{said}|{letters[1]}{''.join(rest)})"
    # A mute e ends many names: Yassine, Imane.
    return re.compile(f"{said}e?")


def _letter(arabic: str, place: int) -> str:
    letter, after = arabic[place], arabic[place + 1 : place + 2]
    if place == 0 and letter in {"ا", _AYN}:
        return f"(?:{_VOWELS})?" if after in _OPENS[letter] else _VOWELS
    if letter in _LAST and after in {"", "ء"}:
        return _LAST[letter]
    if letter == _AYN:
        # Chouaib says two vowels where شعيب writes one; Saad is no Said.
        return "(?:ou|aa|[aeiou])?" + ("[ae]?" if after in {"و", "ي"} else "")
    # Abdelilah: after an article, the alif of إله is any vowel.
    is_second = letter == "ا" and arabic[:place].endswith("ال")
    return f"(?:{_VOWELS if is_second else _LETTERS.get(letter, re.escape(letter))})"


def _short(arabic: str, place: int) -> str:
    """The vowel that may be said after a letter and is not written."""
    letter, after = arabic[place], arabic[place + 1 : place + 2]
    is_none = not after or letter in {"ا", _AYN} or after in {*_LONG, _AYN}
    return "" if is_none else _SHORT


def _may_lose_its_vowel(arabic: str) -> bool:
    return (
        arabic.startswith("ا")
        and len(arabic) > len("ادر")
        and not frozenset(arabic[1:3]) & {*_LONG, _AYN}
    )


@lru_cache(maxsize=65_536)
def _runs(word: str) -> tuple[tuple[str, str], ...]:
    """The vowels before each consonant, and before the end; an h or e at the end is not said."""
    plain = re.sub(r"([^aeiou])\1+", r"\1", word)
    plain = re.sub(r"c(?=[eiy])", "s", plain).removesuffix("h").removesuffix("e")
    return tuple(
        (vowels, _SIGNS.get(sign, sign)) for vowels, sign in _RUN.findall(plain)
    )


def _are_like(one: str, other: str) -> bool:
    classes = [{_CLASSES[sign] for sign in run if sign != "e"} for run in (one, other)]
    differing = classes[0] ^ classes[1]
    return differing <= _OPEN if "e" in one + other else not differing
