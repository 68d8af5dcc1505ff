"""Whether two names may be one person's: order, initials, particles, spelling and script.

Words are compared in three steps: as they are folded, by the consonants that both scripts
write (`names.skeleton`), and as they are said (`spoken`), for Hind and Nadia have the same
consonants. All of it is symmetric.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import dropwhile
from typing import Final

from core.text.normalise import fold
from monitor.matching.bylines import name_words
from monitor.matching.names import skeleton
from monitor.matching.spoken import is_said, sound_alike

# Written apart, joined by a hyphen or in one: El Amrani, Ben Ali, عبد الله.
_JOINED: Final = """
el al ben bin ibn bnou bent bint ould abd abdel abdul abdoul abder abdes bou abou abu aït oum um
de du la le des di van von عبد بن ابن بنت أبو أبي بو أم آيت ولد اولاد بل ال
"""
# Joined to what stands before: Nour Eddine, نور الدين.
_JOINED_AFTER: Final = """
eddine eddin addine addin ddine ddin dine aldin allah ellah الدين الله
"""
_BEFORE_NAMES: Final = """
mme mlle mr mrs ms dr pr السيد السيدة الأستاذ الأستاذة الدكتور الدكتورة
"""
_BEN: Final = re.compile(r"^(?:ibn|bin|bnou|bnu)(?=\w{2})")
_BEN_AR: Final = re.compile(r"^ابن(?=\w{2})")
_DOUBLED: Final = re.compile(r"^[aei](?=(ch|[b-df-hj-np-tvwxz])\1)")
_SOFT: Final = re.compile(r"c(?=[eiy])")
_ARTICLES: Final = ("el", "al")
_ARTICLE_AR: Final = "ال"
_OPEN_AR: Final = re.compile(r"(?<=\w{3})ه$")
_LAM: Final = re.compile(r"^ال(?=\w{3})")
# An article inside a joined name: عبدالرحيم, نورالدين, ايتالطالب.
_INNER_AR: Final = re.compile(r"(?<=\w{2})ال(?=\w{2})")
_SHORTEST: Final = 3
# Letters of a word that is still compared as it is said; a row of alifs can be said in many ways.
_LONGEST: Final = 18
# A name has no more; what has is none, and would take long to compare.
_MOST: Final = 8

# How a word begins, the same for both scripts: vowels and ع are one class, for o and u may
# be و, and i may be ي.
_HEADS: Final = {
    **dict.fromkeys("aeاعءأ", "a"),
    "i": "ay",
    "o": "aw",
    "u": "aw",
    "y": "y",
    "ي": "y",
    "w": "w",
    "و": "w",
    "h": "h",
    "ح": "h",
    "ه": "h",
    "c": "kš",
    "g": "kj",
    "j": "j",
}


def _folded(text: str) -> frozenset[str]:
    return frozenset(fold(one) for one in text.split())


_PARTICLES: Final = _folded(_JOINED)
_ENDINGS: Final = _folded(_JOINED_AFTER)
_TITLES: Final = _folded(_BEFORE_NAMES)


class Trait(StrEnum):
    """In what two names differ that may be one person's."""

    SPELLED = "spelled"
    OTHER_SCRIPT = "other-script"
    INITIAL = "initial"
    SHORTER = "shorter"
    SINGLE = "single"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """Words in no order, particles joined to what follows; initials have one letter."""

    words: tuple[str, ...]

    @property
    def whole(self) -> tuple[str, ...]:
        return tuple(word for word in self.words if len(word) > 1)


@lru_cache(maxsize=65_536)
def name_of(text: str) -> Name:
    """Read a name as it is written. Of something longer than names are, nothing is read."""
    found = list(dropwhile(_TITLES.__contains__, name_words(text)))
    joined: list[str] = []
    held = ""
    for place, word in enumerate(found):
        if word in _PARTICLES and place < len(found) - 1:
            held += word
        elif word in _ENDINGS and joined and not held and len(joined[-1]) > 1:
            joined[-1] += word
        else:
            joined.append(held + word)
            held = ""
    if len(joined) > _MOST:
        return Name(words=())
    return Name(words=tuple(sorted(joined)))


