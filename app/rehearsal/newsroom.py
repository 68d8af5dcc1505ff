"""Invented outlets on 127.0.0.1: feeds, sitemaps, listing pages and articles by host name.

An article shows once office time has reached its hour.
"""

import hashlib
import json
import threading
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from textwrap import shorten
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape as xml_escape

from core.clock import Clock, Timer

_CAPTION = 80  # code points: a paragraph that is shorter is no text
_SLOW = timedelta(milliseconds=800)


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedOutlet:
    name: str
    host: str
    language: str
    kind: str
    source: str
    behaviour: str

    @property
    def source_url(self) -> str:
        path = {"feed": "/feed", "sitemap": "/sitemap-news.xml", "page": "/actualites"}
        return f"http://{self.host}{path[self.source]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    outlet: str
    path: str
    language: str
    author: str
    at: datetime
    title: str
    paragraphs: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What an outlet does to an article some hours after it published it."""

    outlet: str
    path: str
    hours: float
    # Another title, a paragraph more.
    title: str = ""
    adds: str = ""

    def applied(self, article: Published) -> Published:
        return replace(
            article,
            title=self.title or article.title,
            paragraphs=[*article.paragraphs, *([self.adds] if self.adds else [])],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    media_type: str
    text: str


class Newsroom:
    def __init__(self, folder: Path, *, clock: Clock, timer: Timer) -> None:
        self.outlets = read_outlets(folder / "outlets.toml")
        self._articles = read_articles(folder / "articles.jsonl")
        self._edits = {
            (one.outlet, one.path): one for one in read_edits(folder / "edits.toml")
        }
        self._by_host = {outlet.host: outlet for outlet in self.outlets}
        self._clock = clock
        self._timer = timer

    def answer(self, host: str, path: str) -> Answer:
        """What *host* serves at *path* now."""
        outlet = self._by_host.get(host)
        if outlet is None or path == "/robots.txt":
            return Answer(status=404, media_type="text/plain", text="Not found.")
        if outlet.behaviour == "slow":
            self._timer.wait(_SLOW)
        return _faults(outlet) or _site(outlet, path, self._shown(outlet))

    def _shown(self, outlet: InventedOutlet) -> Sequence[Published]:
        now = self._clock.now()
        return [
            self._as_of(article, now)
            for article in self._articles
            if article.outlet == outlet.name and article.at <= now
        ]

    def _as_of(self, article: Published, now: datetime) -> Published:
        edit = self._edits.get((article.outlet, article.path))
        if edit is None or now < article.at + timedelta(hours=edit.hours):
            return article
        return edit.applied(article)


def read_outlets(path: Path) -> Sequence[InventedOutlet]:
    with path.open("rb") as file:
        return [InventedOutlet(**row) for row in tomllib.load(file)["outlet"]]


def read_edits(path: Path) -> Sequence[Edit]:
    with path.open("rb") as file:
        return [Edit(**row) for row in tomllib.load(file)["edit"]]


def read_articles(path: Path) -> Sequence[Published]:
    """Newest first."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = [
        Published(
            outlet=row["outlet"],
            path=urlsplit(row["url"]).path,
            language=row["language"],
            author=row["author"] or "",
            at=datetime.fromisoformat(row["published"]).astimezone(UTC),
            title=row["title"],
            paragraphs=row["body"].split("\n\n"),
        )
        for row in rows
    ]
    return sorted(found, key=lambda article: article.at, reverse=True)


def _faults(outlet: InventedOutlet) -> Answer | None:
    """What an outlet that cannot be read answers, whatever it is asked."""
    if outlet.behaviour == "forbidden":
        page = _page(outlet, "403", "")
        return Answer(status=403, media_type="text/html", text=page)
    if outlet.behaviour == "broken":
        page = _page(outlet, "Erreur", "<p>Service momentanément indisponible.</p>")
        return Answer(status=200, media_type="text/html", text=page)
    return None


def _site(outlet: InventedOutlet, path: str, shown: Sequence[Published]) -> Answer:
    if path == urlsplit(outlet.source_url).path:
        return _SOURCES[outlet.source](outlet, shown)
    if path == "/":
        return _listing(outlet, shown)
    for article in shown:
        if article.path == path:
            return _article(outlet, article, shown)
    return Answer(status=404, media_type="text/html", text=_page(outlet, "404", ""))


def _feed(outlet: InventedOutlet, shown: Sequence[Published]) -> Answer:
    entries = "".join(
        f"<item><title>{xml_escape(one.title)}</title>"
        f"<link>http://{outlet.host}{one.path}</link><guid>{one.path}</guid>"
        f"<pubDate>{format_datetime(one.at)}</pubDate>"
        f"<description>{xml_escape(_summary(one))}</description></item>"
        for one in shown
    )
    return Answer(
        status=200,
        media_type="application/rss+xml",
        text="<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>"
        f"<title>{xml_escape(outlet.name)}</title><link>http://{outlet.host}/</link>"
        f"{entries}</channel></rss>",
    )


