"""The newsroom for programs: a feed for each language, and the list of all pages for search engines."""

from collections.abc import Iterator
from datetime import UTC
from email.utils import format_datetime
from itertools import groupby
from typing import Final

from fastapi import Request, Response
from lxml import etree

from app.web.newsroom_view import address, first_words, kept, name_of, root
from app.web.pages import Pages
from core.reporting.printable import printable
from core.values import Language
from distributor.newsroom import reading
from distributor.newsroom.reading import Asked, Line

_MOST: Final = 30
_ATOM: Final = "http://www.w3.org/2005/Atom"
_SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML: Final = "http://www.w3.org/1999/xhtml"


def feed(pages: Pages, request: Request, language: Language) -> Response:
    """RSS 2.0."""
    office = pages.office
    now = office.clock.now()
    with office.database.read() as session:
        asked = Asked(language=language, most=_MOST)
        lines = reading.listed(session, asked, now=now)
    there = root(office.settings, request)
    rss = etree.Element("rss", version="2.0", nsmap={"atom": _ATOM})
    channel = etree.SubElement(rss, "channel")
    name = name_of(office.settings, language)
    _say(channel, "title", name)
    _say(channel, "link", f"{there}/n/{language}")
    introduced = office.settings.newsroom.introduced(language)
    _say(channel, "description", introduced or name)
    _say(channel, "language", language)
    etree.SubElement(
        channel,
        f"{{{_ATOM}}}link",
        href=f"{there}/n/{language}/feed",
        rel="self",
        type="application/rss+xml",
    )
    for line in lines:
        item = etree.SubElement(channel, "item")
        for tag, text in _item(line, there):
            _say(item, tag, text)
    return kept(request, _written(rss), "application/rss+xml; charset=utf-8")


def sitemap(pages: Pages, request: Request) -> Response:
    office = pages.office
    now = office.clock.now()
    with office.database.read() as session:
        lines = reading.everything(session, now=now)
    there = root(office.settings, request)
    urls = etree.Element("urlset", nsmap={None: _SITEMAP, "xhtml": _XHTML})
    for _, group in groupby(lines, key=lambda one: one.slug):
        same = list(group)
        for line in same:
            url = etree.SubElement(urls, "url")
            _say(url, "loc", f"{there}{address(line)}")
            _say(
                url, "lastmod", line.shown_at.astimezone(UTC).isoformat("T", "seconds")
            )
            for other in same:
                etree.SubElement(
                    url,
                    f"{{{_XHTML}}}link",
                    rel="alternate",
                    hreflang=other.language.value,
                    href=f"{there}{address(other)}",
                )
    return kept(request, _written(urls), "application/xml")


def robots(pages: Pages, request: Request) -> Response:
    """The newsroom is for everybody; signed links and the office are for nobody's index."""
    if not pages.office.settings.newsroom.enabled:
        return kept(request, "User-agent: *\nDisallow: /\n", "text/plain")
    there = root(pages.office.settings, request)
    said = (
        "User-agent: *\n"
        "Allow: /n/\n"
        "Allow: /n$\n"
        "Allow: /static/\n"
        "Disallow: /\n"
        f"\nSitemap: {there}/sitemap.xml\n"
    )
    return kept(request, said, "text/plain")


def _item(line: Line, there: str) -> Iterator[tuple[str, str]]:
    link = f"{there}{address(line)}"
    yield "title", line.title
    yield "link", link
    yield "guid", link
    yield "pubDate", format_datetime(line.shown_at)
    yield "description", first_words(line)
    yield "category", line.kind.value


def _say(parent: etree._Element, tag: str, text: str) -> None:
    etree.SubElement(parent, tag).text = printable(text)


def _written(root: etree._Element) -> bytes:
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
