"""Many queries against one article: which of them it answers.

Each query is filed under index words of which one must be there; an article's own words
name the few queries worth evaluating. 1,000 queries of 10,000 words cost what those few do.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from monitor.query.article import IndexedArticle
from monitor.query.evaluating import Passage, evidence, question
from monitor.query.reading import SHORTEST_PREFIX
from monitor.query.tree import (
    All,
    Either,
    Field,
    Near,
    Node,
    Not,
    Phrase,
    sought,
)

Key = TypeVar("Key")

# One alternative a query needs: a field, an index word, whether it is a beginning.
_Needed = tuple[Field, str, bool]

# Titles, outlets, authors and languages repeat from article to article, words of a text
# less so: what is sought in the text tells articles apart best.
_WORTH = {
    Field.TEXT: 3,
    Field.TITLE: 4,
    Field.AUTHOR: 4,
    Field.OUTLET: 2,
    Field.LANGUAGE: 0,
}


class Percolator(Generic[Key]):
    """Queries, ready to be asked about articles. Made anew when one is added."""

    def __init__(self, queries: Mapping[Key, Node]) -> None:
        self._queries = [(key, question(node)) for key, node in queries.items()]
        self._whole: dict[Field, dict[str, list[int]]] = {}
        # By the first letters: the beginnings, each with its queries.
        self._begun: dict[Field, dict[str, list[tuple[str, int]]]] = {}
        for number, node in enumerate(queries.values()):
            for field, word, is_prefix in set(_needed(node)):
                if is_prefix:
                    filed = self._begun.setdefault(field, {})
                    filed.setdefault(word[:SHORTEST_PREFIX], []).append((word, number))
                else:
                    self._whole.setdefault(field, {}).setdefault(word, []).append(
                        number
                    )

    def __len__(self) -> int:
        return len(self._queries)

    def matches(
        self, article: IndexedArticle
    ) -> Iterator[tuple[Key, Sequence[Passage]]]:
        """The queries *article* answers, in the order they were given, with passages."""
        for number in sorted(self.candidates(article)):
            key, asked = self._queries[number]
            passages = evidence(asked, article)
            if passages is not None:
                yield key, passages

    def candidates(self, article: IndexedArticle) -> set[int]:
        """Which queries may match: every one that does is among them."""
        found: set[int] = set()
        for field, whole in self._whole.items():
            for part in article.of(field):
                for word in whole.keys() & part.places.keys():
                    found.update(whole[word])
        for field, begun in self._begun.items():
            for part in article.of(field):
                found.update(_begun(begun, part.places))
        return found


def _begun(
    begun: Mapping[str, Sequence[tuple[str, int]]], words: Mapping[str, object]
) -> Iterator[int]:
    for word in words:
        for beginning, number in begun.get(word[:SHORTEST_PREFIX], ()):
            if word.startswith(beginning):
                yield number


def _needed(node: Node) -> Sequence[_Needed]:
    """Alternatives of which an article must have one to answer *node*."""
    match node:
        case Phrase():
            return _phrase_needs(node)
        case Near():
            return max((_either(node.first), _either(node.second)), key=_worth)
        case All():
            sides = [_needed(part) for part in node.parts if not isinstance(part, Not)]
            return max(sides, key=_worth)
        case Either():
            return [one for part in node.parts for one in _needed(part)]
        case Not():
            raise ValueError("a query never only says what must be absent")


def _either(phrases: Sequence[Phrase]) -> Sequence[_Needed]:
    return [one for phrase in phrases for one in _phrase_needs(phrase)]


def _phrase_needs(phrase: Phrase) -> Sequence[_Needed]:
    """The longest word of a phrase, which is the rarest more often than not."""
    looked = sought(phrase)
    names = [*looked.rest]
    alone = not names
    options: list[Sequence[_Needed]] = [
        [(phrase.field, name, phrase.is_prefix and alone) for name in looked.first]
    ]
    for place, name in enumerate(names):
        is_last = place == len(names) - 1
        options.append([(phrase.field, name, phrase.is_prefix and is_last)])
    return max(options, key=_worth)


def _worth(needed: Sequence[_Needed]) -> tuple[int, int, int]:
    """How few articles it lets through: by its weakest alternative, a guess by length."""
    return min(
        (_WORTH[field], min(len(word), 8) - 2 * is_prefix, -len(needed))
        for field, word, is_prefix in needed
    )
