"""Sitemaps: news sitemaps, plain ones with recent pages, and indexes of further ones.

A news sitemap carries titles and dates and is read like a feed. A plain one lists all pages
of a site for ever: only what changed in the last days is news. An index is followed to its
newest few.
"""

import re
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from core.text.charset import decode
from core.wording import worded
from monitor.sources import feed_repair, markup, moments, strict_xml
from monitor.sources.base import (
    Dated,
    Document,
    Entry,
    NotASource,
    Parsed,
    Transport,
    absolute,
)
from monitor.states import Fault

_MOST_ENTRIES: Final = 2000
# Read at most: a sitemap may have 50,000 addresses, and the newest may come last.
_MOST_SEEN: Final = 50_000
_MOST_FURTHER: Final = 5
_MOST_BYTES: Final = 10 * 1024 * 1024
_PIECE: Final = 64 * 1024
# Google asks news sitemaps to go back two days; a weekend and a holiday lie in these.
_RECENT: Final = timedelta(days=4)
_GZIP: Final = b"\x1f\x8b"
_DATE_IN_NAME: Final = re.compile(
    r"(?<!\d)(20\d{2})[-_/.]?([01]\d)(?:[-_/.]?([0-3]\d))?(?!\d)"
)
_NUMBER_IN_NAME: Final = re.compile(r"(\d{1,9})\D{0,20}$")
_NEWS: Final = re.compile(r"news|actu|recent|latest|akhbar", re.IGNORECASE)

Names = Mapping[str, Any]


class Kind:
    name: ClassVar[str] = "sitemap"
    transport: ClassVar[Transport] = Transport.WEB

    def recognises(self, document: Document) -> bool:
        head = document.body[:4000].replace(b"\0", b"")
        if head.startswith(_GZIP):
            head = _inflated(document.body, most=4000) or b""
        return b"<urlset" in head or b"<sitemapindex" in head or b":urlset" in head

    def quick(self, document: Document, *, options: Mapping[str, Any]) -> Parsed | None:
        del options
        body = _body(document)
        root = strict_xml.root_of(body, document)
        if root is None:
            # Nearly XML: mended as a feed is, and what was cut off is read as far as it goes.
            text = decode(body, declared=document.charset).text
            plain = feed_repair.mended(_bare(text)).encode()
            root = strict_xml.root_of(plain, document, recover=True)
        if root is None:
            raise _not_one(document, body)
        # Not QName: a mended root may bear a name that XML does not allow.
        name = root.tag.rpartition("}")[2] if isinstance(root.tag, str) else ""
        if name == "urlset":
            return _pages(root, document)
        if name == "sitemapindex":
            return _index(root, document)
        raise _not_one(document, body)

    def parse(self, document: Document, *, options: Mapping[str, Any]) -> Parsed:
        found = self.quick(document, options=options)
        if found is None:
            raise _not_one(document, document.body)
        return found


def _body(document: Document) -> bytes:
    """The sitemap itself. Raises NotASource when it is larger than one may be."""
    body = document.body
    plain = _inflated(body) if body.startswith(_GZIP) else body
    if plain is None or len(plain) > _MOST_BYTES:
        raise NotASource(
            worded("The sitemap is too large, or its compression is broken."),
            to=document.url,
            mend=worded(
                "Give the address of the outlet's news sitemap, if there is one."
            ),
            fault=Fault.TOO_LARGE if plain is not None else Fault.CODING,
        )
    return plain


def _inflated(body: bytes, *, most: int = _MOST_BYTES + 1) -> bytes | None:
    """What *body* holds, up to *most* bytes; None when it is no gzip."""
    inflate = zlib.decompressobj(31)
    plain = bytearray()
    try:
        for start in range(0, len(body), _PIECE):
            room = most - len(plain)
            plain += inflate.decompress(body[start : start + _PIECE], room)
            if len(plain) >= most or inflate.eof:
                break
    except zlib.error:
        # What came before is whole; a download is cut off now and then.
        return bytes(plain) or None
    return bytes(plain)


def _bare(text: str) -> str:
    start = re.search(r"<(?:\w{1,20}:)?(?:urlset|sitemapindex)[\s>]", text[:200_000])
    return feed_repair.bare(text[start.start() :]) if start else ""


