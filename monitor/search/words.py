"""What an index keeps of an article: index words, and marked words for its fields.

A mark is a sign no word holds, so that one dictionary serves all: `·tmaroc` is *maroc* in
a title, `·lfr` the language, `·o12` the outlet, `·aalaoui` a word of the author's name.
A field then costs what its own words cost, where a filter would read every article that
holds the word anywhere.
"""

import base64
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Final
from zlib import crc32

from monitor.query.article import IndexedArticle
from monitor.query.tree import Field

MARKS: Final = {
    Field.TEXT: "",
    Field.TITLE: "·t",
    Field.AUTHOR: "·a",
    Field.LANGUAGE: "·l",
    Field.OUTLET: "·o",
}
MOST_TITLE_WORDS: Final = 300
_GAP: Final = 60  # places between title and body: more than NEAR reaches

# Articles lie in buckets of these many, by id. PostgreSQL's index gives no order; a
# bucket's word lets it look at the newest first.
BUCKETS: Final = ((10, "@a"), (14, "@b"), (18, "@c"))
# Of all different words of one text: PostgreSQL takes vectors below 1 MB, and a letter
# has four bytes at most. An article has 2,000; only what was made to harm has more.
_MOST_LETTERS: Final = 150_000
_PAIR_BITS: Final = 18  # 100 pairs an article: one in 2,600 of these says yes by chance
_PAIR_MASK: Final = (1 << _PAIR_BITS) - 1
_SHORT: Final = 4  # letters
# It writes no short vowels: وزارة is as frequent as "ministère".
_SHORT_ARABIC: Final = 5


def marks(article: IndexedArticle) -> Iterator[str]:
    """The marked words of an article."""
    yield f"{MARKS[Field.OUTLET]}{article.outlet_id}"
    for field in (Field.LANGUAGE, Field.TITLE, Field.AUTHOR):
        for word in article.parts[field].words[:MOST_TITLE_WORDS]:
            yield MARKS[field] + word


def bucket(article_id: int, level: int) -> str:
    shift, sign = BUCKETS[level]
    return f"{sign}{article_id >> shift}"


def pair(first: str, second: str) -> str | None:
    """A word for two short words one after the other, of 262,144; None for others.

    PostgreSQL's index knows no places: without these it would read every article that
    holds both words of "de la". Where one of two is longer, it is rare enough by itself.
    """
    return next(iter(_pairs_of((first, second))), None)


def _pairs_of(words: Sequence[str]) -> set[str]:
    named = _pairs()
    return {
        named[crc32(f"{first} {second}".encode()) & _PAIR_MASK]
        for first, second in pairwise(words)
        if _is_short(first) and _is_short(second)
    }


def _is_short(word: str) -> bool:
    return len(word) <= (_SHORT if word.isascii() else _SHORT_ARABIC)


@cache
def _pairs() -> Sequence[str]:
    return [
        "#" + base64.b64encode(number.to_bytes(3, "big"), b"-_").decode()[1:]
        for number in range(1 << _PAIR_BITS)
    ]


def as_vector(article: IndexedArticle) -> str:
    """A PostgreSQL tsvector in its own writing: title A, body D, the rest unplaced.

    It keeps 255 places of one word: a phrase of words that are more frequent in one
    article may be missed there.
    """
    title = article.parts[Field.TITLE].words[:MOST_TITLE_WORDS]
    body = article.body.words
    placed: dict[str, list[str]] = {}
    for at, word in enumerate(title, 1):
        placed.setdefault(word, []).append(f"{at}A")
        placed.setdefault(MARKS[Field.TITLE] + word, []).append(str(at))
    for at, word in enumerate(article.parts[Field.AUTHOR].words[:MOST_TITLE_WORDS], 1):
        placed.setdefault(MARKS[Field.AUTHOR] + word, []).append(str(at))
    room = _MOST_LETTERS
    for at, word in enumerate(body, len(title) + _GAP):
        if word in placed:
            placed[word].append(str(at))
        elif len(word) <= room:
            room -= len(word)
            placed[word] = [str(at)]
    alone = {
        f"{MARKS[Field.OUTLET]}{article.outlet_id}",
        *(MARKS[Field.LANGUAGE] + word for word in article.parts[Field.LANGUAGE].words),
        *(bucket(article.id, level) for level in range(len(BUCKETS))),
        *_pairs_of(title),
        *_pairs_of(body),
    }
    words = [f"'{word}':{','.join(places[:255])}" for word, places in placed.items()]
    return " ".join([*words, *(f"'{word}'" for word in alone)])