def compare(one: Name, other: Name) -> frozenset[Trait] | None:
    """In what they differ; nothing when they are the same words, None when two people's."""
    if not one.whole or not other.whole:
        return None
    if one.words == other.words:
        return frozenset({Trait.SINGLE}) if len(one.words) == 1 else frozenset()
    shared = Counter(one.words) & Counter(other.words)
    few, many = sorted(
        (
            sorted((Counter(one.words) - shared).elements()),
            sorted((Counter(other.words) - shared).elements()),
        ),
        key=lambda left: (len(left), left),
    )
    same = sum(count for word, count in shared.items() if len(word) > 1)
    traits = _paired(tuple(few), tuple(many))
    if traits is None:
        return None
    return _believable(traits, same=same, few=few, many=many)


def _believable(
    traits: frozenset[Trait], *, same: int, few: Sequence[str], many: Sequence[str]
) -> frozenset[Trait] | None:
    whole = same + sum(len(word) > 1 for word in few)
    if len(few) < len(many):
        # Two words of three are a name; one word, or an initial and a word, is anybody's.
        traits |= {Trait.SHORTER}
        if whole < 2 or Trait.INITIAL in traits:  # noqa: PLR2004 - first and family name
            return None
    if Trait.INITIAL in traits:
        return traits if same or any(len(word) > 1 for word in few) else None
    return traits if whole > 1 else None


def _paired(few: tuple[str, ...], many: tuple[str, ...]) -> frozenset[Trait] | None:
    """The traits of a way to give each of *few* one of *many*; None when there is none."""
    if not few:
        return frozenset()
    first, rest = few[0], few[1:]
    for place, word in enumerate(many):
        trait = _alike(first, word)
        if trait is None:
            continue
        others = _paired(rest, (*many[:place], *many[place + 1 :]))
        if others is not None:
            return others | {trait}
    return None


@lru_cache(maxsize=65_536)
def _alike(one: str, other: str) -> Trait | None:
    if len(one) == 1 or len(other) == 1:
        return Trait.INITIAL if _is_initial(*sorted((one, other), key=len)) else None
    if max(len(one), len(other)) > _LONGEST or bones(one).isdisjoint(bones(other)):
        return None
    pairs = [(a, b) for a in _forms(one) for b in _forms(other)]
    if one.isascii() != other.isascii():
        said = any(
            is_said(*sorted(pair, key=str.isascii, reverse=True)) for pair in pairs
        )
        return Trait.OTHER_SCRIPT if said else None
    same = any(a == b or (one.isascii() and sound_alike(a, b)) for a, b in pairs)
    return Trait.SPELLED if same else None


def _is_initial(letter: str, word: str) -> bool:
    if len(word) == 1 or letter.isascii() == word.isascii():
        return word.startswith(letter)
    return any(set(_heads(letter)) & set(_heads(form)) for form in _forms(word))


@lru_cache(maxsize=65_536)
def bones(word: str) -> frozenset[str]:
    """The consonants of a folded word by which its like are looked for, in either script."""
    return frozenset(skeleton(form) for form in _forms(word))


@lru_cache(maxsize=65_536)
def _forms(word: str) -> frozenset[str]:
    """A word with its article and without, el-Rachid as er-Rachid, Houcine as Housine."""
    said = {word}
    if word.isascii():
        said.add(_BEN.sub("ben", word))
        said.add(_DOUBLED.sub("", word))
        said |= {word[len(one) :] for one in _ARTICLES if word.startswith(one)}
        said |= {_SOFT.sub("s", one) for one in said}
    else:
        said.add(_BEN_AR.sub("بن", word))
        said.add(word.removeprefix(_ARTICLE_AR))
        # Larbi is العربي.
        said.add(_LAM.sub("ل", word))
        said.add(_INNER_AR.sub("", word, count=1))
        # Najat is نجاة, whose last letter was folded.
        said.add(_OPEN_AR.sub("ت", word))
    return frozenset(one for one in said if one == word or len(one) >= _SHORTEST)


def _heads(word: str) -> str:
    if word.startswith(("ch", "sh")):
        return "š"
    return _HEADS.get(word[0]) or skeleton(word[0]) or word[0]
