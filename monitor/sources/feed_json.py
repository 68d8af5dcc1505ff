"""JSON Feed becomes entries, read by the standard library."""

import json
from collections.abc import Mapping
from typing import Any, Final

from monitor.sources import markup, moments
from monitor.sources.base import Document, Entry, Parsed, absolute, tidied
from monitor.sources.feed_xml import MOST_CONTENT, MOST_ENTRIES, MOST_SUMMARY

_MARK: Final = "jsonfeed.org/version/"


def read(text: str, document: Document) -> Parsed | None:
    """The entries of a JSON Feed; None when it is none."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(feed, dict) or _MARK not in str(feed.get("version")):
        return None
    items = feed.get("items")
    items = items if isinstance(items, list) else []
    entries = [
        entry
        for item in items[:MOST_ENTRIES]
        if isinstance(item, dict) and (entry := _entry(item, document)) is not None
    ]
    return Parsed(
        entries=entries,
        title=markup.title(_said(feed, "title")),
        homepage=absolute(document.url, _said(feed, "home_page_url")),
        left_out=len(items) - len(entries),
        language=_said(feed, "language")[:20],
    )


def _said(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    # Names are numbers in some feeds; a list or an object is no text.
    return _storable(str(value)) if isinstance(value, str | int | float) else ""


def _storable(text: str) -> str:
    """*text* without what a database refuses: NUL and lone surrogates."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "")


def _entry(item: Mapping[str, Any], document: Document) -> Entry | None:
    id_ = tidied(_said(item, "id"))
    url = absolute(document.url, _said(item, "url") or _said(item, "external_url"))
    if not url and id_.startswith(("http://", "https://")):
        url = absolute(document.url, id_)
    if not url:
        return None
    html = _said(item, "content_html")
    content = markup.paragraphs(html) or _said(item, "content_text").strip()
    dated = _said(item, "date_published") or _said(item, "date_modified")
    image = _said(item, "image") or markup.image(html)
    return Entry(
        key=id_ or url,
        url=url,
        title=markup.title(_said(item, "title")),
        author=_author(item),
        section=_section(item),
        published=moments.read(dated, zone=document.zone),
        summary=markup.shortened(markup.line(_said(item, "summary")), MOST_SUMMARY),
        content=markup.shortened(content, MOST_CONTENT),
        image=absolute(document.url, image) if image else "",
        language=_said(item, "language")[:20],
    )


def _author(item: Mapping[str, Any]) -> str:
    listed = item.get("authors")
    people = listed if isinstance(listed, list) else [item.get("author")]
    names = (tidied(_said(who, "name")) for who in people if isinstance(who, dict))
    return ", ".join(name for name in names if name)


def _section(item: Mapping[str, Any]) -> str:
    tags = item.get("tags")
    first = tags[0] if isinstance(tags, list) and tags else ""
    return tidied(first) if isinstance(first, str) else ""
