"""An article as signs of an event are sought in it: what stands in which sentence.

words -> records of the lexicon -> sentences -> terms, names, places, figures, days
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from core.text.figures import figures
from core.text.tokens import Tokens, tokens
from monitor.matching.days import DayReference, day_references
from monitor.matching.lexicon import Word, look
from monitor.matching.names import names
from monitor.matching.values import ArticleText

_BREAK: Final = re.compile(r"[.!?؟…]+[\s»”\"’)]+|\n+")

# Numbers of sentences, ascending.
Sentences = Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Title and body of an article as words with places and records."""

    text: str
    tokens: Tokens
    records: Sequence[Word]
    # Where the body begins: code point, and word.
    body_at: int
    body_first: int
    published: date | None


def words_of(article: ArticleText) -> Words:
    text = f"{article.title}\n\n{article.body}"
    found = tokens(text)
    body_at = len(article.title) + 2
    first = 0
    while first < len(found) and found.starts[first] < body_at:
        first += 1
    return Words(
        text=text,
        tokens=found,
        records=[look(word) for word in found.words],
        body_at=body_at,
        body_first=first,
        published=article.published_at.date() if article.published_at else None,
    )


class Reading:
    """Where terms, names, places, figures and days stand; the title is the first sentence.

    *official* holds the issuers' names as folded words, by their first word: who speaks
    is no sign of what is said, so these words bear no term.
    """

    def __init__(
        self, words: Words, official: Mapping[str, Sequence[Sequence[str]]]
    ) -> None:
        self._words = words
        self.published = words.published
        self._bounds = _bounds(words.tokens, words.text)
        self.sentences = len(self._bounds)
        masked = _masked(words, official)
        self.terms: dict[str, list[int]] = {}
        self.forms: dict[str, list[int]] = {}
        self.places: list[frozenset[str]] = []
        for number, (first, last) in enumerate(self._bounds):
            here: set[str] = set()
            for at in range(first, last):
                record = words.records[at]
                if record.term and at not in masked:
                    _note(self.terms, record.term, number)
                for form in record.forms:
                    _note(self.forms, form, number)
                if record.place:
                    here.add(record.place)
            self.places.append(frozenset(here))

    @cached_property
    def all_places(self) -> frozenset[str]:
        return frozenset().union(*self.places)

    def size(self, number: int) -> int:
        """How many different words a sentence has."""
        first, last = self._bounds[number]
        return len(set(self._words.tokens.words[first:last]))

    @cached_property
    def text(self) -> str:
        """All folded words, a space before and after each."""
        return f" {' '.join(self._words.tokens.words)} "

    def holds(self, number: int, phrase: str) -> bool:
        """Whether a sentence holds the *phrase*, given with a space at both ends."""
        first, last = self._bounds[number]
        return phrase in f" {' '.join(self._words.tokens.words[first:last])} "

    @cached_property
    def bones(self) -> Mapping[str, Sentences]:
        """Skeletons of words that may be names: in Latin script, those written as one."""
        found = self._words.tokens
        named = names(found, self._words.text)
        where: dict[str, list[int]] = {}
        for number, (first, last) in enumerate(self._bounds):
            for at in range(first, last):
                word = found.words[at]
                if not word.isascii() or word in named:
                    for bones in self._words.records[at].bones:
                        _note(where, bones, number)
        return where

    @cached_property
    def figures(self) -> Mapping[int, Sentences]:
        where: dict[int, list[int]] = {}
        records = self._words.records
        begin = [at for at, record in enumerate(records) if record.may_count]
        numbers = self._numbers
        for one in figures(self._words.tokens, self._words.text, begin):
            _note(where, one.value, numbers[one.first])
        return where

    @cached_property
    def days(self) -> Sequence[tuple[int, DayReference]]:
        """Expressions of time, each with its sentence."""
        begin = [at for at, record in enumerate(self._words.records) if record.may_date]
        numbers = self._numbers
        return [
            (numbers[one.place], one)
            for one in day_references(
                self._words.tokens, published=self.published, places=begin
            )
        ]

    @cached_property
    def _numbers(self) -> Sentences:
        """The sentence of each word."""
        return [
            number
            for number, (first, last) in enumerate(self._bounds)
            for _ in range(first, last)
        ]


def _note(where: dict, key: object, number: int) -> None:  # type: ignore[type-arg]
    numbers = where.setdefault(key, [])
    if not numbers or numbers[-1] != number:
        numbers.append(number)


def _bounds(found: Tokens, text: str) -> Sequence[tuple[int, int]]:
    """First and last word place of each sentence that has words."""
    bounds: list[tuple[int, int]] = []
    at = 0
    starts, count = found.starts, len(found)
    for end in [*(cut.end() for cut in _BREAK.finditer(text)), len(text) + 1]:
        first = at
        while at < count and starts[at] < end:
            at += 1
        if at > first:
            bounds.append((first, at))
    return bounds


def _masked(
    words: Words, official: Mapping[str, Sequence[Sequence[str]]]
) -> frozenset[int]:
    hidden: set[int] = set()
    spelled = words.tokens.words
    for place, record in enumerate(words.records):
        for form in record.forms:
            for name in official.get(form, ()):
                if list(spelled[place + 1 : place + len(name)]) == list(name[1:]):
                    hidden.update(range(place, place + len(name)))
    return frozenset(hidden)
