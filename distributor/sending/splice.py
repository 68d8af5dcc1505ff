"""Splice: a text that differs in a few places -> base64 lines, most of them made once.

Base64 turns 57 bytes into a line of 76 letters, so what stays the same can be encoded once
if it begins at a multiple of 57. What differs is brought to that length with spaces where
nobody sees them: at a PAD, which a template sets between blocks or at the end of a line.
Measured for a mail of 20 KB: tests/distributor/test_splice.py says how to.
"""

from binascii import b2a_base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from typing import Final

_LINE: Final = 57
_COLUMNS: Final = 76


class Mark(StrEnum):
    """Private signs that stand for what differs; no release may contain them."""

    GREETING = "\ue000"
    # The same, as HTML.
    GREETING_PAGE = "\ue001"
    UNSUBSCRIBE = "\ue002"
    PREFERENCES = "\ue003"
    ANSWER = "\ue004"
    READ = "\ue005"
    MINE = "\ue006"


PAD: Final = "\ue00f"
_PRIVATE: Final = dict.fromkeys(range(0xE000, 0xE010))
_PLACES: Final = {str(mark): number for number, mark in enumerate(Mark)}


def cleared(text: str) -> str:
    """*text* without our own signs."""
    return text.translate(_PRIVATE)


@dataclass(frozen=True, slots=True)
class _Region:
    """Bytes that are encoded for each recipient: fixed ones, with %b for each place."""

    pattern: bytes
    places: Callable[[Sequence[bytes]], bytes | tuple[bytes, ...]]
    padded: bool

    def lines(self, values: Sequence[bytes]) -> bytes:
        raw = self.pattern % self.places(values)
        if self.padded:
            raw += b" " * (-len(raw) % _LINE)
        return encode(raw)


@dataclass(frozen=True, slots=True)
class Spliced:
    """A text in base64, ready to take the values of one recipient."""

    # A fixed block of whole lines before each region, and one after the last.
    blocks: tuple[bytes, ...]
    regions: tuple[_Region, ...]

    def fill(self, parts: list[bytes], values: Sequence[bytes]) -> None:
        """Append the lines for these *values*, one for each Mark in order."""
        for block, region in zip(self.blocks, self.regions, strict=False):
            parts += (block, region.lines(values))
        parts.append(self.blocks[-1])


def prepare(text: str) -> Spliced:
    """Encode what stays the same."""
    blocks: list[bytes] = []
    regions: list[_Region] = []
    *stretches, rest = _stretches(text)
    for stretch in stretches:
        first = min(stretch.index(mark) for mark in _PLACES if mark in stretch)
        fixed, differing = stretch[:first].encode(), stretch[first:]
        whole = len(fixed) // _LINE * _LINE
        blocks.append(encode(fixed[:whole]))
        regions.append(_region(fixed[whole:], differing, padded=True))
    if any(mark in rest for mark in _PLACES):
        # Nobody set a PAD after the last place: all that follows is encoded each time.
        blocks.append(b"")
        regions.append(_region(b"", rest, padded=False))
        rest = ""
    return Spliced(blocks=(*blocks, encode(rest.encode())), regions=tuple(regions))


def rendered(text: str, values: Sequence[str]) -> str:
    """What a reader sees of *text* with these values, one for each Mark in order."""
    return text.replace(PAD, "").translate(
        {ord(mark): values[place] for mark, place in _PLACES.items()}
    )


def encode(raw: bytes) -> bytes:
    """Base64 in lines of 76 letters, each with its end."""
    coded = b2a_base64(raw, newline=False)
    if len(coded) <= _COLUMNS:
        return coded + b"\r\n" if coded else b""
    lines = [
        coded[start : start + _COLUMNS] for start in range(0, len(coded), _COLUMNS)
    ]
    lines.append(b"")
    return b"\r\n".join(lines)


def _stretches(text: str) -> list[str]:
    """Cut at each PAD that follows a place; any other is left out."""
    stretches = [""]
    *padded, rest = text.split(PAD)
    for part in padded:
        stretches[-1] += part
        if any(mark in part for mark in _PLACES):
            stretches.append("")
    stretches[-1] += rest
    return stretches


def _region(before: bytes, differing: str, *, padded: bool) -> _Region:
    places = [_PLACES[sign] for sign in differing if sign in _PLACES]
    pattern = differing.replace("%", "%%").translate(
        dict.fromkeys(map(ord, _PLACES), "%b")
    )
    return _Region(
        pattern=before.replace(b"%", b"%%") + pattern.encode(),
        places=itemgetter(*places),
        padded=padded,
    )
