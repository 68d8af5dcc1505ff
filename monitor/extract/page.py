"""Bytes become a tree, bounded: what is beyond a cap is left out, whatever it holds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from core.text import charset as charsets
from monitor.extract.linked import Linked, read_linked
from monitor.sources.base import tidied

# More than any of the 181 public pages; one made of so many link cards costs seconds.
MOST_BYTES: Final = 4_000_000
MOST_ELEMENTS: Final = 30_000
# Deeper than any page made for people; libraries walk trees by recursion.
_DEEPEST: Final = 200
_LONGEST_ATTRIBUTE: Final = 4_000
_MOST_LINKED: Final = 500_000
_NOT_TEXT: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlPage:
    """A page as a tree, and what it says of itself for machines."""

    tree: Any
    url: str
    linked: Linked
    # The first content of each meta element, by its name in small letters.
    metas: Mapping[str, str]

    def meta(self, *names: str) -> str:
        """What the first of these meta elements says; empty when none does."""
        return next((self.metas[one] for one in names if one in self.metas), "")


def decoded(body: bytes, charset: str) -> str:
    """The text of a page, without what no parser and no database takes."""
    text = charsets.decode(body[:MOST_BYTES], declared=charset).text
    return _NOT_TEXT.sub(" ", text)


def read_page(body: bytes, *, url: str, charset: str) -> HtmlPage | None:
    """None when there is no tree to be had, or one no page for people has."""
    text = decoded(body, charset)
    if "<" not in text:
        return None
    try:
        tree = document_fromstring(text.encode(), parser=_parser())
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    if not _is_bounded(tree):
        return None
    return HtmlPage(tree=tree, url=url, linked=_linked(tree), metas=_metas(tree))


def _parser() -> HTMLParser:
    return HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False
    )


def _is_bounded(tree: Any) -> bool:
    """Whether *tree* can be walked; attributes that are data, not names, are emptied."""
    count = depth = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if event == "end":
            continue
        count += 1
        if depth > _DEEPEST or count > MOST_ELEMENTS:
            return False
        for name, value in element.items():
            if len(value) > _LONGEST_ATTRIBUTE:
                element.set(name, "")
    return True


def _metas(tree: Any) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = tidied(element.get("content") or "")
        for key in ("property", "name", "itemprop"):
            name = (element.get(key) or "").strip().lower()
            if name and content:
                found.setdefault(name, content)
    return found


def _linked(tree: Any) -> Linked:
    scripts = tree.iterfind(".//script[@type='application/ld+json']")
    texts = [one.text for one in scripts if one.text and len(one.text) < _MOST_LINKED]
    return read_linked(texts)
