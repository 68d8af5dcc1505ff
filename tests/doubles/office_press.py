"""The press around a busy office: sites that publish by the hour, copy each other and fail.

It plays `core.web.Web` without sockets, so that three days take seconds and one seed is one
history; the real way out is the matter of `flows/test_listening_soak.py`.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from itertools import islice

from dice import dice
from farm_texts import piece

from core.errors import (
    FetchFailed,
    FetchRefused,
    RobotsRefused,
    TimedOut,
    TooLarge,
    Unreachable,
)
from core.web import Answer, Ask, Fetched

_IN_FEED = 25
_LANGUAGES = ("fr", "ar", "fr", "en", "fr", "ar")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    b'<rss version="2.0"><channel><item><title>&b;</title></item></channel></rss>'
)
_PARKED = b"<html><head><title>domain for sale</title></head><body>Buy it</body></html>"
_CHALLENGE = (
    b"<html><title>Just a moment...</title><body>challenge-platform</body></html>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """The truth about one article: every date that its site gives it is in `dates`."""

    url: str
    feed: str
    title: str
    paragraphs: tuple[str, ...]
    author: str
    at: datetime
    dates: tuple[datetime, ...]


@dataclass(slots=True, kw_only=True)
class Paper:
    """One outlet with one feed."""

    number: int
    # What it tells of dates: "", "none" or "epoch".
    habit: str = ""
    fault: str = ""
    printed: list[Printed] = field(default_factory=list)
    shown: deque = field(default_factory=lambda: deque(maxlen=_IN_FEED))

    @property
    def home(self):
        return f"https://site-{self.number}.test"

    @property
    def feed(self):
        return f"{self.home}/feed"

    @property
    def language(self):
        return _LANGUAGES[self.number % len(_LANGUAGES)]

    def body(self):
        items = "".join(self._item(one) for one in reversed(self.shown))
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"'
            ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
            f"<title>Site {self.number}</title><link>{self.home}/</link>{items}"
            "</channel></rss>"
        ).encode()

    def _item(self, one):
        date = {"": one.at, "epoch": _EPOCH, "none": None}[self.habit]
        dated = f"<pubDate>{format_datetime(date)}</pubDate>" if date else ""
        text = "".join(f"<p>{escape(part)}</p>" for part in one.paragraphs)
        link = f"{one.url}?utm_source=rss" if self.number % 5 == 4 else one.url
        return (
            f"<item><title>{escape(one.title)}</title><link>{link}</link>"
            f'<guid isPermaLink="false">{one.url}</guid>{dated}'
            f"<dc:creator>{escape(one.author)}</dc:creator>"
            f"<content:encoded>{escape(text)}</content:encoded></item>"
        )

    def page(self, one):
        text = "".join(f"<p>{escape(part)}</p>" for part in one.paragraphs)
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8">'
            f"<title>{escape(one.title)}</title>"
            f'<link rel="canonical" href="{one.url}"></head><body><main><article>'
            f"<h1>{escape(one.title)}</h1>{text}</article></main></body></html>"
        ).encode()


class Press:
    """All sites; what they say is their truth, however they fail to say it."""

    def __init__(self, *, sites, rate, seed, now):
        self.dice = dice(seed)
        self.rate = rate
        self.now = now
        self.papers = [
            Paper(number=one, habit=("", "", "", "none", "", "epoch")[one % 6])
            for one in range(sites)
        ]
        # A word that a watch by this name looks for in titles.
        self.watched = {}
        # Releases that were sent: what outlets may print.
        self.releases = []
        self.is_down = False
        self.requests = 0
        self.on_request = lambda: None
        self._urls = {}

    # -- the truth ------------------------------------------------------------------------

    def published(self, url):
        return self._urls.get(url.partition("?")[0].partition("#")[0])

    def of_feed(self, url):
        return next((one.printed for one in self.papers if one.feed == url), ())

    # -- its life -------------------------------------------------------------------------

    def advance(self, to):
        """Print what falls due up to *to*: each site so many a day, some of it copied."""
        days = max(0.0, (to - self.now) / timedelta(days=1))
        for paper in self.papers:
            expected = days * self.rate * (1 + paper.number % 3)
            count = int(expected) + (self.dice.random() < expected % 1)
            for _ in range(count):
                share = self.dice.random()
                # No second is a half of one in a feed.
                at = (self.now + (to - self.now) * share).replace(microsecond=0)
                self._print(paper, at)
        self.now = max(self.now, to)

    def _print(self, paper, at):
        draw = self.dice.random()
        if draw < 0.15 and self.releases:
            title, paragraphs = self.dice.choice(self.releases)
            title = f"{title} ({paper.number}-{len(paper.printed)})"
        elif draw < 0.45:
            title, paragraphs = self._copied(paper)
        else:
            words = piece(paper.number, len(paper.printed), paper.language)
            title, paragraphs = words.title, words.paragraphs
        self.put(paper, title, paragraphs, at)

    def _copied(self, paper):
        """What the agency, or a paper of the same language, printed lately."""
        kin = [
            one.printed[-1]
            for one in self.papers
            if one.printed and one is not paper and one.language == paper.language
        ]
        if not kin:
            words = piece(paper.number, len(paper.printed), paper.language)
            return words.title, words.paragraphs
        one = self.dice.choice(kin[:4])
        title = f"{one.title} - {paper.number}"
        # Under one title an outlet has one article: twice in some hours is a correction.
        if any(mine.title == title for mine in paper.printed):
            title = f"{title} ({len(paper.printed)})"
        return title, one.paragraphs

    def put(self, paper, title, paragraphs, at):
        url = f"{paper.home}/a/{len(paper.printed)}"
        one = Printed(
            url=url,
            feed=paper.feed,
            title=title,
            paragraphs=tuple(paragraphs),
            author=f"Rédaction {paper.number}",
            at=at,
            dates=(at,) if paper.habit == "" else (),
        )
        paper.printed.append(one)
        paper.shown.append(one)
        self._urls[url] = one

    # -- core.web.Web -----------------------------------------------------------------------

    def get(self, url, *, headers=None, robots=True):
        return self._one(Ask(url=url, headers=headers or {}, robots=robots))

    def post(self, url, *, body, content_type, headers=None):
        said = {**(headers or {}), "Content-Type": content_type}
        return self._one(Ask(url=url, headers=said, robots=False, content=body))

    def each(self, asks):
        asks = iter(asks)
        while batch := [self._answer(ask) for ask in islice(asks, 20)]:
            yield batch

    def sitemaps(self, url):
        del url
        return ()

    def close(self):
        """There is nothing to close."""

    def _one(self, ask):
        given = self._answer(ask)
        if given.error is not None:
            raise given.error
        return given.fetched

    def _answer(self, ask):
        self.requests += 1
        self.on_request()
        found = self._found(ask)
        if isinstance(found, FetchFailed | FetchRefused):
            return Answer(ask=ask, error=found)
        status, body = found
        kind = "application/rss+xml" if ask.url.endswith("/feed") else "text/html"
        return Answer(
            ask=ask,
            fetched=Fetched(
                url=ask.url, status=status, headers={"content-type": kind}, body=body
            ),
        )

    def _found(self, ask):
        if self.is_down:
            return Unreachable("The name cannot be looked up.", to=ask.url)
        paper = next(
            (one for one in self.papers if ask.url.startswith(one.home + "/")), None
        )
        if paper is None:
            return Unreachable("There is no such site.", to=ask.url)
        if paper.fault and ask.url == paper.feed:
            return FAULTS[paper.fault](ask.url)
        if ask.url == paper.feed:
            return 200, paper.body()
        one = self.published(ask.url)
        return (404, b"") if one is None else (200, paper.page(one))


FAULTS = {
    "502": lambda _: (502, b"<html>Bad gateway</html>"),
    "404": lambda _: (404, b"<html>Not found</html>"),
    "403": lambda _: (403, b"<html>Forbidden</html>"),
    "garbage": lambda _: (200, bytes(range(256)) * 40),
    "empty": lambda _: (200, b""),
    "page": lambda _: (200, b"<html><body><h1>Welcome</h1></body></html>"),
    "parked": lambda _: (200, _PARKED),
    "challenge": lambda _: (403, _CHALLENGE),
    "cut": lambda _: (200, b'<?xml version="1.0"?><rss version="2.0"><channel><it'),
    "bomb": lambda _: (200, _BOMB),
    "hang": lambda url: TimedOut("It took too long.", to=url),
    "unreachable": lambda url: Unreachable("No connection.", to=url),
    "robots": lambda url: RobotsRefused("robots.txt says no.", to=url),
    "large": lambda url: TooLarge("It is too large.", to=url),
}
