"""What a page and its address hint at. Decides; touches nothing."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urljoin, urlsplit, urlunsplit

from lxml import etree

from core.text.charset import decode
from core.web.domain import domain_of
from monitor.discovery.values import Hint, Way
from monitor.sources.base import Document, absolute, tidied

_FEED_TYPES: Final = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json",
    "application/xml",
    "text/xml",
)
# What such links also lead to: descriptions of a page for machines.
_NO_FEED: Final = re.compile(
    r"wp-json|oembed|/xmlrpc|opensearch|rsd\.xml", re.IGNORECASE
)
_COMMENTS: Final = re.compile(
    r"/comments?(?:/|$)|comments?[-_]?feed|comment|تعليق", re.IGNORECASE
)
_FEED_LIKE: Final = re.compile(
    r"(?:^|[/._-])(?:rss2?|atom|feeds?|flux|rdf|syndication|backend)(?:[/._-]|$)"
    r"|[?&](?:feed|outputType|page)=(?:rss2?|atom|xml|backend)",
    re.IGNORECASE,
)
_NEWS_LIKE: Final = re.compile(r"news|actu|akhbar|articles?", re.IGNORECASE)
_HEAVY: Final = re.compile(
    r"image|video|categor|tag|author|page-|archive", re.IGNORECASE
)
# A page is read for its links, which stand in its first megabytes.
_MOST_BYTES: Final = 3_000_000
_GENERIC: Final = (
    "/feed/",
    "/rss",
    "/rss.xml",
    "/sitemap-news.xml",
    "/atom.xml",
    "/feed.json",
    "/index.xml",
    "/rss/feed.xml",
    "/spip.php?page=backend",
    "/news-sitemap.xml",
    "/sitemap_news.xml",
)
# What the page's own code says of the program that made it.
_MAKES: Final = (
    (
        re.compile(
            rb"arc/outboundfeeds|arcpublishing|/pf/dist/|Fusion\.", re.IGNORECASE
        ),
        ("/arc/outboundfeeds/sitemap-news/", "/arc/outboundfeeds/rss/?outputType=xml"),
    ),
    (re.compile(rb"spip", re.IGNORECASE), ("/spip.php?page=backend",)),
    (re.compile(rb"wp-content|wp-includes|WordPress"), ("/feed/",)),
)


def linked(page: Document) -> Sequence[Hint]:
    """The feeds *page* names in its head, then those it links to; each address once."""
    tree = _tree(page)
    if tree is None:
        return ()
    base = next((one.get("href") or "" for one in tree.iter("base")), "")
    base = absolute(page.url, base) or page.url
    found: dict[str, Hint] = {}
    for hint in (*_alternates(tree, base), *_anchors(tree, base)):
        found.setdefault(hint.url, hint)
    return tuple(found.values())


def is_of_comments(hint: Hint) -> bool:
    return _COMMENTS.search(f"{urlsplit(hint.url).path} {hint.title}") is not None


def sorted_sitemaps(urls: Sequence[str]) -> Sequence[Hint]:
    """Those of news first, those of pictures and archives last."""

    def rank(url: str) -> int:
        path = urlsplit(url).path
        if _NEWS_LIKE.search(path) and not _HEAVY.search(path):
            return 0
        return 2 if _HEAVY.search(path) else 1

    return [
        Hint(url=url, way=Way.ROBOTS) for url in sorted(dict.fromkeys(urls), key=rank)
    ]


def usual(page: Document) -> Sequence[Hint]:
    """Where sites of this make publish, then where most do."""
    parts = urlsplit(page.url)
    site = urlunsplit((parts.scheme, parts.netloc, "/", "", ""))
    made = [path for sign, paths in _MAKES if sign.search(page.body) for path in paths]
    paths = list(dict.fromkeys([*made, *_GENERIC]))
    found = [urljoin(site, path) for path in paths]
    section = parts.path.strip("/")
    if section:
        # A section's own feed says it better than the whole site's.
        found.insert(0, f"{site}{section}/feed/")
    return [Hint(url=url, way=Way.USUAL) for url in found]


def is_home(url: str, page_url: str) -> bool:
    """Whether *url* is where sites send what they do not know."""
    there, here = urlsplit(url), urlsplit(page_url)
    home = there.path in {"", "/"} and not there.query
    return home or (there.path, there.query) == (here.path, here.query)


def _tree(page: Document) -> Any:
    text = decode(page.body[:_MOST_BYTES], declared=page.charset).text
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        return etree.fromstring(text.encode("utf-8", "ignore"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _alternates(tree: Any, base: str) -> Iterator[Hint]:
    for link in tree.iter("link"):
        names = (link.get("rel") or "").lower().split()
        media_type = (link.get("type") or "").split(";")[0].strip().lower()
        url = absolute(base, link.get("href") or "")
        if url and _is_alternate(names, media_type) and not _NO_FEED.search(url):
            yield Hint(url=url, way=Way.LINK, title=tidied(link.get("title") or ""))


def _is_alternate(names: Sequence[str], media_type: str) -> bool:
    return media_type in _FEED_TYPES and bool({"alternate", "feed"} & set(names))


def _anchors(tree: Any, base: str) -> Iterator[Hint]:
    for link in tree.iter("a"):
        url = absolute(base, link.get("href") or "")
        parts = urlsplit(url)
        if (
            url
            and _FEED_LIKE.search(f"{parts.path}?{parts.query}")
            and not _NO_FEED.search(url)
            and domain_of(url) == domain_of(base)
        ):
            title = tidied("".join(link.itertext()))[:200]
            yield Hint(url=url, way=Way.ANCHOR, title=title)
