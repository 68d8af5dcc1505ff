"""RSS, Atom and RDF, read by feedparser from bytes that we fetched; never from an address."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from typing import Any, ClassVar

import feedparser

from monitor.sources import moments
from monitor.sources.base import Entry, NotASource, absolute, tidied

_MOST_ENTRIES = 2000
_TAG = re.compile(r"<[^>]*>")
_DECLARED = re.compile(rb"^(\s*<\?xml[^>]*?)\sencoding=(['\"])[^'\"]*\2")
_ARABIC = re.compile(r"[\u0621-\u064a]")


class Kind:
    name: ClassVar[str] = "feed"

    def recognises(self, body: bytes) -> bool:
        head = body[:2000].lower()
        return any(mark in head for mark in (b"<rss", b"<feed", b"<rdf:rdf"))

    def parse(
        self, body: bytes, *, url: str, options: Mapping[str, Any]
    ) -> Sequence[Entry]:
        del options
        document = _read(body, url)
        # `bozo` says nothing: an HTML error page gives bozo=False. An unknown version does.
        if not document.get("version"):
            raise NotASource(
                _looks_like(body),
                to=url,
                mend="Open the address in a browser and give the feed's own address.",
            )
        return [
            entry
            for raw in document.get("entries", [])[:_MOST_ENTRIES]
            if (entry := _entry(raw, url)) is not None
        ]


def _read(body: bytes, url: str) -> Any:
    try:
        # A stream, because feedparser opens bytes that name a file: /dev/zero, for one.
        return feedparser.parse(BytesIO(_charset(body)), sanitize_html=True)
    except (ValueError, AttributeError, re.error, LookupError) as error:
        # feedparser raises these on hostile character references and DOCTYPEs (its #599).
        raise NotASource(
            "The feed holds something that cannot be read.",
            to=url,
            mend="Tell the outlet; it is asked again at the next poll.",
        ) from error


def _charset(body: bytes) -> bytes:
    """Bytes whose declared charset is true.

    Valid UTF-8 is UTF-8 whatever is declared; feedparser believes the declaration. Bytes
    declared UTF-8 that are not, and read as Arabic in windows-1256, are that.
    """
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("windows-1256", errors="replace")
        declared = _DECLARED.search(body)
        utf8 = declared is None or b"utf-8" in declared.group(0).lower()
        if not utf8 or len(_ARABIC.findall(text)) < len(text) // 20:
            return body
        return _DECLARED.sub(rb'\1 encoding="utf-8"', text.encode())
    return _DECLARED.sub(rb'\1 encoding="utf-8"', body)


def _looks_like(body: bytes) -> str:
    if not body.strip():
        return "The answer is empty."
    if b"<html" in body[:4000].lower():
        return "The answer is a web page, not a feed."
    return "The answer is not a feed."


def _entry(raw: Any, base: str) -> Entry | None:
    link = absolute(base, str(raw.get("link", "")))
    if not link:
        return None
    return Entry(
        key=tidied(str(raw.get("id") or "")) or link,
        url=link,
        title=_plain(raw.get("title", "")),
        author=_plain(raw.get("author", "")),
        published_at=_dated(raw, "published") or _dated(raw, "updated"),
        summary=_plain(raw.get("summary", "")),
    )


def _plain(markup: object) -> str:
    return tidied(unescape(_TAG.sub(" ", str(markup))))


def _dated(raw: Any, name: str) -> datetime | None:
    # Asked for "updated" where there is none, feedparser warns and gives "published".
    if name not in raw:
        return None
    return _moment(raw.get(f"{name}_parsed")) or moments.read(str(raw[name]))


def _moment(parsed: Any) -> datetime | None:
    if parsed is None:
        return None
    try:
        year, month, day, hour, minute, second = parsed[:6]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (TypeError, ValueError):
        return None
