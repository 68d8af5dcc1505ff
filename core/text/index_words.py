"""What a word is called in an index, and under which names a query looks for it.

folded word -> without the Arabic article, without a French plural -> index word

Search and watches name words here, on both databases, so that they never disagree. One
word of a text is one index word: phrases keep their positions. What is ambiguous (a lone
و, ف, ب, ك or ل is as often the first letter of the root) is not decided in the index; a
query asks for its `forms` instead.
"""

from functools import lru_cache
from typing import Final

from core.text.clitics import bare
from core.text.normalise import fold
from core.text.tokens import Tokens, cut

# PostgreSQL refuses lexemes of 2 kB; no word of ours comes near.
_LONGEST: Final = 64
# Letters below which a word keeps its ending: lois, avis and bus are not told apart by rule.
_PLURAL: Final = 5
# Words whose singular would be another word: the court is not the course.
_KEPT: Final = frozenset(
    ("corps", "cours", "paris", "pays", "repos", "temps", "texas", "tunis")
)
_AL: Final = 6  # letters from which -aux is taken for the plural of -al

_CONJUNCTIONS: Final = ("و", "ف")
_PREPOSITIONS: Final = ("ب", "ك", "ل")
_PREFIXES: Final = (
    *_CONJUNCTIONS,
    *_PREPOSITIONS,
    *(one + two for one in _CONJUNCTIONS for two in _PREPOSITIONS),
)
# Letters from which a word standing alone is looked for under each prefix: with fewer it
# is another word too often (بطاقة is a card and not "with energy", فكرة no ball).
_PREFIXED: Final = 5
_AND: Final = 4  # the same for و alone, which is far more frequent
_IN_PHRASE: Final = 3  # the neighbours of a phrase's first word tell what it is


def indexed(text: str) -> Tokens:
    """Cut any text into index words and their places. Never raises."""
    return cut(text, _named)


def index_words(text: str) -> str:
    """The index words of a text, one space apart, as an index takes them."""
    return " ".join(indexed(text).words)


@lru_cache(maxsize=262_144)
def _named(written: str) -> str:
    folded = fold(written)
    return index_word(folded) if folded else ""


@lru_cache(maxsize=65_536)
def index_word(folded: str) -> str:
    """The index word of a folded word. Letters and digits only, never empty."""
    word = folded[:_LONGEST]
    return _singular(word) if word.isascii() else _one_seat(bare(word))


def _one_seat(word: str) -> str:
    """مسؤول and مسئول are one word, whose hamza sits on either letter before a و."""
    return word[:1] + word[1:].replace("وو", "يو")


def _singular(word: str) -> str:
    if len(word) < _PLURAL or word in _KEPT:
        return word
    if word.endswith("s"):
        return word if word.endswith(("ss", "us", "is")) else word[:-1]
    if word.endswith(("eaux", "eux")):
        return word[:-1]
    if word.endswith("aux") and len(word) >= _AL:
        return word[:-2] + "l"
    return word


@lru_cache(maxsize=65_536)
def forms(folded: str, *, opens_phrase: bool = False) -> tuple[str, ...]:
    """The index words a query for *folded* accepts, its own first."""
    own = index_word(folded)
    if own.isascii() or len(own) < _IN_PHRASE:
        return (own,)
    shortest = _IN_PHRASE if opens_phrase else _PREFIXED
    found = [own]
    found += [
        index_word(prefix + own)
        for prefix in _PREFIXES
        if len(own) >= (min(shortest, _AND) if prefix == "و" else shortest)
    ]
    # للجنة is written for "the committee" too, and loses both ل with the article.
    if own.startswith("ل"):
        found.append(index_word("ل" + own))
    return tuple(dict.fromkeys(found))