def _pages(root: Any, document: Document) -> Parsed:
    found = [
        _named(node)
        for _, node in zip(range(_MOST_SEEN), root.iterchildren("{*}url"), strict=False)
    ]
    news = [names for names in found if "title" in names or "publication_date" in names]
    if news:
        entries = [
            entry for names in news if (entry := _entry(names, document)) is not None
        ]
    else:
        entries = _recent(found, document)
    # The newest first, so that the cap leaves out the oldest.
    return Parsed(
        entries=entries[:_MOST_ENTRIES],
        left_out=len(found) - len(entries[:_MOST_ENTRIES]),
    )


def _named(node: Any) -> dict[str, str]:
    """The texts of a page by the local names of their elements; the first of each."""
    found: dict[str, str] = {}
    for child in node.iter():
        if isinstance(child.tag, str) and child.text:
            name = child.tag.rpartition("}")[2].lower()
            text = child.text.strip()
            if name == "name":
                continue
            # A picture has an address and a title of its own, beside the page's.
            if "image" in child.tag and name != "loc":
                continue
            if name == "loc" and "image" in child.tag:
                name = "image"
            if text:
                found.setdefault(name, text)
    return found


def _entry(names: Names, document: Document) -> Entry | None:
    url = absolute(document.url, names.get("loc", ""))
    if not url:
        return None
    image = names.get("image", "")
    return Entry(
        key=url,
        url=url,
        title=markup.title(names.get("title", "")),
        published=_dated(names, document, "publication_date"),
        section=markup.line(names.get("genres", "")),
        image=absolute(document.url, image),
        language=names.get("language", "")[:20],
    )


def _dated(names: Names, document: Document, *fields: str) -> Dated | None:
    for field in fields:
        text = names.get(field)
        dated = moments.read(text, zone=document.zone) if text else None
        if dated is not None:
            return dated
    return None


def _recent(found: Sequence[Names], document: Document) -> list[Entry]:
    """The pages that changed in the last days, the newest first.

    `lastmod` is when a page changed, not when it appeared: it chooses, and dates nothing.
    Raises NotASource when no page of the sitemap ever says when it changed.
    """
    dated = [
        (changed.at, names)
        for names in found
        if (changed := _dated(names, document, "lastmod")) is not None
    ]
    if found and not dated:
        raise NotASource(
            worded("The sitemap does not say which of its pages are new."),
            to=document.url,
            mend=worded("Give the outlet's news sitemap or its feed instead."),
            fault=Fault.NO_ARTICLES,
        )
    newest = max((at for at, _ in dated), default=None)
    # Without a clock, the newest page stands in for today.
    now = document.came_at or newest
    kept = [(at, names) for at, names in dated if now is None or at >= now - _RECENT]
    kept.sort(key=_when, reverse=True)
    entries = (_entry(names, document) for _, names in kept)
    return [entry for entry in entries if entry is not None]


def _when(pair: tuple[datetime, Any]) -> datetime:
    return pair[0]


def _index(root: Any, document: Document) -> Parsed:
    """The newest sitemaps of an index: by their dates, then by their names."""
    found = [
        _named(node)
        for _, node in zip(
            range(_MOST_SEEN), root.iterchildren("{*}sitemap"), strict=False
        )
    ]
    ranked = sorted(
        (
            (_rank(names, place, document), url)
            for place, names in enumerate(found)
            if (url := absolute(document.url, names.get("loc", "")))
        ),
        reverse=True,
    )
    further = list(dict.fromkeys(url for _, url in ranked))[:_MOST_FURTHER]
    return Parsed(entries=[], further=further, left_out=len(found) - len(further))


def _rank(names: Names, place: int, document: Document) -> tuple[bool, str, int, int]:
    """News first, then the newest date, then the highest number, then the first listed."""
    name = names.get("loc", "").rpartition("/")[2]
    changed = _dated(names, document, "lastmod")
    date = changed.at.isoformat() if changed is not None else ""
    in_name = _DATE_IN_NAME.search(name)
    if not date and in_name is not None:
        date = "-".join(part or "31" for part in in_name.groups())
    number = _NUMBER_IN_NAME.search(name)
    return bool(_NEWS.search(name)), date, int(number[1]) if number else 0, -place


def _not_one(document: Document, body: bytes) -> NotASource:
    head = body[:4000].lower()
    is_page = b"<html" in head or b"<!doctype html" in head
    if not body.strip():
        what, fault = worded("The answer is empty."), Fault.EMPTY
    elif is_page:
        what, fault = worded("The answer is a web page, not a sitemap."), Fault.WEB_PAGE
    else:
        what, fault = worded("The answer is not a sitemap."), Fault.UNREADABLE
    return NotASource(
        what,
        to=document.url,
        mend=worded("Look in the site's robots.txt for the word Sitemap."),
        fault=fault,
    )
