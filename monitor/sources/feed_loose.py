"""The last resort: feedparser, for what neither our reader nor its repair can read.

It takes 60 times as long and can be made to take for ever, so it runs under a bound. It is
imported when it is called: the office's own process never needs it.
"""

import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

from core.wording import worded
from monitor.sources import markup, moments
from monitor.sources.base import (
    Dated,
    Document,
    Entry,
    NotASource,
    Parsed,
    absolute,
    tidied,
)
from monitor.sources.feed_xml import MOST_CONTENT, MOST_ENTRIES, MOST_SUMMARY
from monitor.states import Fault

_FIRST_YEAR: Final = 1990


def read(text: str, document: Document) -> Parsed:
    """What feedparser finds in *text*. Raises NotASource."""
    import feedparser  # noqa: PLC0415 - see above

    try:
        # A stream, because feedparser opens bytes that name a file: /dev/zero, for one.
        feed = feedparser.parse(
            BytesIO(text.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, AttributeError, re.error, LookupError, RecursionError) as error:
        # feedparser raises these on hostile references and document types (its #599).
        raise _not_one(document) from error
    raw = feed.get("entries", [])
    # `bozo` says nothing: an HTML error page gives bozo=False. An empty feed that is a feed
    # was read before it came here; what is too broken for that and empty is none.
    if not raw:
        raise _not_one(document)
    entries = [
        entry
        for one in raw[:MOST_ENTRIES]
        if (entry := _entry(one, document)) is not None
    ]
    about = feed.get("feed", {})
    return Parsed(
        entries=entries,
        title=markup.title(str(about.get("title", ""))),
        homepage=absolute(document.url, str(about.get("link", ""))),
        left_out=len(raw) - len(entries),
    )


def _not_one(document: Document) -> NotASource:
    return NotASource(
        worded("The answer cannot be read as a feed."),
        to=document.url,
        mend=worded("Open the address in a browser and give the feed's own address."),
        fault=Fault.UNREADABLE,
    )


def _entry(raw: Any, document: Document) -> Entry | None:
    url = absolute(document.url, str(raw.get("link", "")))
    if not url:
        return None
    contents = [str(part.get("value", "")) for part in raw.get("content", [])]
    return Entry(
        key=tidied(str(raw.get("id") or "")) or url,
        url=url,
        title=tidied(markup.title(str(raw.get("title", "")))),
        author=tidied(markup.line(str(raw.get("author", "")))),
        published=_dated(raw, "published", document)
        or _dated(raw, "updated", document),
        summary=markup.shortened(
            tidied(markup.line(str(raw.get("summary", "")))), MOST_SUMMARY
        ),
        content=markup.shortened(
            markup.paragraphs("\n\n".join(contents)), MOST_CONTENT
        ),
    )


def _dated(raw: Any, name: str, document: Document) -> Dated | None:
    # Asked for "updated" where there is none, feedparser warns and gives "published".
    if name not in raw:
        return None
    # Ours first: it knows a day from a moment, and the outlet's zone.
    return moments.read(str(raw[name]), zone=document.zone) or _moment(
        raw.get(f"{name}_parsed")
    )


def _moment(parsed: Any) -> Dated | None:
    try:
        year, month, day, hour, minute, second = parsed[:6]
        at = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (TypeError, ValueError):
        return None
    return Dated(at=at) if at.year >= _FIRST_YEAR else None
