"""What is marked in an article and in a release, side by side, so that a person sees why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class MarkKind(StrEnum):
    """What a marked place speaks for; where two meet, the first of these is shown."""

    PASSAGE = "passage"
    DAY = "day"
    FIGURE = "figure"
    NAME = "name"
    # What the release keeps speaking of.
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Code points `start:end` of a text. Passages are numbered from 1, on both sides."""

    start: int
    end: int
    kind: MarkKind
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text, marked or not; all of them joined are the text."""

    text: str
    kind: MarkKind | None = None
    number: int = 0


def pieces(text: str, marks: Iterable[Mark]) -> Sequence[Piece]:
    """Cut *text* at its marks. Where marks overlap, the stronger keeps the whole of its place."""
    found: list[Piece] = []
    at = 0
    for mark in _apart(marks, len(text)):
        if mark.start > at:
            found.append(Piece(text=text[at : mark.start]))
        found.append(
            Piece(text=text[mark.start : mark.end], kind=mark.kind, number=mark.number)
        )
        at = mark.end
    if at < len(text):
        found.append(Piece(text=text[at:]))
    return found


def _apart(marks: Iterable[Mark], length: int) -> Sequence[Mark]:
    """Marks that do not touch each other's places, in the order of the text."""
    kinds = list(MarkKind)
    kept: list[Mark] = []
    ordered = sorted(
        marks, key=lambda one: (kinds.index(one.kind), one.start, -one.end, one.number)
    )
    for mark in ordered:
        for start, end in _free(mark.start, min(mark.end, length), kept):
            # A word of which a passage took a part is the passage's.
            if mark.kind is MarkKind.PASSAGE or (start, end) == (mark.start, mark.end):
                kept.append(
                    Mark(start=start, end=end, kind=mark.kind, number=mark.number)
                )
    return sorted(kept, key=lambda one: one.start)


def _free(start: int, end: int, kept: Sequence[Mark]) -> Iterator[tuple[int, int]]:
    """The parts of `start:end` that nothing kept takes."""
    at = start
    for other in sorted(kept, key=lambda one: one.start):
        if other.end <= at or other.start >= end:
            continue
        if other.start > at:
            yield at, other.start
        at = max(at, other.end)
    if at < end:
        yield at, end
