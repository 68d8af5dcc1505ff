"""Pasting: HTML of a clipboard, as Word, LibreOffice, Google Docs or a browser put it -> Markdown.

Word writes lists as paragraphs with a bullet of letters, Google puts everything into bold
that is not; both are put right before the reader of pages cleans the rest.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, NavigableString

from distributor.releases.reading.base import Dropped, Source
from distributor.releases.reading.page import Reader

MOST_BYTES: Final = 4_000_000
_NAME: Final = "clipboard"
# The sign or number of a list item, which a list of HTML makes itself.
_SUPPORT: Final = re.compile(
    r"<!(?:--)?\[if !supportLists\](?:--)?>(.*?)<!(?:--)?\[endif\](?:--)?>",
    re.DOTALL | re.IGNORECASE,
)
_CONDITIONAL: Final = re.compile(
    r"<!--\[if .*?<!\[endif\]-->|<!\[if [^\]]*\]>|<!\[endif\]>|<\?xml[^>]*>",
    re.DOTALL | re.IGNORECASE,
)
_LIST: Final = re.compile(r"mso-list:\s*l\d+\s+level(\d)", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"^\s*(?:\(?\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]")
_BOLD: Final = re.compile(r"font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_LIGHT: Final = re.compile(r"font-weight:\s*(?:normal|400)", re.IGNORECASE)
_SLANTED: Final = re.compile(r"font-style:\s*italic", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    text: str
    dropped: Sequence[Dropped]


def clean(html: str) -> Pasted:
    """Raises BadInput for what is no text of a release."""
    soup = BeautifulSoup(_marked(html), "lxml")
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for tag in soup.find_all(["style", "title", "meta", "link", "xml"]):
        tag.decompose()
    _emphasis(soup)
    _lists(soup)
    document = Reader().read(Source(name=_NAME, content=str(soup).encode()))
    # A picture cannot come along: only its words do.
    text = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", document.text)
    return Pasted(text=text.strip(), dropped=document.dropped)


def _marked(html: str) -> str:
    """Keep what stands before a list item where the tree can read it."""

    def mark(found: re.Match[str]) -> str:
        sign = BeautifulSoup(found[1], "lxml").get_text()
        numbered = "1" if _NUMBERED.match(sign) else ""
        return f'<data class="list-sign" value="{numbered}"></data>'

    return _CONDITIONAL.sub("", _SUPPORT.sub(mark, html))


def _emphasis(soup: BeautifulSoup) -> None:
    for tag in soup.find_all(["b", "strong"]):
        if _LIGHT.search(str(tag.get("style") or "")):
            tag.name = "span"
    for span in soup.find_all("span"):
        style = str(span.get("style") or "")
        if _BOLD.search(style):
            span.name = "strong"
        elif _SLANTED.search(style):
            span.name = "em"
    for tag in soup.find_all(["b", "strong", "i", "em"]):
        _bare(tag)


def _bare(tag: Tag) -> None:
    """Put the spaces at the edges of an emphasis outside it, where Markdown wants them."""
    for place, put in ((0, tag.insert_before), (-1, tag.insert_after)):
        edge = tag.contents[place] if tag.contents else None
        if not isinstance(edge, NavigableString):
            continue
        text = str(edge)
        kept = text.lstrip() if place == 0 else text.rstrip()
        if kept != text:
            edge.replace_with(NavigableString(kept))
            put(NavigableString(" "))


def _lists(soup: BeautifulSoup) -> None:
    """Make one list of each run of Word's list paragraphs; deeper levels stay in the same."""
    for first in soup.find_all(_is_item):
        if not _is_item(first):
            continue  # It went into the list of those before it.
        made = soup.new_tag("ol" if _is_numbered(first) else "ul")
        first.insert_before(made)
        for one in list(_run(first)):
            one.name, one.attrs = "li", {}
            made.append(one.extract())
    for sign in soup.find_all("data", class_="list-sign"):
        sign.decompose()


def _is_numbered(item: Tag) -> bool:
    sign = item.find("data", class_="list-sign")
    return isinstance(sign, Tag) and bool(sign.get("value"))


def _is_item(tag: object) -> bool:
    return (
        isinstance(tag, Tag)
        and tag.name == "p"
        and _LIST.search(str(tag.get("style") or "")) is not None
    )


def _run(first: Tag) -> Iterator[Tag]:
    """The items after *first* that are numbered as it is, or not as it is not."""
    numbered = _is_numbered(first)
    here: object = first
    while isinstance(here, Tag) and _is_item(here) and _is_numbered(here) == numbered:
        yield here
        here = here.find_next_sibling(True)
