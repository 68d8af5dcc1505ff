"""Sitemaps and news sitemaps, plain or gzipped."""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from lxml import etree

from monitor.sources.base import Entry, NotASource, absolute, tidied
from monitor.sources.moments import read_iso

_MOST_ENTRIES = 5000
_MOST_BYTES = 10 * 1024 * 1024


class Kind:
    name: ClassVar[str] = "sitemap"

    def recognises(self, body: bytes) -> bool:
        return body.startswith(b"\x1f\x8b") or b"<urlset" in body[:2000]

    def parse(
        self, body: bytes, *, url: str, options: Mapping[str, Any]
    ) -> Sequence[Entry]:
        del options
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            tree = etree.fromstring(_inflated(body), parser)
        except (etree.XMLSyntaxError, ValueError, zlib.error) as error:
            raise _not_one(url) from error
        if tree is None or etree.QName(tree).localname != "urlset":
            raise _not_one(url)
        found = (_entry(node) for node in tree.iterchildren("{*}url"))
        return [entry for entry in found if entry is not None][:_MOST_ENTRIES]


def _inflated(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    inflate = zlib.decompressobj(31)
    plain = inflate.decompress(body, _MOST_BYTES)
    if inflate.unconsumed_tail:
        raise ValueError("larger than a sitemap may be")
    return plain


def _not_one(url: str) -> NotASource:
    return NotASource(
        "The answer is not a sitemap.",
        to=url,
        mend="Look in the site's robots.txt for the address of its sitemap.",
    )


def _entry(node: Any) -> Entry | None:
    link = absolute("", node.findtext("{*}loc") or "")
    if not link:
        return None
    news = "{*}news/"
    stamp = node.findtext(f"{news}{{*}}publication_date") or node.findtext("{*}lastmod")
    return Entry(
        key=link,
        url=link,
        title=tidied(node.findtext(f"{news}{{*}}title") or ""),
        # A day without an hour is no moment: it is left out rather than invented.
        published_at=read_iso(stamp or ""),
    )
