"""What a kind of source takes and gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from core.errors import Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a source says of one article. `key` is the source's own name for it."""

    key: str
    url: str
    title: str = ""
    author: str = ""
    # None when the source gives no date that can be read: dates are never invented.
    published_at: datetime | None = None
    summary: str = ""


class NotASource(Unavailable):
    """The answer is not what this kind of source should be: an error page, for one."""

    code = "not-a-source"


class Kind(Protocol):
    name: ClassVar[str]

    def recognises(self, body: bytes) -> bool:
        """Whether *body* looks like this kind."""
        ...

    def parse(
        self, body: bytes, *, url: str, options: Mapping[str, Any]
    ) -> Sequence[Entry]:
        """Read the entries. Raises NotASource."""
        ...
