"""An article as signs of an event are sought in it: what stands in which sentence.

words -> records of the lexicon -> sentences -> terms, names, places, figures, days
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Final

from core.text.figures import figures
from core.text.tokens import Tokens, tokens
from monitor.matching.days import DayReference, day_references
from monitor.matching.lexicon import Word, look
from monitor.matching.names import names
from monitor.matching.sentences import Bounds, bounds
from monitor.matching.thesaurus import is_subject
from monitor.matching.values import ArticleText

_LEAD: Final = 3  # sentences, the title among them
_SENTENCE: Final = 6  # different words that make a sentence of the lead

# Numbers of sentences, in the order of the text; one may stand twice.
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

    What stands anywhere is found at once, and where it stands only when it is asked for.
    *official* holds the issuers' names as folded words, by their first word: who speaks
    is no sign of what is said, so these words bear no term.
    """

    def __init__(
        self, words: Words, official: Mapping[str, Sequence[Sequence[str]]]
    ) -> None:
        self._words = words
        self.published = words.published
        records = words.records
        self.every_form = frozenset().union(*(one.forms for one in records))
        self._masked = (
            _masked(words, official) if self._names(official) else frozenset()
        )
        self.every_term = frozenset(
            one.term
            for at, one in enumerate(records)
            if one.term and at not in self._masked
        )
        self.every_place = frozenset(one.place for one in records if one.place)

    def _names(self, official: Mapping[str, Sequence[Sequence[str]]]) -> bool:
        """Whether a word stands here that begins the name of an issuer."""
        # There may be thousands of issuers: it is the article's words that are tried.
        return any(form in official for form in self.every_form)

    @cached_property
    def _bounds(self) -> Sequence[Bounds]:
        return bounds(self._words.tokens, self._words.text)

    @property
    def sentences(self) -> int:
        return len(self._bounds)

    @cached_property
    def terms(self) -> Mapping[str, Sentences]:
        where: dict[str, list[int]] = {}
        for at, number in enumerate(self._numbers):
            if at not in self._masked:
                where.setdefault(self._words.records[at].term, []).append(number)
        return where

    @cached_property
    def lead(self) -> Sentences:
        """The title and the first sentences; menus and captions are none."""
        lead: list[int] = []
        for number in range(self.sentences):
            if number == 0 or self._size(number) >= _SENTENCE:
                lead.append(number)
            if len(lead) == _LEAD:
                break
        return lead

    @cached_property
    def subjects(self) -> Sequence[frozenset[str]]:
        """What each sentence and the next speak of."""
        found: list[set[str]] = [set() for _ in range(self.sentences)]
        for one, numbers in self.terms.items():
            if one and is_subject(one):
                for number in numbers:
                    found[number].add(one)
        return [frozenset(one | two) for one, two in pairwise([*found, set()])]

    @cached_property
    def forms(self) -> Mapping[str, Sentences]:
        """Every word that may be meant by a written one."""
        where: dict[str, list[int]] = {}
        for record, number in zip(self._words.records, self._numbers, strict=True):
            for form in record.forms:
                where.setdefault(form, []).append(number)
        return where

    @cached_property
    def places(self) -> Mapping[str, Sentences]:
        where: dict[str, list[int]] = {}
        for record, number in zip(self._words.records, self._numbers, strict=True):
            if record.place:
                where.setdefault(record.place, []).append(number)
        return where

    def _size(self, number: int) -> int:
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
        for at, word in enumerate(found.words):
            if not word.isascii() or word in named:
                for bones in self._words.records[at].bones:
                    where.setdefault(bones, []).append(self._numbers[at])
        return where

    @cached_property
    def blurs(self) -> Mapping[str, str]:
        """Words that no glossary knows, by what a scanner may have misread."""
        return dict(pair for one in self._words.records for pair in one.blurs)

    @cached_property
    def figures(self) -> Mapping[int, Sentences]:
        where: dict[int, list[int]] = {}
        records = self._words.records
        begin = [at for at, record in enumerate(records) if record.may_count]
        numbers = self._numbers
        for one in figures(self._words.tokens, self._words.text, begin):
            where.setdefault(one.value, []).append(numbers[one.first])
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
