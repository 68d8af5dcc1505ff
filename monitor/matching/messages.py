"""Whether a text says a key message: by the words that tell, near each other, and its figures.

message -> terms, figures; text -> sentences -> the best place of two -> enough of them?

Words are compared as matching compares them (`thesaurus.term`): endings, Arabic prefixes
and what the glossary holds for one do not matter. Word order does not matter either. A
denial has the same words as what it denies: the quote is shown, for a person to judge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from core.text.figures import figures
from core.text.tokens import Tokens, tokens
from monitor.matching.lexicon import Word, look
from monitor.matching.sentences import Bounds, bounds, ends

# Telling words a message must have, so that it is not found everywhere.
_FEWEST: Final = 3
# Of them that a place of two sentences must hold.
_SHARE: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWords:
    """What tells of a message: the terms of its words, and the figures it gives."""

    terms: frozenset[str]
    figures: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a text says a message: code points, and how much of its words is there, 0 to 1."""

    start: int
    end: int
    share: float


def key_words(message: str) -> KeyWords:
    read = ReadText(message)
    return KeyWords(
        terms=frozenset(one.term for one in read.records if one.term),
        figures=frozenset(value for value, _ in read.figures),
    )


def is_telling(message: str) -> bool:
    """Whether it has enough words that tell for an article to be told by them."""
    return len(key_words(message).terms) >= _FEWEST


class ReadText:
    """A text cut once, so that every message can be sought in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: Tokens = tokens(text)
        self.records: Sequence[Word] = [look(word) for word in self.tokens.words]
        self._terms = frozenset(one.term for one in self.records if one.term)

    def best(self, message: KeyWords) -> Place | None:
        """The shortest and first place of two sentences at most that says it best.

        None when no place says it.
        """
        if not _says(self._terms, message):
            return None
        found: Place | None = None
        for more in (0, 1):
            for first in range(len(self._sentences) - more):
                share = self._share(first, first + more, message)
                if share and (found is None or share > found.share):
                    found = self._place(first, first + more, share)
        return found

    @cached_property
    def figures(self) -> Sequence[tuple[int, int]]:
        """Each value with the place of its first word."""
        begin = [at for at, record in enumerate(self.records) if record.may_count]
        found = figures(self.tokens, self.text, begin)
        return [(one.value, one.first) for one in found]

    @cached_property
    def _sentences(self) -> Sequence[Bounds]:
        return bounds(self.tokens, self.text)

    def _share(self, first: int, last: int, message: KeyWords) -> float:
        """How much of the message some sentences hold; 0 when that does not say it."""
        begin, end = self._sentences[first][0], self._sentences[last][1]
        terms = frozenset(one.term for one in self.records[begin:end])
        if not _says(terms, message):
            return 0.0
        given = {value for value, at in self.figures if begin <= at < end}
        if not message.figures <= given:
            return 0.0
        return len(terms & message.terms) / len(message.terms)

    def _place(self, first: int, last: int, share: float) -> Place:
        """With the signs around the words, up to the sentences before and after."""
        cuts = [0, *ends(self.text), len(self.text)]
        start = self.tokens.starts[self._sentences[first][0]]
        end = self.tokens.ends[self._sentences[last][1] - 1]
        return Place(
            start=max(cut for cut in cuts if cut <= start),
            end=min(cut for cut in cuts if cut >= end),
            share=share,
        )


def _says(terms: frozenset[str], message: KeyWords) -> bool:
    held = len(terms & message.terms)
    return held >= _FEWEST and held >= _SHARE * len(message.terms)
