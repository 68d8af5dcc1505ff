"""A few lines of a text around the words that answered, for one row of a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_AROUND: Final = 90  # code points on either side of a word
_MOST: Final = 3  # pieces of one text


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    text: str
    # Where the words stand in this piece: [{"start", "end"}].
    passages: Sequence[Mapping[str, int]]


def pieces(text: str, passages: Sequence[Mapping[str, Any]]) -> Sequence[Piece]:
    """The first places of *text* that hold *passages*; its beginning when none does."""
    found: list[list[int]] = []
    for one in passages:
        first, last = max(one["start"] - _AROUND, 0), one["end"] + _AROUND
        if found and first <= found[-1][1]:
            found[-1][1] = last
        elif len(found) < _MOST:
            found.append([first, last])
    if not found:
        found = [[0, 2 * _AROUND]]
    return [_piece(text, first, last, passages) for first, last in found]


def _piece(
    text: str, first: int, last: int, passages: Sequence[Mapping[str, Any]]
) -> Piece:
    """Cut at spaces, where there are some near, so that no word is broken."""
    if first > 0:
        first = max(text.find(" ", first, first + _AROUND // 2) + 1, first)
    last = min(last, len(text))
    if last < len(text):
        space = text.rfind(" ", last - _AROUND // 2, last)
        last = space if space > 0 else last
    return Piece(
        text=("… " if first else "") + text[first:last] + (" …" * (last < len(text))),
        passages=[
            {
                "start": one["start"] - first + 2 * bool(first),
                "end": one["end"] - first + 2 * bool(first),
            }
            for one in passages
            if first <= one["start"] and one["end"] <= last
        ],
    )
