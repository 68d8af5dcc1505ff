"""Listing pages: the links that look like articles, found with beautifulsoup4."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urldefrag, urlsplit

from bs4 import BeautifulSoup, Tag
from soupsieve import SelectorSyntaxError

from monitor.sources.base import Entry, NotASource, absolute, tidied

# A headline has words; menus have one or two.
_LEAST_WORDS = 4
_MOST_ENTRIES = 300
_FURNITURE = ("nav", "header", "footer", "aside")


class Kind:
    name: ClassVar[str] = "page"

    def recognises(self, body: bytes) -> bool:
        # Old and careless pages leave the element out; XML is another kind of source.
        head = body[:4000].lower()
        return b"<html" in head or (b"<a " in body and body.lstrip()[:5] != b"<?xml")

    def parse(
        self, body: bytes, *, url: str, options: Mapping[str, Any]
    ) -> Sequence[Entry]:
        if not self.recognises(body):
            raise _not_one("The answer is not a web page.", url)
        page = BeautifulSoup(body, "lxml")
        try:
            links = page.select(str(options.get("selector") or "a[href]"))
        except SelectorSyntaxError as error:
            raise _not_one(
                "The selector of this source cannot be read.", url
            ) from error
        found: dict[str, Entry] = {}
        for link in links:
            entry = _entry(link, url, chosen="selector" in options)
            if entry is not None:
                found.setdefault(entry.url, entry)
        if not found:
            raise _not_one("No link on the page looks like an article.", url)
        return list(found.values())[:_MOST_ENTRIES]


def _not_one(what: str, url: str) -> NotASource:
    return NotASource(
        what,
        to=url,
        mend="Give the page that lists articles, or a selector for its links.",
    )


def _entry(link: Tag, base: str, *, chosen: bool) -> Entry | None:
    target, _ = urldefrag(absolute(base, str(link.get("href") or "")))
    title = tidied(link.get_text(" "))
    if not target or (not chosen and not _is_headline(link, title, target, base)):
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
