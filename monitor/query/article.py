"""An article as queries see it: cut into index words once, asked by many watches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.text.index_words import indexed
from monitor.query.tree import Field

# Words of a body that are read. Of 16,383 places PostgreSQL's index can tell apart, the
# title has its own; an article has 500 words, the longest we met 9,000.
MOST_WORDS = 15_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One field of an article: `text[starts[i]:ends[i]]` is the index word `words[i]`."""

    text: str
    words: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]
    # Where each word stands; where few are `sought`, theirs only.
    places: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedArticle:
    """What is asked of one article, and what an index keeps of it."""

    id: int = 0
    outlet_id: int = 0
    parts: Mapping[Field, Part]
    # Title and body; text without a field is looked for in either, never across them.
    body: Part

    def of(self, where: Field) -> Sequence[Part]:
        if where is Field.TEXT:
            return (self.parts[Field.TITLE], self.body)
        return (self.parts[where],)


def indexed_article(
    *,
    title: str,
    body: str,
    outlet: str = "",
    author: str = "",
    language: str = "",
    id: int = 0,  # noqa: A002 - the row's own name
    outlet_id: int = 0,
    sought: frozenset[str] | None = None,
) -> IndexedArticle:
    """Cut an article. For one query the words *sought* are enough, of which it asks."""
    return IndexedArticle(
        id=id,
        outlet_id=outlet_id,
        parts={
            Field.TITLE: part_of(title, sought),
            Field.OUTLET: part_of(outlet, sought),
            Field.AUTHOR: part_of(author, sought),
            Field.LANGUAGE: part_of(language, sought),
        },
        body=part_of(body, sought),
    )


def part_of(text: str, sought: frozenset[str] | None = None) -> Part:
    found = indexed(text)
    words = found.words[:MOST_WORDS]
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        if sought is not None and word not in sought:
            continue
        if word in places:
            places[word].append(place)
        else:
            places[word] = [place]
    return Part(
        text=text, words=words, starts=found.starts, ends=found.ends, places=places
    )
