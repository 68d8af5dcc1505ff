"""Enclosures: which files travel with a letter, and the lines they travel as."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from distributor.channels.base import File
from distributor.sending import headers
from distributor.sending.splice import encode

# Many newsrooms' servers refuse mails of 10 MB, and base64 adds a third.
MOST_BYTES: Final = 5_000_000
# The signed document first: it is the release itself.
_ORDER: Final = ("signed", "annex", "picture")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A file that goes with a release, before its content is read."""

    id: int
    role: str
    name: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    travels: Sequence[Candidate]
    left_behind: Sequence[Candidate]


def choose(candidates: Sequence[Candidate], *, most: int = MOST_BYTES) -> Choice:
    """As many as travel in *most* bytes together, the signed document first."""
    travels: list[Candidate] = []
    left_behind: list[Candidate] = []
    room = most
    for candidate in sorted(candidates, key=_place):
        if candidate.size <= room:
            travels.append(candidate)
            room -= candidate.size
        else:
            left_behind.append(candidate)
    return Choice(travels=travels, left_behind=left_behind)


def lines(file: File) -> bytes:
    """The part of a message that carries *file*: its headers and its base64."""
    kind = "inline" if file.content_id else "attachment"
    head = [
        f"Content-Type: {headers.media_type(file.media_type)}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {headers.disposition(kind, file.name)}",
    ]
    if file.content_id:
        head.append(f"Content-ID: <{file.content_id}>")
    return "\r\n".join([*head, "", ""]).encode("ascii") + encode(file.content)


def _place(candidate: Candidate) -> tuple[int, int]:
    known = candidate.role in _ORDER
    return (_ORDER.index(candidate.role) if known else len(_ORDER), candidate.id)
