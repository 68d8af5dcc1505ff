"""Source kind jsonlines: what an API of a ministry answers, one JSON object a line.

    {"id": "2026-118", "url": "/actualites/118", "title": "...", "date": "2026-11-24T09:00:00+01:00",
     "summary": "...", "language": "fr"}

A worked example: see docs/extending.md. As monitor/sources/jsonlines.py it is a kind of source.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from core.text.charset import decode
from core.wording import worded
from monitor.sources import markup, moments
from monitor.sources.base import (
    Document,
    Entry,
    NotASource,
    Parsed,
    Transport,
    absolute,
    tidied,
)
from monitor.states import Fault

_MOST_ENTRIES: Final = 2000
_MOST_SUMMARY: Final = 2000


class Kind:
    name: ClassVar[str] = "jsonlines"
    transport: ClassVar[Transport] = Transport.WEB

    def recognises(self, document: Document) -> bool:
        """Whether its first line is an object with an address."""
        text = decode(document.body[:4000], declared=document.charset).text
        first = next(iter(text.lstrip().splitlines()), "")
        return "url" in _object(first)

    def quick(self, document: Document, *, options: Mapping[str, Any]) -> Parsed | None:
        """Linear in its size, so that nothing is left for `parse`."""
        del options
        text = decode(document.body, declared=document.charset).text
        found = [_entry(item, document) for item in _objects(text)]
        entries = [entry for entry in found if entry is not None][:_MOST_ENTRIES]
        if not entries and text.strip():
            raise _not_one(document)
        if not text.strip():
            raise NotASource(
                worded("The answer is empty."),
                to=document.url,
                mend=worded("Open the address, and look whether it still answers."),
                fault=Fault.EMPTY,
            )
        return Parsed(entries=entries, left_out=len(found) - len(entries))

    def parse(self, document: Document, *, options: Mapping[str, Any]) -> Parsed:
        found = self.quick(document, options=options)
        if found is None:
            raise _not_one(document)
        return found


def _objects(text: str) -> Iterator[Mapping[str, Any]]:
    """Each line that is an object; one that is broken costs itself alone."""
    for line in text.splitlines():
        item = _object(line)
        if item:
            yield item


def _object(line: str) -> Mapping[str, Any]:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return item if isinstance(item, dict) else {}


def _entry(item: Mapping[str, Any], document: Document) -> Entry | None:
    url = absolute(document.url, _said(item, "url"))
    if not url:
        return None
    return Entry(
        key=_said(item, "id") or url,
        url=url,
        title=markup.title(_said(item, "title")),
        # None where the API gives no date that can be read: dates are never invented.
        published=moments.read(_said(item, "date"), zone=document.zone),
        summary=markup.shortened(markup.line(_said(item, "summary")), _MOST_SUMMARY),
        language=_said(item, "language")[:20],
    )


def _said(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return tidied(str(value)) if isinstance(value, str | int) else ""


def _not_one(document: Document) -> NotASource:
    is_page = b"<html" in document.body[:4000].lower()
    return NotASource(
        worded("The answer is not lines of JSON with addresses."),
        to=document.url,
        mend=worded("Ask whoever runs the API for the address of its list."),
        fault=Fault.WEB_PAGE if is_page else Fault.UNREADABLE,
    )
