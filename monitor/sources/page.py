"""Listing pages: the links that look like articles, found with beautifulsoup4."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from monitor.sources.base import Entry, NotASource

# A headline has words; menus have one or two.
_LEAST_WORDS = 4
_MOST_ENTRIES = 300
_FURNITURE = ("nav", "header", "footer", "aside")


class Kind:
    name: ClassVar[str] = "page"

    def recognises(self, body: bytes) -> bool:
        return b"<html" in body[:4000].lower()

    def parse(
        self, body: bytes, *, url: str, options: Mapping[str, Any]
    ) -> Sequence[Entry]:
        page = BeautifulSoup(body, "lxml")
        links = page.select(str(options.get("selector") or "a[href]"))
        found: dict[str, Entry] = {}
        for link in links:
            entry = _entry(link, url, chosen="selector" in options)
            if entry is not None:
                found.setdefault(entry.url, entry)
        if not found:
            raise NotASource(
                "No link on the page looks like an article.",
                to=url,
                mend="Give the page that lists articles, or a selector for its links.",
            )
        return list(found.values())[:_MOST_ENTRIES]


def _entry(link: Tag, base: str, *, chosen: bool) -> Entry | None:
    target, _ = urldefrag(urljoin(base, str(link.get("href") or "").strip()))
    title = " ".join(link.get_text(" ").split())
    if not chosen and not _is_headline(link, title, target, base):
        return None
    if not target.lower().startswith(("http://", "https://")):
        return None
    return Entry(key=target, url=target, title=title)


def _is_headline(link: Tag, title: str, target: str, base: str) -> bool:
    here, there = urlsplit(base), urlsplit(target)
    return (
        there.hostname == here.hostname
        and len(there.path) > 1
        and there.path != here.path
        and len(re.findall(r"\w+", title)) >= _LEAST_WORDS
        and link.find_parent(_FURNITURE) is None
    )
