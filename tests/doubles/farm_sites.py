"""A site of the feed farm: what it has published, and its feed in bytes.

Bodies are kept compressed and open at their end, so that a feed whose bytes change at every
answer costs a few microseconds and not a compression.
"""

import struct
import zlib
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from farm_texts import LANGUAGES, Chance, piece

_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_MOST_STORED = 65_535
_NIGHT = range(6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The truth about one article."""

    site: int
    number: int
    url: str
    title: str
    at: datetime


@dataclass(slots=True)
class Body:
    """Bytes whose end may change: compressed up to there, with their checksum so far."""

    packed: bytes
    checksum: int
    length: int

    def gzipped(self, end):
        """The whole as gzip; *end* is stored, not compressed."""
        check = zlib.crc32(end, self.checksum)
        length = struct.pack("<HH", len(end), len(end) ^ _MOST_STORED)
        tail = struct.pack("<II", check, (self.length + len(end)) & 0xFFFFFFFF)
        return b"".join((_GZIP_HEAD, self.packed, b"\x01", length, end, tail))

    def plain(self, end):
        return zlib.decompressobj(-15).decompress(self.packed) + end


def pack(text):
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    packed = packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)
    return Body(packed=packed, checksum=zlib.crc32(text), length=len(text))


@dataclass(slots=True, kw_only=True)
class Site:
    """One outlet: its language, coding, format and habits follow from its number."""

    index: int
    host: str
    port: int
    entries: int
    validators: str
    volatile: bool
    # How many articles a day, where time is moved by hand.
    rate: int
    # The way it answers instead of its feed: a name of `farm_hostile`.
    fault: str = ""
    # "", "epoch", "future", "frozen", "none" or "words": what its dates are like.
    dates: str = ""
    # Its robots.txt; without one it answers 404.
    robots: bytes = b""
    published: list[Published] = field(default_factory=list)
    version: int = 0
    changed_at: datetime = datetime(2026, 11, 24, 9, tzinfo=UTC)
    next_at: datetime | None = None
    _items: deque = field(default_factory=deque)
    _body: Body | None = None
    _end: bytes = b""

    @property
    def language(self):
        # Half French, a third Arabic, the rest English.
        return LANGUAGES[(0, 1, 0, 1, 0, 2)[self.index % 6]]

    @property
    def encoding(self):
        odd = self.index // 6 % 5 < 2
        other = {"ar": "windows-1256", "fr": "iso-8859-15", "en": "utf-8"}
        return other[self.language] if odd else "utf-8"

    @property
    def is_atom(self):
        return self.index % 4 == 3

    @property
    def home(self):
        port = "" if self.port == 80 else f":{self.port}"
        return f"http://{self.host}{port}/"

    @property
    def feed_url(self):
        return f"{self.home}feed"

    @property
    def has_content(self):
        """Whether its feed carries whole articles."""
        return self.index % 10 < 6

    # -- publishing ---------------------------------------------------------------------

    def publish(self, at):
        number = len(self.published)
        words = piece(self.index, number, self.language)
        url = f"{self.home}a/{number}"
        one = Published(
            site=self.index, number=number, url=url, title=words.title, at=at
        )
        self.published.append(one)
        item = (self._atom if self.is_atom else self._rss)(one, words)
        self._items.appendleft(item.encode(self.encoding, "xmlcharrefreplace"))
        while len(self._items) > self.entries:
            self._items.pop()
        self.version += 1
        self.changed_at = at
        self._body = None
        return one

    def advance(self, to):
        """Publish what falls due up to *to*, by day mostly."""
        made = []
        if self.rate == 0:
            return made
        if self.next_at is None:
            self.next_at = to + self._pause(len(self.published))
        while self.next_at <= to:
            made.append(self.publish(self.next_at))
            self.next_at += self._pause(len(self.published))
        return made

    def _pause(self, number):
        mean = 86_400 / self.rate
        slow = 4 if self.next_at and self.next_at.hour in _NIGHT else 1
        share = 0.2 + 1.6 * Chance("pause", self.index, number).share()
        return timedelta(seconds=mean * share * slow * 0.6)

    # -- answering ----------------------------------------------------------------------

    @property
    def etag(self):
        if self.validators == "lying":
            return '"always-the-same"'
        return f'"{self.index}-{self.version}"'

    @property
    def last_modified(self):
        return format_datetime(self.changed_at.replace(microsecond=0), usegmt=True)

    def is_known(self, headers):
        """Whether the validators a client sent are those of what it would get."""
        if self.validators in {"etag", "both", "lying"}:
            return headers.get("if-none-match") == self.etag
        if self.validators == "last-modified":
            return headers.get("if-modified-since") == self.last_modified
        return False

    def headers(self):
        said = {}
        if self.validators in {"etag", "both", "lying"}:
            said["ETag"] = self.etag
        if self.validators in {"last-modified", "both"}:
            said["Last-Modified"] = self.last_modified
        return said

    def media_type(self):
        form = "atom" if self.is_atom else "rss"
        return f"application/{form}+xml; charset={self.encoding}"

    def body(self, *, gzip, number):
        """The feed's bytes; *number* is in them where the site is volatile."""
        if self._body is None:
            self._body = pack(self._head() + b"".join(self._items))
        end = self._closing(number if self.volatile else self.version)
        return self._body.gzipped(end) if gzip else self._body.plain(end)

    def page(self, number):
        """An article's page, as a news site lays one out."""
        one = self.published[number]
        words = piece(self.index, number, self.language)
        text = "".join(f"<p>{escape(part)}</p>" for part in words.paragraphs)
        others = "".join(
            f'<li><a href="/a/{other}">{escape(self.published[other].title)}</a></li>'
            for other in range(max(0, number - 6), number)
        )
        direction = "rtl" if self.language == "ar" else "ltr"
        return (
            f'<!doctype html><html lang="{self.language}" dir="{direction}"><head>'
            f'<meta charset="{self.encoding}"><title>{escape(one.title)}</title>'
            f'<link rel="canonical" href="{one.url}">'
            f'<meta property="article:published_time" content="{one.at.isoformat()}">'
            '</head><body><header><nav><ul><li><a href="/">Home</a></li><li>'
            '<a href="/s/1">Politique</a></li></ul></nav></header><main><article>'
            f"<h1>{escape(one.title)}</h1>{text}</article>"
            f"<aside><h2>+</h2><ul>{others}</ul></aside></main>"
            f"<footer><p>© {self.host}</p></footer></body></html>"
        ).encode(self.encoding, "xmlcharrefreplace")

    def _head(self):
        prolog = f'<?xml version="1.0" encoding="{self.encoding}"?>\n'
        if self.is_atom:
            text = (
                f'{prolog}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="'
                f'{self.language}"><id>{self.home}</id><title>Site {self.index}</title>'
                f'<link rel="alternate" href="{self.home}"/>\n'
            )
        else:
            text = (
                f'{prolog}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
                ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
                f"<title>Site {self.index}</title><link>{self.home}</link><description/>"
                f"<language>{self.language}</language>\n"
            )
        return text.encode(self.encoding)

    def _closing(self, number):
        moment = self.changed_at + timedelta(seconds=number if self.volatile else 0)
        if self.is_atom:
            return f"<updated>{moment.isoformat()}</updated></feed>".encode()
        text = (
            f"<lastBuildDate>{format_datetime(moment, usegmt=True)}</lastBuildDate>"
            f"</channel></rss><!-- {number} -->"
        )
        return text.encode()

    def _date(self, one):
        return {
            "epoch": datetime(1970, 1, 1, tzinfo=UTC),
            "future": one.at + timedelta(days=400),
            "frozen": datetime(2024, 5, 7, 10, tzinfo=UTC),
        }.get(self.dates, one.at)

    def _rss(self, one, words):
        date = f"<pubDate>{format_datetime(self._date(one), usegmt=True)}</pubDate>"
        if self.dates == "none":
            date = ""
        if self.dates == "words":
            date = "<pubDate>mardi 7 mai 2024 à 10h00</pubDate>"
        # One site in five decorates the addresses it hands out.
        link = f"{one.url}?utm_source=rss" if self.index % 5 == 4 else one.url
        return (
            f"<item><title>{escape(words.title)}</title><link>{link}</link>"
            f'<guid isPermaLink="false">{self.index}-{one.number}</guid>{date}'
            f"<dc:creator>Rédaction {self.index}</dc:creator>"
            f"<description>{escape(words.summary)}</description>"
            f"{self._content(words, 'content:encoded')}</item>\n"
        )

    def _atom(self, one, words):
        date = self._date(one).isoformat()
        dated = "" if self.dates == "none" else f"<published>{date}</published>"
        return (
            f'<entry><id>tag:{self.host},2026:{one.number}</id><link href="{one.url}"/>'
            f"<title>{escape(words.title)}</title>{dated}<updated>{date}</updated>"
            f"<author><name>Rédaction {self.index}</name></author>"
            f"<summary>{escape(words.summary)}</summary>"
            f"{self._content(words, 'content')}</entry>\n"
        )

    def _content(self, words, name):
        if not self.has_content:
            return ""
        kind = ' type="html"' if name == "content" else ""
        text = "".join(f"<p>{escape(part)}</p>" for part in words.paragraphs)
        return f"<{name}{kind}>{escape(text)}</{name}>"
