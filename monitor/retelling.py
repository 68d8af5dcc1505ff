"""What articles took of a release: its sentences, and its key messages with their words.

coverage lines -> passages -> the pick-up map of each version
coverage lines -> texts that are kept -> messages; else -> passages over what says them
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from core.models import Release
from core.values import Language
from monitor.goals import Message
from monitor.matching.messages import KeyWords, Place, ReadText, key_words
from monitor.matching.pickup import Picked, Taken, is_printed, picked, spans
from monitor.profiles import base_text
from monitor.report import CoverageLine, full_texts
from monitor.sources.markup import shortened

_QUOTES: Final = (
    6  # of one message; the same words in another outlet are no further one
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPickUp:
    """The sentences of one version, and how many outlets took anything from it."""

    language: Language
    outlets: int
    sentences: Sequence[Picked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """The words by which the article of one coverage line carries a message."""

    coverage_id: int
    outlet: str
    outlet_ar: str
    language: Language
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PullThrough:
    """One message: how many outlets carried it, and the first of their words."""

    message: Message
    outlets: int
    quotes: Sequence[Carried]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    messages: Sequence[PullThrough]
    # Articles of which only title, excerpt and passages could be read.
    unread: int


def version_texts(session: Session, release_id: int) -> Mapping[Language, str]:
    """By language the text that the offsets of passages count in."""
    found = base_text(session.get_one(Release, release_id))
    return {Language(name): one.text for name, one in found.versions.items()}


def pick_up(
    versions: Mapping[Language, str], lines: Sequence[CoverageLine]
) -> Sequence[VersionPickUp]:
    """The map of each version that somebody took from, in the order of *versions*."""
    found = []
    for language, text in versions.items():
        taken = [
            Taken(outlet=line.outlet, spans=spans(line.passages, language))
            for line in lines
        ]
        outlets = {one.outlet for one in taken if one.spans}
        if outlets:
            found.append(
                VersionPickUp(
                    language=language,
                    outlets=len(outlets),
                    sentences=picked(text, taken),
                )
            )
    return found


def pull_through(
    session: Session,
    lines: Sequence[CoverageLine],
    messages: Sequence[Message],
    versions: Mapping[Language, str],
    *,
    most: int,
) -> Retold:
    """How far each message came, in the order of the *lines*.

    A quote has *most* characters at most. An article in a language that a message has no
    words in is not guessed about.
    """
    if not messages:
        return Retold(messages=(), unread=0)
    bodies = full_texts(session, [line.article_id for line in lines])
    reader = _Reader(versions)
    sought = [_Sought(one, reader) for one in messages]
    carried: list[list[Carried]] = [[] for _ in sought]
    for line in lines:
        body = bodies[line.article_id]
        for one, some in zip(sought, carried, strict=True):
            text = one.words_of(line, body, reader)
            if text:
                some.append(_carried(line, shortened(text, most)))
    spoken = {str(language) for one in messages for language in one.said}
    return Retold(
        messages=[
            PullThrough(
                message=one.message,
                outlets=len({quote.outlet for quote in some}),
                quotes=list(_first(some)),
            )
            for one, some in zip(sought, carried, strict=True)
        ],
        unread=sum(
            bodies[line.article_id] is None and line.language in spoken
            for line in lines
        ),
    )


class _Reader:
    """Texts cut once: copies of one text are one, and each version is one."""

    def __init__(self, versions: Mapping[Language, str]) -> None:
        self.versions = {name: ReadText(text) for name, text in versions.items()}
        self._read: dict[str, ReadText] = {}

    def read(self, text: str) -> ReadText:
        if text not in self._read:
            self._read[text] = ReadText(text)
        return self._read[text]


class _Sought:
    """A message as it is sought: its telling words, and where our own versions say it."""

    def __init__(self, message: Message, reader: _Reader) -> None:
        self.message = message
        self._words: Mapping[Language, KeyWords] = {
            language: key_words(text) for language, text in message.said.items()
        }
        self._ours: Mapping[Language, Place] = {
            language: place
            for language, words in self._words.items()
            if language in reader.versions
            and (place := reader.versions[language].best(words))
        }

    def words_of(self, line: CoverageLine, body: str | None, reader: _Reader) -> str:
        """The article's words that say it; ours that it printed, where its text is gone."""
        language = next((one for one in self._words if one == line.language), None)
        if language is None:
            return ""
        read = reader.read(f"{line.title}\n\n{line.excerpt if body is None else body}")
        place = read.best(self._words[language])
        if place is not None:
            return read.text[place.start : place.end].strip()
        ours = self._ours.get(language)
        if body is not None or ours is None:
            return ""
        taken = spans(line.passages, language)
        if not is_printed(
            reader.versions[language].tokens, (ours.start, ours.end), taken
        ):
            return ""
        return reader.versions[language].text[ours.start : ours.end].strip()


def _carried(line: CoverageLine, text: str) -> Carried:
    return Carried(
        coverage_id=line.id,
        outlet=line.outlet,
        outlet_ar=line.outlet_ar,
        language=Language(line.language),
        text=text,
    )


def _first(carried: Sequence[Carried]) -> Iterator[Carried]:
    """A few quotes: no outlet twice, and the same words once."""
    outlets: set[str] = set()
    said: set[str] = set()
    for one in carried:
        if len(outlets) == _QUOTES:
            return
        if one.outlet not in outlets and one.text not in said:
            outlets.add(one.outlet)
            said.add(one.text)
            yield one
