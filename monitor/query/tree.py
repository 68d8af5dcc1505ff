"""A query as a tree of frozen values. Equal queries are equal trees."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from core.text.index_words import forms, index_word
from core.text.normalise import fold


class Field(StrEnum):
    """Where a phrase must stand."""

    # Title or body, which is the rule.
    TEXT = ""
    TITLE = "title"
    OUTLET = "outlet"
    LANGUAGE = "language"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words one after the other, as they were written; one word is a phrase too."""

    written: tuple[str, ...]
    field: Field = Field.TEXT
    # The last word may go on.
    is_prefix: bool = False
    # Letter by letter as written: case, accents and endings count.
    is_exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A phrase of *first* and one of *second* with at most *distance* words between."""

    first: tuple[Phrase, ...]
    second: tuple[Phrase, ...]
    distance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    part: "Node"


Node = Phrase | Near | All | Either | Not


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a phrase is looked for as: the names of its first word, then the others."""

    first: tuple[str, ...]
    rest: tuple[str, ...]


def sought(phrase: Phrase) -> Sought:
    """Index words of *phrase*. A prefix's last word is a beginning of index words."""
    folded = [fold(word) for word in phrase.written]
    names = [index_word(word) for word in folded]
    if phrase.is_prefix:
        names[-1] = _common(names[-1], folded[-1])
    if phrase.is_exact or (phrase.is_prefix and len(names) == 1):
        return Sought(first=(names[0],), rest=tuple(names[1:]))
    opening = forms(folded[0], opens_phrase=len(names) > 1)
    return Sought(first=opening, rest=tuple(names[1:]))


def _common(name: str, folded: str) -> str:
    """What every index word of a word that begins with *folded* begins with.

    Endings go (écoles is école, journaux is journal); an Arabic article goes at the head.
    """
    if not folded.isascii():
        return name
    size = 0
    while size < min(len(name), len(folded)) and name[size] == folded[size]:
        size += 1
    return folded[:size]


def phrases(node: Node) -> Iterator[Phrase]:
    """Every phrase of a query, also those that must be absent, from left to right."""
    match node:
        case Phrase():
            yield node
        case Near():
            yield from (*node.first, *node.second)
        case All() | Either():
            for part in node.parts:
                yield from phrases(part)
        case Not():
            yield from phrases(node.part)


def selects(node: Node) -> bool:
    """Whether *node* names something to look for, and not only what must be absent."""
    match node:
        case All():
            return any(selects(part) for part in node.parts)
        case Either():
            return all(selects(part) for part in node.parts)
        case Not():
            return False
        case _:
            return True
