"""What a kind of source takes and gives."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from core.errors import Unavailable
from monitor.states import Fault, Precision

_UTC: Final = ZoneInfo("UTC")
_LONGEST_ADDRESS: Final = 4096
# An address that needs no resolving: urljoin and urlsplit took a fifth of a feed's time.
_WHOLE: Final = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::(?:[0-9]{1,4}|[1-5][0-9]{4}))?"
    r"(?:[/?][!-\[\]-~]*)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date as far as it is known: *at* is in UTC."""

    at: datetime
    precision: Precision = Precision.MOMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a source says of one article. `key` is the source's own name for it.

    Texts are plain, on one line; `content` keeps its paragraphs, parted by blank lines.
    """

    key: str
    url: str
    title: str = ""
    author: str = ""
    section: str = ""
    # None when the source gives no date that can be read: dates are never invented.
    published: Dated | None = None
    summary: str = ""
    # The whole article, where the source carries it.
    content: str = ""
    image: str = ""
    # As the source gives it, such as `fr` or `ar-MA`.
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What was read: entries as the source orders them, and what else it says."""

    entries: Sequence[Entry]
    title: str = ""
    # The outlet's page this source belongs to, where it says so.
    homepage: str = ""
    # Addresses that must be read too: the newest sitemaps of an index.
    further: Sequence[str] = ()
    # How often it asks to be read; 0 when it does not say.
    asked_seconds: int = 0
    # How many entries were left out, for want of an address or beyond the cap.
    left_out: int = 0
    language: str = ""


class Transport(StrEnum):
    """How a kind is reached."""

    WEB = "web"
    # A mailbox folder: each message is a body.
    MAILBOX = "mailbox"
    # Nothing is polled: a person enters what was printed or said.
    HAND = "hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Bytes that came, and what was said of them."""

    body: bytes
    # Where they came from in the end, after redirects.
    url: str
    media_type: str = ""
    # The charset the Content-Type header gives; it may lie.
    charset: str = ""
    # The outlet's zone, for dates that give none.
    zone: ZoneInfo = _UTC
    # When it came, for dates such as "two hours ago"; without it they are none.
    came_at: datetime | None = None


class NotASource(Unavailable):
    """What came is not what this kind of source should be: an error page, for one."""

    code = "not-a-source"

    def __init__(
        self, what: str, *, to: str = "", mend: str = "", fault: Fault
    ) -> None:
        super().__init__(what, to=to, mend=mend)
        self.fault = fault


class Kind(Protocol):
    name: ClassVar[str]
    transport: ClassVar[Transport]

    def recognises(self, document: Document) -> bool:
        """Whether *document* looks like this kind."""
        ...

    def quick(self, document: Document, *, options: Mapping[str, Any]) -> Parsed | None:
        """Read what can be read in time linear in its size; None when `parse` must.

        Raises NotASource when it is sure that nothing can.
        """
        ...

    def parse(self, document: Document, *, options: Mapping[str, Any]) -> Parsed:
        """Read the entries, whatever it costs; called under a bound. Raises NotASource."""
        ...


def tidied(text: str) -> str:
    """*text* on one line, without what a database refuses: NUL and lone surrogates."""
    if not text.isascii() or "\0" in text:
        text = text.encode("utf-8", "ignore").decode().replace("\0", "")
    return " ".join(text.split())


def absolute(base: str, link: str) -> str:
    """The http or https address *link* means on the page *base*; empty when it is none.

    One with a user or a password in it is none: it is made to look like another.
    """
    if len(link) <= _LONGEST_ADDRESS and _WHOLE.fullmatch(link):
        return link
    if not link:
        return ""
    try:
        address = urljoin(base, tidied(link))
        parts = urlsplit(address)
        # The port is read only when asked for: reading it finds what is no number.
        readable = parts.port is None or bool(parts.hostname)
    except ValueError:
        return ""
    usable = (
        readable
        and parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and "@" not in parts.netloc
        and len(address) <= _LONGEST_ADDRESS
    )
    return address if usable else ""


def in_utc(moment: datetime) -> datetime | None:
    """*moment* in UTC; None without an offset, or past the ends of the calendar."""
    if moment.tzinfo is None:
        return None
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None
