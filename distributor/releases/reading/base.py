"""What a reader is given and what it answers.

Copy `text.py` to read another format: a class named `Reader`, found by its suffixes.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, Protocol

from core.errors import BadInput
from core.wording import Worded, worded

# A text that somebody can read in a morning is far below; what is above is a mistake.
MOST_BYTES: Final = 20_000_000
_UNSAFE = re.compile(r"[^\w-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """Something of the file that the release does not have: what, and where it stood."""

    what: str
    place: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of a text, which names it by its file name: `![what it shows](name)`."""

    file_name: str
    content: bytes
    alternative: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    text: str
    pictures: Sequence[Picture] = ()
    dropped: Sequence[Dropped] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file, read whole."""

    name: str
    content: bytes

    def picture_name(self, count: int, suffix: str) -> str:
        """Names a picture of this file so that pictures of its other languages differ."""
        plain = unicodedata.normalize("NFC", Path(self.name).stem)
        return f"{_UNSAFE.sub('-', plain).strip('-')[:60]}-{count}{suffix}"

    def refused(self, what: Worded, mend: Worded) -> BadInput:
        return BadInput(what, to=self.name, mend=mend)


class Reader(Protocol):
    """Reads one format. `name` is what people call it."""

    name: ClassVar[str]
    suffixes: ClassVar[Sequence[str]]

    def read(self, source: Source) -> Document:
        """Raises BadInput that names the file and the mend."""
        ...


def load(path: Path) -> Source:
    """Read a file that is not too large. Raises BadInput."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(
            worded("The file cannot be read: %(strerror)s.", strerror=error.strerror),
            to=str(path),
            mend=worded("Check the name and who may read it."),
        ) from error
    source = Source(name=path.name, content=content)
    if len(content) > MOST_BYTES:
        raise source.refused(
            worded(
                "The file is larger than %(most)s MB.", most=MOST_BYTES // 1_000_000
            ),
            worded("Make its pictures smaller, or attach them with --attach."),
        )
    return source
