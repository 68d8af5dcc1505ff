"""What matching wants to know of a word, found once: most words of a text were met before.

An article is read in one pass over these records; calendars, numbers and names are looked
into only where a record says that one may begin.
"""

from dataclasses import dataclass
from typing import Final

from core.text.calendar_words import is_time_word
from core.text.clitics import readings
from core.text.figures import begins_figure
from core.text.misreadings import blurred
from core.text.places import place_of
from monitor.matching.days import begins_phrase
from monitor.matching.names import skeleton
from monitor.matching.reuse import word_hash
from monitor.matching.thesaurus import is_known, term

_MOST: Final = 200_000  # words: about 100 MB, years of French and Arabic news


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word. `forms` are the words it may be, without Arabic prefixes.

    Where the word may be a name, `bones` are their skeletons, and `blurs` what a scanner
    may have misread, each with its form. `place` is the key of the place it names.
    """

    hash: int
    term: str
    forms: tuple[str, ...]
    bones: tuple[str, ...]
    blurs: tuple[tuple[str, str], ...]
    place: str
    may_date: bool
    may_count: bool


_KNOWN: dict[str, Word] = {}


def look(word: str) -> Word:
    """The record of a folded word. Threads may make one twice; both are the same."""
    known = _KNOWN.get(word)
    if known is None:
        if len(_KNOWN) >= _MOST:
            _KNOWN.clear()
        known = _KNOWN[word] = _made(word)
    return known


def _made(word: str) -> Word:
    forms = (word,) if word.isascii() else readings(word)
    meaning = term(word)
    named = () if is_known(meaning) else forms
    return Word(
        hash=word_hash(word),
        term=meaning,
        forms=forms,
        bones=tuple(dict.fromkeys(one for one in map(skeleton, named) if one)),
        blurs=tuple((blur, one) for one in named if (blur := blurred(one))),
        place=place_of(word),
        may_date=word[-1].isdecimal() or is_time_word(word) or begins_phrase(word),
        may_count=begins_figure(word),
    )
