"""HTML becomes an article: title, text, author, date, language. Text is never invented."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import chardet
from lxml import etree
from lxml.html import HTMLParser, document_fromstring
from trafilatura import bare_extraction

from monitor.sources.base import in_utc

# Attributes that carry an article's moment with its offset; others are days or guesses.
_MOMENT_PATHS = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//time[@itemprop='datePublished']/@datetime",
    "//article//time/@datetime",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedArticle:
    title: str
    text: str
    author: str
    published_at: datetime | None


def extract(body: bytes, *, url: str) -> ExtractedArticle | None:
    """Read an article page; None when there is no article text in it."""
    page = _decoded(body)
    try:
        tree = document_fromstring(page, parser=HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return None
    found: Any = bare_extraction(
        page.decode(), url=url, include_comments=False, with_metadata=True
    )
    if found is None or not found.text:
        return None
    return ExtractedArticle(
        title=" ".join((found.title or "").split()),
        text=found.text.replace("\0", ""),
        author=" ".join((found.author or "").split()),
        published_at=_moment(tree),
    )


def _decoded(body: bytes) -> bytes:
    """The page in UTF-8. Valid UTF-8 is UTF-8 whatever the page declares."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        guess = chardet.detect(body).get("encoding") or "windows-1252"
        try:
            return body.decode(guess, errors="replace").encode()
        except LookupError:
            return body.decode("windows-1252", errors="replace").encode()
    return body


def _moment(tree: Any) -> datetime | None:
    for path in _MOMENT_PATHS:
        for text in tree.xpath(path):
            try:
                moment = in_utc(datetime.fromisoformat(str(text).strip()))
            except ValueError:
                continue
            if moment is not None:
                return moment
    return None
