"""Listing pages: the links that look like articles, found with beautifulsoup4.

What an article looks like is learned from the page (`page_links`); a CSS selector or an
address pattern of the source's own overrides that. A page takes 10 to 25 ms and its size
decides nothing, so that it is read under the caller's bound.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import urldefrag, urlsplit

from core.text.charset import decode
from core.wording import Worded, worded
from monitor.sources import markup, moments, page_links
from monitor.sources.base import (
    Dated,
    Document,
    Entry,
    NotASource,
    Parsed,
    Transport,
    absolute,
    tidied,
)
from monitor.sources.page_links import Link
from monitor.states import Fault

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_MOST_ENTRIES: Final = 300
_MOST_LINKS: Final = 5000
_MOST_TITLE: Final = 1000
_FURNITURE: Final = frozenset({"nav", "footer", "aside", "form"})
_FURNITURE_CLASS: Final = re.compile(
    r"(?:^|[\s_-])(?:menu|nav|navbar|navigation|breadcrumbs?|footer|pagination|pager|share"
    r"|sharing|social|tags?|tagcloud|author|byline|comments?|cookies?|lang(?:uage)?s?"
    r"|topbar|copyright|ads?|pub|widget_(?:tag|recent_comments)\w{0,20})(?:$|[\s_-])",
    re.IGNORECASE,
)
_DATE_CLASS: Final = re.compile(r"date|time|heure|publi|تاريخ", re.IGNORECASE)
# A page whose links fell below a quarter of what it used to show has changed its make.
_COLLAPSED: Final = 4
_CLIMB: Final = 5
_DATE_IN_PATH: Final = re.compile(
    r"/((?:19|20)\d\d)[/-]([01]?\d)[/-]([0-3]?\d)(?=[/-])"
)
# Careless pages leave hundreds open; beautifulsoup4 takes seconds for 100,000.
_DEEPEST: Final = 20_000
_OPENED: Final = re.compile(
    r"<(/?)(?!(?:img|br|hr|input|meta|link|source|area|wbr|col|embed)\b)[a-zA-Z]",
    re.IGNORECASE,
)
_HEADINGS: Final = ("h1", "h2", "h3", "h4")
_CARD_LINKS: Final = 200


class Kind:
    name: ClassVar[str] = "page"
    transport: ClassVar[Transport] = Transport.WEB

    def recognises(self, document: Document) -> bool:
        # Old and careless pages leave the element out; XML is another kind of source.
        body = document.body
        head = body[:4000].replace(b"\0", b"").lower()
        is_html = b"<html" in head or b"<!doctype html" in head
        return is_html or (b"<a " in body and body.lstrip()[:5] != b"<?xml")

    def quick(self, document: Document, *, options: Mapping[str, Any]) -> Parsed | None:
        del options
        if not document.body.strip():
            raise _not_one(worded("The answer is empty."), document, Fault.EMPTY)
        if not self.recognises(document):
            raise _not_one(
                worded("The answer is not a web page."), document, Fault.UNREADABLE
            )
        return None

    def parse(self, document: Document, *, options: Mapping[str, Any]) -> Parsed:
        self.quick(document, options=options)
        # Only the bounded child ever needs it.
        from bs4 import BeautifulSoup  # noqa: PLC0415

        text = decode(document.body, declared=document.charset).text
        if _depth(text) > _DEEPEST:
            raise _not_one(
                worded("The page is nested as no honest one is."),
                document,
                Fault.HOSTILE,
            )
        page = BeautifulSoup(text, "lxml")
        base = _base(page, document)
        tags = _tags(page, document, options)
        links = [link for tag in tags if (link := _link(tag, base)) is not None]
        urls = _chosen(links, base, options)
        _check(len(urls), document, options)
        cards = _Cards(document, base, links=links, tags=tags, urls=urls)
        return Parsed(
            entries=[cards.entry(url) for url in urls[:_MOST_ENTRIES]],
            title=tidied(page.title.get_text()) if page.title else "",
            homepage=absolute(base, "/"),
            left_out=max(0, len(urls) - _MOST_ENTRIES),
            language=_language(page),
        )


def _depth(text: str) -> int:
    """How many elements are open at most, as the tags count."""
    depth = deepest = 0
    for found in _OPENED.finditer(text):
        depth += -1 if found[1] else 1
        deepest = max(deepest, depth)
    return deepest


def _not_one(what: Worded, document: Document, fault: Fault) -> NotASource:
    return NotASource(
        what,
        to=document.url,
        mend=worded("Give the page that lists articles, or a selector for its links."),
        fault=fault,
    )


def _base(page: "BeautifulSoup", document: Document) -> str:
    base = page.find("base", href=True)
    return (absolute(document.url, str(base["href"])) if base else "") or document.url


def _language(page: "BeautifulSoup") -> str:
    root = page.find("html", lang=True)
    return str(root["lang"])[:20] if root else ""


def _tags(
    page: "BeautifulSoup", document: Document, options: Mapping[str, Any]
) -> list["Tag"]:
    """The elements that may be links of articles. Raises NotASource for a bad selector."""
    from soupsieve import SelectorSyntaxError  # noqa: PLC0415

    selector = str(options.get("selector") or "")
    try:
        found = page.select(selector or "a[href]", limit=_MOST_LINKS)
    except (SelectorSyntaxError, NotImplementedError) as error:
        raise _not_one(
            worded("The selector of this source cannot be read."),
            document,
            Fault.NO_ARTICLES,
        ) from error
    # A selector may name what holds the links.
    return [
        tag
        for one in found
        for tag in ([one] if one.name == "a" else one.select("a[href]"))
    ][:_MOST_LINKS]


def _chosen(
    links: Sequence[Link], base: str, options: Mapping[str, Any]
) -> Sequence[str]:
    pattern = str(options.get("pattern") or "")
    if pattern:
        return list(
            dict.fromkeys(link.url for link in links if _fits(link.url, pattern))
        )
    if options.get("selector"):
        return list(dict.fromkeys(link.url for link in links))
    return page_links.articles(links, base=base)


def _check(count: int, document: Document, options: Mapping[str, Any]) -> None:
    """Raise NotASource where the page shows no articles, or far fewer than it used to."""
    usual = options.get("usual_links")
    if not count:
        raise _not_one(
            worded("No link on the page looks like an article."),
            document,
            Fault.NO_ARTICLES,
        )
    if isinstance(usual, int) and count * _COLLAPSED < usual:
        raise _not_one(
            worded(
                "The page shows %(count)s links to articles where it used to show %(usual)s.",
                count=count,
                usual=usual,
            ),
            document,
            Fault.NO_ARTICLES,
        )


def _fits(url: str, pattern: str) -> bool:
    """Whether *url* holds the parts of *pattern* in their order; * stands for anything."""
    first, *parts = pattern.split("*")
    if not url.startswith(first) and not (first.startswith("/") and first in url):
        return False
    place = url.find(first) + len(first)
    for part in parts[:-1]:
        place = url.find(part, place)
        if place < 0:
            return False
        place += len(part)
    if not parts:
        return place == len(url)
    return not parts[-1] or (
        url.endswith(parts[-1]) and len(url) - len(parts[-1]) >= place
    )


def _link(tag: "Tag", base: str) -> Link | None:
    url, _ = urldefrag(absolute(base, str(tag.get("href") or "")))
    if not url:
        return None
    # A card that is one link has its headline in a heading.
    heading = tag.find(_HEADINGS)
    text = tidied((heading or tag).get_text(" "))
    if not text:
        picture = tag.find("img", alt=True)
        said = tag.get("title") or tag.get("aria-label")
        text = tidied(str(said or (picture["alt"] if picture else "")))
    return Link(
        url=url,
        text=text[:_MOST_TITLE],
        place=_place(tag),
        in_furniture=any(_is_furniture(parent) for parent in _above(tag, 12)),
    )


def _above(tag: "Tag", most: int) -> Iterator["Tag"]:
    for _, parent in zip(range(most), tag.parents, strict=False):
        if parent.name in {"body", "html", "[document]"}:
            return
        yield parent


def _classes(tag: "Tag") -> str:
    classes: object = tag.get("class") or []
    return " ".join(classes) if isinstance(classes, list) else str(classes)


def _place(tag: "Tag") -> str:
    above = [f"{parent.name}.{_classes(parent)}" for parent in _above(tag, 3)]
    return ">".join([_classes(tag), *above])


def _is_furniture(tag: "Tag") -> bool:
    if tag.name in _FURNITURE or tag.get("role") in {"navigation", "contentinfo"}:
        return True
    if tag.name == "header":
        # The head of an article is no head of the page.
        return tag.find_parent(("article", "section", "li")) is None
    return bool(_FURNITURE_CLASS.search(f"{_classes(tag)} {tag.get('id') or ''}"))


class _Cards:
    """What stands around each article's links: its headline, date, words and picture."""

    def __init__(
        self,
        document: Document,
        base: str,
        *,
        links: Sequence[Link],
        tags: Sequence["Tag"],
        urls: Sequence[str],
    ) -> None:
        self._document = document
        self._base = base
        self._texts = page_links.best_texts(links)
        wanted = set(urls)
        self._tags: dict[str, list[Tag]] = {}
        for tag in tags:
            url, _ = urldefrag(absolute(base, str(tag.get("href") or "")))
            if url in wanted:
                self._tags.setdefault(url, []).append(tag)
        self._wanted = wanted

    def entry(self, url: str) -> Entry:
        card = self._card(url)
        title = self._texts.get(url, "")
        if card is not None and not page_links.is_headline(title):
            heading = card.find(_HEADINGS)
            title = (tidied(heading.get_text(" ")) if heading else "") or title
        return Entry(
            key=url,
            url=url,
            title=markup.title(markup.shortened(title, _MOST_TITLE)),
            published=self._published(url, card),
            summary=_words(card, title),
            image=self._image(card),
        )

    def _card(self, url: str) -> "Tag | None":
        """The largest element around a link that holds no other article."""
        card = None
        for tag in self._tags[url][:1]:
            card = tag
            for parent in _above(tag, _CLIMB):
                if not self._is_alone(parent, url):
                    break
                card = parent
        return card

    def _is_alone(self, parent: "Tag", url: str) -> bool:
        found = parent.find_all("a", href=True, limit=_CARD_LINKS)
        addresses = {
            urldefrag(absolute(self._base, str(tag["href"]))).url for tag in found
        }
        return not (addresses - {url}) & self._wanted

    def _published(self, url: str, card: "Tag | None") -> Dated | None:
        zone, now = self._document.zone, self._document.came_at
        for text in _dates(card):
            dated = moments.read(text, zone=zone, now=now)
            if dated is not None:
                return dated
        in_path = _DATE_IN_PATH.search(urlsplit(url).path)
        if in_path is None:
            return None
        return moments.read("/".join(in_path.groups()), zone=zone)

    def _image(self, card: "Tag | None") -> str:
        picture = card.find("img") if card is not None else None
        if picture is None:
            return ""
        for name in ("data-src", "data-lazy-src", "src"):
            address = absolute(self._base, str(picture.get(name) or ""))
            if address:
                return address
        return ""


def _dates(card: "Tag | None") -> Iterator[str]:
    """Texts beside a link that may be its date, the surest first."""
    if card is None:
        return
    for tag in card.find_all("time", limit=3):
        yield str(tag.get("datetime") or "")
        yield tag.get_text(" ")
    for tag in card.find_all(class_=_DATE_CLASS, limit=5):
        yield tag.get_text(" ")[:200]


def _words(card: "Tag | None", title: str) -> str:
    if card is None:
        return ""
    for tag in card.find_all("p", limit=4):
        text = tidied(tag.get_text(" "))
        if page_links.is_headline(text) and text != title:
            return markup.shortened(text, 2000)
    return ""
