"""What a kind of source takes and gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol
from urllib.parse import urljoin, urlsplit

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


def tidied(text: str) -> str:
    """*text* on one line, without what a database refuses: NUL and lone surrogates."""
    kept = text.encode("utf-8", "ignore").decode().replace("\0", "")
    return " ".join(kept.split())


def absolute(base: str, link: str) -> str:
    """The http or https address *link* means on the page *base*; empty when it is none."""
    try:
        address = urljoin(base, tidied(link))
        parts = urlsplit(address)
        # The port is read only when asked for: reading it finds what is no number.
        readable = parts.port is None or bool(parts.hostname)
    except ValueError:
        return ""
    usable = readable and parts.scheme in {"http", "https"} and bool(parts.hostname)
    return address if usable else ""


def in_utc(moment: datetime) -> datetime | None:
    """*moment* in UTC; None without an offset, or past the ends of the calendar."""
    if moment.tzinfo is None:
        return None
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


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
