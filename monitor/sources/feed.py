"""Feeds: RSS, Atom, RDF and JSON Feed, strictly first, then mended, then by feedparser.

`quick` takes 2 ms for a feed of forty entries and never more than linear time; only what it
gives up goes to `parse`, which is feedparser under the caller's bound.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from core.text.charset import decode
from core.wording import Worded, worded
from monitor.sources import feed_json, feed_loose, feed_repair, feed_xml, strict_xml
from monitor.sources.base import Document, NotASource, Parsed, Transport
from monitor.states import Fault

_MOST_BYTES: Final = 10 * 1024 * 1024
_HEAD: Final = 4000
_MARKS: Final = (b"<rss", b"<feed", b"<rdf:rdf", b":feed", b"jsonfeed.org/version/")


class Kind:
    name: ClassVar[str] = "feed"
    transport: ClassVar[Transport] = Transport.WEB

    def recognises(self, document: Document) -> bool:
        # UTF-16 has a zero beside each letter.
        head = document.body[:_HEAD].replace(b"\0", b"").lower()
        if b"<html" in head and b"<?xml" not in head:
            return False
        return any(mark in head for mark in _MARKS)

    def quick(self, document: Document, *, options: Mapping[str, Any]) -> Parsed | None:
        del options
        if len(document.body) > _MOST_BYTES:
            raise _not_one(document, worded("The feed is too large."), Fault.TOO_LARGE)
        strict = _strictly(document.body, document)
        return strict if strict is not None else _mended(document)

    def parse(self, document: Document, *, options: Mapping[str, Any]) -> Parsed:
        quick = self.quick(document, options=options)
        return (
            quick
            if quick is not None
            else feed_loose.read(_decoded(document), document)
        )


def _decoded(document: Document) -> str:
    return decode(document.body, declared=document.charset).text


def _mended(document: Document) -> Parsed | None:
    """Read what is nearly a feed. Raises NotASource when it is nothing of the kind."""
    text = _decoded(document)
    start = text.lstrip()[:1]
    if start == "{":
        return _json(text, document)
    if not feed_repair.is_feed(text):
        if _is_markup(text) and not _is_page(text):
            # Older kinds (CDF) and careless roots: feedparser knows some of them.
            strict_xml.root_of(feed_repair.bare(text).encode(), document)
            return None
        raise _not_a_feed(document, text)
    plain = feed_repair.bare(text)
    found = _strictly(plain.encode(), document)
    if found is None:
        mended = feed_repair.mended(plain).encode()
        found = _strictly(mended, document) or _tree(mended, document, recover=True)
    return found


def _json(text: str, document: Document) -> Parsed:
    found = feed_json.read(text, document)
    if found is None:
        raise _not_a_feed(document, text)
    return found


def _strictly(body: bytes, document: Document) -> Parsed | None:
    return _tree(body, document, recover=False)


def _tree(body: bytes, document: Document, *, recover: bool) -> Parsed | None:
    """The entries of XML; None when there are none that can be read."""
    root = strict_xml.root_of(feed_repair.typed(body), document, recover=recover)
    if root is None:
        return None
    found = feed_xml.read(root, document)
    # Mended until nothing was left is not read.
    return None if found is not None and recover and not found.entries else found


def _not_a_feed(document: Document, text: str) -> NotASource:
    if not text.strip():
        return _not_one(document, worded("The answer is empty."), Fault.EMPTY)
    if _is_page(text):
        return _not_one(
            document, worded("The answer is a web page, not a feed."), Fault.WEB_PAGE
        )
    return _not_one(document, worded("The answer is not a feed."), Fault.UNREADABLE)


def _is_markup(text: str) -> bool:
    return text.lstrip("\ufeff \t\r\n").startswith("<")


def _is_page(text: str) -> bool:
    head = text[:_HEAD].lower()
    return "<html" in head or "<!doctype html" in head


def _not_one(document: Document, what: Worded, fault: Fault) -> NotASource:
    return NotASource(
        what,
        to=document.url,
        mend=worded("Open the address in a browser and give the feed's own address."),
        fault=fault,
    )
