"""Does an article answer a query, and where do the words stand that say so."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.query.article import IndexedArticle, Part
from monitor.query.tree import (
    All,
    Either,
    Field,
    Near,
    Node,
    Not,
    Phrase,
    Sought,
    sought,
)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Passage:
    """Words that answer: code points of the title or the body (field `body`)."""

    field: str
    start: int
    end: int
    # The phrase of the query they answer.
    phrase: str


# First word and how many, in one part.
_Run = tuple[int, int]
Asks = Callable[[IndexedArticle], bool]


def matches(node: Node, article: IndexedArticle) -> bool:
    return _compiled(node)(article)


def evidence(node: Node, article: IndexedArticle) -> Sequence[Passage] | None:
    """Where the words of *node* stand, in order of the text; None when it does not match.

    Empty when only fields without a text (the language, the outlet) said yes.
    """
    if not matches(node, article):
        return None
    return sorted(set(_passages(node, article)))


def _passages(node: Node, article: IndexedArticle) -> Iterator[Passage]:
    match node:
        case Phrase(field=Field.TEXT | Field.TITLE):
            yield from _phrase_passages(node, article)
        case Near():
            yield from _near_passages(node, article)
        case All() | Either():
            for inner in node.parts:
                if matches(inner, article):
                    yield from _passages(inner, article)


def _phrase_passages(phrase: Phrase, article: IndexedArticle) -> Iterator[Passage]:
    for part in article.of(phrase.field):
        for run in _runs(phrase, part):
            yield _passage(phrase, article, part, run)


def _near_passages(near: Near, article: IndexedArticle) -> Iterator[Passage]:
    for part in article.of(near.first[0].field):
        for first, one, second, other in _pairs(near, part):
            yield _passage(one, article, part, first)
            yield _passage(other, article, part, second)


def _passage(phrase: Phrase, article: IndexedArticle, part: Part, run: _Run) -> Passage:
    first, size = run
    return Passage(
        field="body" if part is article.body else "title",
        start=part.starts[first],
        end=part.ends[first + size - 1],
        phrase=" ".join(phrase.written) + "*" * phrase.is_prefix,
    )


@lru_cache(maxsize=16_384)
def _compiled(node: Node) -> Asks:
    """A tree as nested functions: 1,000 watches ask every article."""
    match node:
        case Phrase():
            return _asks_phrase(node)
        case Near():
            where = node.first[0].field
            return lambda article: any(
                next(_pairs(node, part), None) is not None for part in article.of(where)
            )
        case All():
            every = [_compiled(part) for part in node.parts]
            return lambda article: all(asks(article) for asks in every)
        case Either():
            some = [_compiled(part) for part in node.parts]
            return lambda article: any(asks(article) for asks in some)
        case Not():
            inner = _compiled(node.part)
            return lambda article: not inner(article)


def _asks_phrase(phrase: Phrase) -> Asks:
    looked = sought(phrase)
    where = phrase.field
    if phrase.is_prefix or phrase.is_exact or looked.rest:
        return lambda article: any(
            next(_runs(phrase, part), None) is not None for part in article.of(where)
        )
    names = looked.first
    return lambda article: any(
        name in part.places for part in article.of(where) for name in names
    )


@lru_cache(maxsize=32_768)
def _sought(phrase: Phrase) -> Sought:
    return sought(phrase)


def _runs(phrase: Phrase, part: Part) -> Iterator[_Run]:
    """Each place of *phrase* in *part*."""
    looked = _sought(phrase)
    size = 1 + len(looked.rest)
    alone = not looked.rest
    for first in _starts(looked, part, is_prefix=phrase.is_prefix and alone):
        if alone or _goes_on(looked.rest, part, first + 1, is_prefix=phrase.is_prefix):
            run = (first, size)
            if not phrase.is_exact or _is_as_written(phrase, part, run):
                yield run


def _starts(looked: Sought, part: Part, *, is_prefix: bool) -> Iterator[int]:
    if is_prefix:
        beginning = looked.first[0]
        for word, places in part.places.items():
            if word.startswith(beginning):
                yield from places
        return
    for name in looked.first:
        yield from part.places.get(name, ())


def _goes_on(rest: Sequence[str], part: Part, place: int, *, is_prefix: bool) -> bool:
    end = place + len(rest)
    found = part.words[place:end]
    if len(found) != len(rest):
        return False
    if not is_prefix:
        return list(found) == list(rest)
    return list(found[:-1]) == list(rest[:-1]) and found[-1].startswith(rest[-1])


def _is_as_written(phrase: Phrase, part: Part, run: _Run) -> bool:
    return all(
        part.text[part.starts[run[0] + at] : part.ends[run[0] + at]] == word
        for at, word in enumerate(phrase.written)
    )


def _pairs(near: Near, part: Part) -> Iterator[tuple[_Run, Phrase, _Run, Phrase]]:
    """Each pair of a first and a second that stand apart, but not too far."""
    firsts = [(run, one) for one in near.first for run in _runs(one, part)]
    if not firsts:
        return
    seconds = sorted(
        (run, place)
        for place, one in enumerate(near.second)
        for run in _runs(one, part)
    )
    longest = max(len(one.written) for one in near.second)
    for run, one in firsts:
        # Only those that begin close by: a text may repeat two words without end.
        at = bisect_left(seconds, ((run[0] - near.distance - longest, 0), 0))
        last = run[0] + run[1] + near.distance
        while at < len(seconds) and seconds[at][0][0] <= last:
            other_run, place = seconds[at]
            if 0 <= _words_between(run, other_run) <= near.distance:
                yield run, one, other_run, near.second[place]
            at += 1


def _words_between(one: _Run, other: _Run) -> int:
    """Words that stand between two runs; negative when they share words."""
    before, after = (one, other) if one <= other else (other, one)
    return after[0] - before[0] - before[1]
