"""Reads what came: the quick way in this process, else under a bound, and names what failed.

Expected trouble has one type, NotASource, whose `fault` is what the screens speak of. A
document that costs more than it may is hostile; the office's own end is not its fault.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from core.bounded import Bounded, Broken, Closed, Failed, TooCostly
from core.log import logger
from core.text.charset import decode
from core.wording import worded
from monitor.intake import answers
from monitor.sources.base import Document, Kind, NotASource, Parsed
from monitor.states import Fault

_log = logger("monitor")

# Honest documents of 10 MB take feedparser up to 8 seconds.
_SECONDS: Final = 10
# What a kind says of a page that is none of its own; the page itself may say more.
_VAGUE: Final = frozenset({Fault.WEB_PAGE, Fault.UNREADABLE, Fault.NO_ARTICLES})
_HEAD: Final = 4000
# What our own readers may raise at a document nobody thought of.
_SURPRISES: Final = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsing:
    bounded: Bounded
    seconds: float = _SECONDS

    def parse(
        self, kind: Kind, document: Document, options: Mapping[str, Any]
    ) -> Parsed:
        """What *document* says, read as *kind*. Raises NotASource with its fault."""
        if not document.body.strip(b" \t\r\n\0"):
            raise _named(Fault.EMPTY, document)
        if kind.name == "page":
            # A challenge is a page with links, too: ask before it is read as one.
            _ordinary(document)
        try:
            return self._read(kind, document, options)
        except NotASource as error:
            if error.fault in _VAGUE and _is_page(document):
                _ordinary(document)
            raise

    def _read(
        self, kind: Kind, document: Document, options: Mapping[str, Any]
    ) -> Parsed:
        try:
            found = kind.quick(document, options=options)
        except _SURPRISES:
            # The same again where nothing that happens ends the pass of all the others.
            _log.exception("source.surprised", url=document.url)
            found = None
        if found is not None:
            return found
        work = partial(kind.parse, document, options=dict(options))
        try:
            return self.bounded.run(work, seconds=self.seconds)
        except Closed:
            raise
        except Failed as error:
            # One document that is read wrongly holds up none of the others.
            _log.exception("source.unread", url=document.url)
            raise NotASource(
                worded("The answer cannot be read."),
                to=document.url,
                mend=worded(
                    "It is asked again; if it stays so, report the address to us."
                ),
                fault=Fault.UNREADABLE,
            ) from error
        except (TooCostly, Broken) as error:
            raise NotASource(
                worded("Reading the answer took too much time or memory."),
                to=document.url,
                mend=worded("Tell the outlet: its file may have been tampered with."),
                fault=Fault.HOSTILE,
            ) from error


def _is_page(document: Document) -> bool:
    head = document.body[:_HEAD].replace(b"\0", b"").lower()
    return b"<html" in head or b"<!doctype html" in head or b"<title" in head


def _ordinary(document: Document) -> None:
    """Raise NotASource when the page is something else than a page of the outlet."""
    page = decode(document.body, declared=document.charset).text
    fault = answers.fault_of(page)
    if fault is not None:
        raise _named(fault, document)


def _named(fault: Fault, document: Document) -> NotASource:
    words = answers.WORDS[fault]
    return NotASource(words.what, to=document.url, mend=words.mend, fault=fault)