def _summary(article: Published) -> str:
    """Its first whole paragraph in short: what stands before it names a picture or a place."""
    whole = (text for text in article.paragraphs if len(text) > _CAPTION)
    return shorten(next(whole, article.paragraphs[0]), 220, placeholder="…")


def _sitemap(outlet: InventedOutlet, shown: Sequence[Published]) -> Answer:
    entries = "".join(
        f"<url><loc>http://{outlet.host}{one.path}</loc><n:news>"
        f"<n:publication_date>{one.at.isoformat()}</n:publication_date>"
        f"<n:title>{xml_escape(one.title)}</n:title></n:news></url>"
        for one in shown
    )
    return Answer(
        status=200,
        media_type="application/xml",
        text="<?xml version='1.0' encoding='utf-8'?>"
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
        "xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>"
        f"{entries}</urlset>",
    )


def _listing(outlet: InventedOutlet, shown: Sequence[Published]) -> Answer:
    links = "".join(
        f"<li><h2><a href='{one.path}'>{escape(one.title)}</a></h2></li>"
        for one in shown
    )
    return Answer(
        status=200,
        media_type="text/html; charset=utf-8",
        # One standing link, so that a day without news is not a page without articles.
        text=_page(
            outlet,
            outlet.name,
            f"<main><ul>{links}<li><h2><a href='/archives/toutes'>"
            "Toutes nos archives depuis la fondation du journal</a></h2></li></ul></main>",
        ),
    )


_SOURCES = {"feed": _feed, "sitemap": _sitemap, "page": _listing}


def _article(
    outlet: InventedOutlet, article: Published, shown: Sequence[Published]
) -> Answer:
    body = "".join(f"<p>{escape(text)}</p>" for text in article.paragraphs)
    by = f"<p class='author'>{escape(article.author)}</p>" if article.author else ""
    related = "".join(
        f"<li><a href='{one.path}'>{escape(one.title)}</a></li>"
        for one in shown[:4]
        if one.path != article.path
    )
    return Answer(
        status=200,
        media_type="text/html; charset=utf-8",
        text=_page(
            outlet,
            article.title,
            f"<main><article><h1>{escape(article.title)}</h1>{by}"
            f"<time datetime='{article.at.isoformat()}'>{article.at:%d/%m/%Y %H:%M}</time>"
            f"{body}</article></main><aside class='related'><ul>{related}</ul></aside>",
        ),
    )


def _page(outlet: InventedOutlet, title: str, body: str) -> str:
    way = "rtl" if outlet.language == "ar" else "ltr"
    menu = {
        "ar": ("الرئيسية", "سياسة", "اقتصاد", "رياضة"),
        "en": ("Home", "Politics", "Business", "Sport"),
    }.get(outlet.language, ("Accueil", "Politique", "Économie", "Sport"))
    links = " ".join(f"<a href='/'>{word}</a>" for word in menu)
    return (
        f"<!doctype html><html lang='{outlet.language}' dir='{way}'><head>"
        f"<meta charset='utf-8'><title>{escape(title)} - {escape(outlet.name)}</title></head>"
        f"<body><header><strong>{escape(outlet.name)}</strong><nav>{links}</nav></header>"
        f"{body}<footer><p>© {escape(outlet.name)}, {outlet.host}</p></footer></body></html>"
    )


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, newsroom: Newsroom, *args: Any) -> None:
        self._newsroom = newsroom
        super().__init__(*args)

    def do_GET(self) -> None:
        host = (self.headers.get("Host") or "").split(":")[0]
        answer = self._newsroom.answer(host, urlsplit(self.path).path)
        body = answer.text.encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        same = answer.status == 200 and self.headers.get("If-None-Match") == etag  # noqa: PLR2004
        self.send_response(304 if same else answer.status)
        self.send_header("ETag", etag)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", "0" if same else str(len(body)))
        self.end_headers()
        if not same:
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's word
        """Stay silent: the monitor logs what it reads."""


@contextmanager
def serving(newsroom: Newsroom) -> Iterator[Mapping[str, str]]:
    """Serve on a free port; gives the table of host names for the fetcher."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, newsroom))
    thread = threading.Thread(target=server.serve_forever, name="newsroom")
    thread.start()
    try:
        place = f"127.0.0.1:{server.server_address[1]}"
        yield {outlet.host: place for outlet in newsroom.outlets}
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
