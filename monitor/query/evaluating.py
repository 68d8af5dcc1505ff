"""Does an article answer a query, and where do the words stand that say so."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from monitor.query.article import IndexedArticle, Part
from monitor.query.tree import (
    All,
    Either,
    Field,
    Near,
    Node,
    Not,
    Phrase,
    phrases,
    sought,
)

# First word and how many, in one part.
_Run = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Passage:
    """Words that answer: code points of the title or the body (field `body`)."""

    field: str
    start: int
    end: int
    # The phrase of the query they answer.
    phrase: str


class Question(Protocol):
    """A query made ready: 1,000 watches ask every article."""

    def holds(self, article: IndexedArticle) -> bool: ...

    def passages(self, article: IndexedArticle) -> Iterator[Passage]:
        """Where the words stand in an article that holds."""
        ...


def question(node: Node) -> Question:
    match node:
        case Phrase():
            return _Phrase(node)
        case Near():
            return _Near(node)
        case All():
            return _All([question(part) for part in node.parts])
        case Either():
            return _Either([question(part) for part in node.parts])
        case Not():
            return _Not(question(node.part))


def places_sought(node: Node) -> frozenset[str] | None:
    """The words whose places say whether *node* is answered; None when any may."""
    asked = list(phrases(node))
    if any(one.is_prefix and not sought(one).rest for one in asked):
        return None
    return frozenset(name for one in asked for name in sought(one).first)


def evidence(asked: Question, article: IndexedArticle) -> Sequence[Passage] | None:
    """Where the words stand, in order of the text; None when the article does not answer.

    Empty when only fields without a text (the language, the outlet) said yes.
    """
    if not asked.holds(article):
        return None
    return sorted(set(asked.passages(article)))


class _Phrase:
    def __init__(self, phrase: Phrase) -> None:
        looked = sought(phrase)
        self.phrase = phrase
        self.size = 1 + len(looked.rest)
        self._field = phrase.field
        self._first = looked.first
        self._rest = list(looked.rest)
        self._is_prefix = phrase.is_prefix
        self._is_word = not (phrase.is_prefix or phrase.is_exact or looked.rest)
        self._shown = " ".join(phrase.written) + "*" * phrase.is_prefix

    def holds(self, article: IndexedArticle) -> bool:
        for part in article.of(self._field):
            places = part.places
            if self._is_word:
                for name in self._first:
                    if name in places:
                        return True
            elif next(self.runs(part), None) is not None:
                return True
        return False

    def passages(self, article: IndexedArticle) -> Iterator[Passage]:
        if self._field is Field.TEXT or self._field is Field.TITLE:
            for part in article.of(self._field):
                for run in self.runs(part):
                    yield self.passage(article, part, run)

    def passage(self, article: IndexedArticle, part: Part, run: _Run) -> Passage:
        first, size = run
        return Passage(
            field="body" if part is article.body else "title",
            start=part.starts[first],
            end=part.ends[first + size - 1],
            phrase=self._shown,
        )

    def runs(self, part: Part) -> Iterator[_Run]:
        """Each place of the phrase in *part*."""
        for first in self._starts(part):
            run = (first, self.size)
            if self._goes_on(part, first + 1) and self._is_as_written(part, run):
                yield run

    def _starts(self, part: Part) -> Iterator[int]:
        if not self._is_prefix or self._rest:
            for name in self._first:
                yield from part.places.get(name, ())
            return
        beginning = self._first[0]
        for word, places in part.places.items():
            if word.startswith(beginning):
                yield from places

    def _goes_on(self, part: Part, place: int) -> bool:
        if not self._rest:
            return True
        found = list(part.words[place : place + self.size - 1])
        if not self._is_prefix:
            return found == self._rest
        *before, last = self._rest
        return (
            len(found) == len(self._rest)
            and found[:-1] == before
            and found[-1].startswith(last)
        )

    def _is_as_written(self, part: Part, run: _Run) -> bool:
        return not self.phrase.is_exact or all(
            part.text[part.starts[run[0] + at] : part.ends[run[0] + at]] == word
            for at, word in enumerate(self.phrase.written)
        )


class _Near:
    def __init__(self, near: Near) -> None:
        self._field = near.first[0].field
        self._first = [_Phrase(one) for one in near.first]
        self._second = [_Phrase(one) for one in near.second]
        self._distance = near.distance
        self._longest = max(one.size for one in self._second)

    def holds(self, article: IndexedArticle) -> bool:
        return any(
            next(self._pairs(part), None) is not None
            for part in article.of(self._field)
        )

    def passages(self, article: IndexedArticle) -> Iterator[Passage]:
        for part in article.of(self._field):
            for first, one, second, other in self._pairs(part):
                yield one.passage(article, part, first)
                yield other.passage(article, part, second)

    def _pairs(self, part: Part) -> Iterator[tuple[_Run, _Phrase, _Run, _Phrase]]:
        """Each pair of a first and a second that stand apart, but not too far."""
        firsts = [(run, one) for one in self._first for run in one.runs(part)]
        if not firsts:
            return
        seconds = sorted(
            (run, place)
            for place, one in enumerate(self._second)
            for run in one.runs(part)
        )
        for run, one in firsts:
            # Only those that begin close by: a text may repeat two words without end.
            nearest = run[0] - self._distance - self._longest
            at = bisect_left(seconds, ((nearest, 0), 0))
            last = run[0] + run[1] + self._distance
            while at < len(seconds) and seconds[at][0][0] <= last:
                other, place = seconds[at]
                if 0 <= _words_between(run, other) <= self._distance:
                    yield run, one, other, self._second[place]
                at += 1


class _All:
    def __init__(self, parts: Sequence[Question]) -> None:
        self._parts = parts

    def holds(self, article: IndexedArticle) -> bool:
        return all(part.holds(article) for part in self._parts)

    def passages(self, article: IndexedArticle) -> Iterator[Passage]:
        for part in self._parts:
            yield from part.passages(article)


class _Either:
    def __init__(self, parts: Sequence[Question]) -> None:
        self._parts = parts

    def holds(self, article: IndexedArticle) -> bool:
        return any(part.holds(article) for part in self._parts)

    def passages(self, article: IndexedArticle) -> Iterator[Passage]:
        for part in self._parts:
            if part.holds(article):
                yield from part.passages(article)


class _Not:
    def __init__(self, part: Question) -> None:
        self._part = part

    def holds(self, article: IndexedArticle) -> bool:
        return not self._part.holds(article)

    def passages(self, article: IndexedArticle) -> Iterator[Passage]:
        del article
        yield from ()


def _words_between(one: _Run, other: _Run) -> int:
    """Words that stand between two runs; negative when they share words."""
    before, after = (one, other) if one <= other else (other, one)
    return after[0] - before[0] - before[1]
