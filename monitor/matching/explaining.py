"""Where in an article and in a release the signs stand that speak for its event.

The same clues that decided are looked up word by word, in both texts, and only what both
hold is marked: what a person sees is what the machine went by (trust case 58).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.text.calendar_words import day_number
from core.text.figures import figures
from core.text.misreadings import is_misread
from monitor.matching.clues import Clues, clues
from monitor.matching.days import day_references
from monitor.matching.lexicon import Word
from monitor.matching.marks import Mark, MarkKind
from monitor.matching.names import names, skeleton
from monitor.matching.reading import Words, words_of
from monitor.matching.values import ArticleText, ReleaseText

# What a mark stands for, so that the same in the other text is known.
_Sign = tuple[MarkKind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Marks in the article's body, and by language in `VersionText.text`."""

    article: Sequence[Mark]
    versions: Mapping[str, Sequence[Mark]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    sign: _Sign
    start: int
    end: int


def explain(article: ArticleText, release: ReleaseText) -> Explanation:
    """Mark what the article, title included, and the release share of its event."""
    known = clues(release)
    here = _signs(words_of(article), known)
    there = {
        language: _signs(
            words_of(
                ArticleText(
                    id="",
                    title="",
                    body=version.text,
                    language=language,
                    published_at=release.published_at,
                )
            ),
            known,
        )
        for language, version in release.versions.items()
    }
    said = {one.sign for one in here}
    written = {one.sign for some in there.values() for one in some}
    return Explanation(
        article=[
            Mark(start=one.start, end=one.end, kind=one.sign[0])
            for one in here
            if one.sign in written and one.start >= 0
        ],
        versions={
            language: [
                Mark(start=one.start, end=one.end, kind=one.sign[0])
                for one in some
                if one.sign in said
            ]
            for language, some in there.items()
        },
    )


def _signs(words: Words, known: Clues) -> Sequence[_Found]:
    """Every sign of the release in a text; places count from where the body begins."""
    return [
        *_days(words, known),
        *_figures(words, known),
        *_words(words, known),
    ]


def _found(words: Words, first: int, last: int, kind: MarkKind, what: str) -> _Found:
    return _Found(
        sign=(kind, what),
        start=words.tokens.starts[first] - words.body_at,
        end=words.tokens.ends[last] - words.body_at,
    )


def _days(words: Words, known: Clues) -> Iterable[_Found]:
    places = [at for at, one in enumerate(words.records) if one.may_date]
    for one in day_references(words.tokens, published=words.published, places=places):
        if known.days and one.touches(known.days):
            first = one.place
            while first and _is_day(words.tokens.words[first - 1]):
                first -= 1
            last = one.place + one.length - 1
            yield _found(words, first, last, MarkKind.DAY, "")


def _is_day(word: str) -> bool:
    return day_number(word) is not None


def _figures(words: Words, known: Clues) -> Iterable[_Found]:
    places = [at for at, one in enumerate(words.records) if one.may_count]
    for one in figures(words.tokens, words.text, places):
        if known.figures.get(one.value):
            yield _found(words, one.first, one.last, MarkKind.FIGURE, str(one.value))


def _words(words: Words, known: Clues) -> Iterable[_Found]:
    capital = names(words.tokens, words.text) if known.sounds else frozenset()
    for at, record in enumerate(words.records):
        word = words.tokens.words[at]
        name = _name(record, not word.isascii() or word in capital, known)
        if name:
            yield _found(words, at, at, MarkKind.NAME, skeleton(name) or name)
        elif record.term in known.vocabulary:
            yield _found(words, at, at, MarkKind.SUBJECT, record.term)


def _name(record: Word, may_sound: bool, known: Clues) -> str | None:  # noqa: FBT001
    """The release's name that a word is, as the event was sought by."""
    written = next((one for one in record.forms if one in known.names), None)
    written = written or known.towns.get(record.place)
    if written:
        return written
    for blur, form in record.blurs:
        name = known.blurred.get(blur)
        if name and is_misread(name, form):
            return name
    if not may_sound:
        return None
    return next(
        (known.sounds[one] for one in record.bones if one in known.sounds), None
    )
