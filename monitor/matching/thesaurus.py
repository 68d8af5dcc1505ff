"""Words that say the same in French, English and Arabic, and words that say nothing.

A general glossary of public life (glossary.txt), so that a rewrite or a translation meets
its release: it holds no name and belongs to no office. `term` gives a word's meaning, or
its stem when the glossary does not know it.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from core.text.calendar_words import is_time_word
from core.text.clitics import readings, stem
from core.text.figures import is_number_word
from core.text.misreadings import blurred, is_misread
from core.text.normalise import fold
from core.text.places import place_of

_STEM: Final = 6  # letters; truncation does as well as a stemmer for comparing news
_ENDINGS: Final = (("s", ""), ("x", ""), ("ing", ""), ("ed", ""), ("ee", "e"))
_SHORTEST: Final = 4  # letters that stay

_MARKS: Final = {"kinds": "+", "common": "-", "meanings": "="}
_NOTHING: Final = "empty"


@cache
def _sections() -> Mapping[str, Sequence[str]]:
    """The lines of each part of the glossary."""
    sections: dict[str, list[str]] = {}
    text = (files(__package__) / "glossary.txt").read_text(encoding="utf-8")
    name = ""
    for line in text.splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif line.strip() and not line.startswith("#"):
            sections.setdefault(name, []).append(line)
    return sections


@cache
def _meanings() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for name, mark in _MARKS.items():
        for number, line in enumerate(_sections()[name]):
            for word in line.split():
                table.setdefault(root(fold(word)), f"{mark}{number}")
    return table


@cache
def _empty() -> frozenset[str]:
    return frozenset(
        fold(word) for line in _sections()[_NOTHING] for word in line.split()
    )


@lru_cache(maxsize=65_536)
def root(word: str) -> str:
    """A folded word without its endings, crudely: for comparing, never for showing."""
    if not word.isascii():
        return stem(word)
    for ending, instead in _ENDINGS:
        if len(word) - len(ending) >= _SHORTEST and word.endswith(ending):
            word = word[: -len(ending)] + instead
    return word[:_STEM]


@lru_cache(maxsize=65_536)
def term(word: str) -> str:
    """What a folded word stands for: its meaning, else its root; empty when it says nothing."""
    if is_empty(word) or any(sign.isdecimal() for sign in word):
        return ""
    if is_time_word(word) or is_number_word(word):
        return ""
    place = place_of(word)
    if place:
        return f"@{place}"
    meanings = _meanings()
    roots = [root(form) for form in readings(word)]
    known = next((meanings[one] for one in roots if one in meanings), "")
    return known or _misread(roots) or root(word)


def _misread(roots: Sequence[str]) -> str:
    """What a word means in which one sign was misread; empty when that is not one thing."""
    found = {
        meaning
        for one in roots
        for other, meaning in _blurred().get(blurred(one), ())
        if is_misread(one, other)
    }
    return found.pop() if len(found) == 1 else ""


@cache
def _blurred() -> Mapping[str, Sequence[tuple[str, str]]]:
    table: dict[str, list[tuple[str, str]]] = {}
    for one, meaning in _meanings().items():
        table.setdefault(blurred(one), []).append((one, meaning))
    table.pop("", None)
    return table


@lru_cache(maxsize=65_536)
def is_empty(word: str) -> bool:
    empty = _empty()
    if len(word) <= 1 or word in empty:
        return True
    return not word.isascii() and any(form in empty for form in readings(word))


def is_kind(meaning: str) -> bool:
    """Whether a term names a kind of event or announcement: a meeting, a launch."""
    return meaning.startswith("+")


def is_known(meaning: str) -> bool:
    """Whether the glossary knows the term, so that it crosses languages."""
    return meaning.startswith(("+", "-", "="))


def is_subject(meaning: str) -> bool:
    """Whether a term can be what a release is about: no kind of event, no rank."""
    return not meaning.startswith(("+", "-"))
