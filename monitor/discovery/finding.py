"""Looks for what a site publishes: few requests, the likeliest first, only what parses counts.

The address itself, what its page names, the sitemaps of robots.txt, the usual places, and at
last the page as a list. It stops at the first step that brings something good.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from core.errors import FetchFailed, FetchRefused, OfficeError
from core.text.charset import decode
from core.text.language import guess
from core.web import Answer, Ask, Web
from monitor.catalogue import KINDS
from monitor.discovery import hints
from monitor.discovery.values import Candidate, Found, Hint, Read, Way, Why
from monitor.intake import answers
from monitor.intake.dates import believed, newest
from monitor.intake.looking import document_of, verdict_of
from monitor.sources.base import Document, NotASource, Parsed, Transport
from monitor.states import Fault, PollOutcome

# Requests of one step: usually, and when everything is to be seen.
_FEW: Final = 4
_MANY: Final = 10
_NEWS_AGE: Final = timedelta(days=7)
# What published nothing for so long is no source of news.
_OLD: Final = timedelta(days=180)
_SAME_SHARE: Final = 0.5
_SAMPLE: Final = 20
_LISTING: Final = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A candidate, and what was read for it."""

    candidate: Candidate
    document: Document | None = None
    parsed: Parsed | None = None


def discover(
    web: Web,
    url: str,
    *,
    read: Read,
    now: datetime,
    zone: ZoneInfo,
    thorough: bool = False,
) -> Found:
    """Every candidate that was looked at; *thorough* takes every step and more of each.

    *zone* is for dates that give none.
    """
    return _Search(web, read=read, now=now, zone=zone, thorough=thorough).run(url)


class _Search:
    def __init__(
        self, web: Web, *, read: Read, now: datetime, zone: ZoneInfo, thorough: bool
    ) -> None:
        self._web = web
        self._read = read
        self._now = now
        self._zone = zone
        self._thorough = thorough
        self._most = _MANY if thorough else _FEW
        self._asked: set[str] = set()
        self._found: list[Candidate] = []

    def run(self, url: str) -> Found:
        (first,) = self._look([Hint(url=url, way=Way.ITSELF)])
        page = first.document
        refusal = _refusal(page) if page is not None else None
        if refusal is not None:
            # Further requests would not be welcome either.
            self._found.append(replace(first.candidate, fault=refusal))
            return self._ranked()
        if self._is_good(first.candidate) or page is None or not _is_page(page):
            self._found.append(first.candidate)
            if page is None or not _is_page(page):
                return self._ranked()
        for step in self._steps(page):
            step()
            if not self._thorough and any(map(self._is_good, self._found)):
                return self._ranked()
        self._found.append(self._listing(page))
        return self._ranked()

    def _steps(self, page: Document) -> Iterator[Callable[[], None]]:
        yield lambda: self._take(hints.linked(page))
        yield lambda: self._sitemaps(page)
        yield lambda: self._take(hints.usual(page), home=page.url)

    def _take(self, found: Sequence[Hint], *, home: str = "") -> None:
        fresh = [one for one in found if one.url not in self._asked]
        comments = [one for one in fresh if hints.is_of_comments(one)]
        self._found += [
            Candidate(url=one.url, way=one.way, title=one.title, why=Why.COMMENTS)
            for one in comments
        ]
        wanted = [one for one in fresh if one not in comments][: self._most]
        self._found += [one.candidate for one in self._look(wanted, home=home)]

    def _sitemaps(self, page: Document) -> None:
        try:
            named = self._web.sitemaps(page.url)
        except (FetchFailed, FetchRefused):
            return
        wanted = hints.sorted_sitemaps(named)[: self._most // 2]
        for seen in self._look([one for one in wanted if one.url not in self._asked]):
            further = seen.parsed.further if seen.parsed is not None else ()
            if not further or seen.candidate.entries:
                self._found.append(seen.candidate)
                continue
            # An index: the newest of what it names.
            below = hints.sorted_sitemaps(further)[: self._most // 4]
            self._found += [one.candidate for one in self._look(below)]

    def _look(self, wanted: Sequence[Hint], *, home: str = "") -> list[_Seen]:
        """Ask for all of *wanted* and judge what comes, in their order."""
        asks = [Ask(url=one.url, key=one) for one in wanted]
        self._asked |= {one.url for one in wanted}
        came: dict[Hint, _Seen] = {}
        for batch in self._web.each(asks):
            for answer in batch:
                hint = answer.ask.key
                if isinstance(hint, Hint):
                    came[hint] = self._judge(hint, answer, home=home)
        return [came[hint] for hint in wanted if hint in came]

    def _judge(self, hint: Hint, answer: Answer, *, home: str) -> _Seen:
        verdict = verdict_of(answer)
        fetched = answer.fetched
        if verdict.outcome is not PollOutcome.READ or fetched is None:
            return _unread(hint, verdict.fault or Fault.UNREACHABLE, verdict.detail)
        if home and fetched.hops and hints.is_home(fetched.url, home):
            return _Seen(
                candidate=Candidate(
                    url=hint.url, way=hint.way, title=hint.title, why=Why.HOME_PAGE
                )
            )
        document = document_of(fetched, zone=self._zone, now=self._now)
        kind = recognised(document)
        if not kind:
            return replace(_unread(hint, _taken_for(document)), document=document)
        final = hint if not fetched.hops else replace(hint, url=_adopted(hint, answer))
        return self._parsed(final, document, kind)

    def _listing(self, page: Document) -> Candidate:
        hint = Hint(url=page.url, way=Way.LISTING)
        return self._parsed(hint, page, _LISTING).candidate

    def _parsed(self, hint: Hint, document: Document, kind: str) -> _Seen:
        try:
            parsed = self._read(kind, document, {})
        except NotASource as error:
            seen = _unread(hint, error.fault, error.what)
            return replace(seen, document=document)
        except OfficeError as error:
            seen = _unread(hint, Fault.HOSTILE, error.what)
            return replace(seen, document=document)
        candidate = summed_up(hint, parsed, kind=kind, now=self._now)
        return _Seen(candidate=candidate, document=document, parsed=parsed)

    def _is_good(self, one: Candidate) -> bool:
        return _rank(one, self._now) <= 1

    def _ranked(self) -> Found:
        """The best first; each says what became of it."""
        ways = list(Way)
        order = sorted(
            self._found,
            key=lambda one: (_rank(one, self._now), ways.index(one.way)),
        )
        if order and order[0].why is Why.SAYS_LESS:
            best = replace(order[0], why=Why.BEST)
            rest = [_beside(one, best, self._now) for one in order[1:]]
            order = [best, *rest]
        return Found(candidates=order, asked=len(self._asked))


def recognised(document: Document) -> str:
    """The kind *document* looks like, a listing page aside; empty when it is none."""
    for name in sorted(KINDS, key=lambda name: (name != "feed", name)):
        kind = KINDS[name]
        if name != _LISTING and kind.transport is Transport.WEB:
            found = bool(kind().recognises(document))
            if found:
                return name
    return ""


def summed_up(hint: Hint, parsed: Parsed, *, kind: str, now: datetime) -> Candidate:
    entries = believed(parsed.entries, now=now)
    titles = "\n".join(one.title for one in entries[:_SAMPLE])
    latest = newest(entries)
    said = parsed.language.split("-")[0].lower()
    old = latest is not None and now - latest > _OLD
    return Candidate(
        url=hint.url,
        way=hint.way,
        kind=kind,
        title=parsed.title or hint.title,
        homepage=parsed.homepage,
        entries=len(entries),
        dated=sum(one.published is not None for one in entries),
        newest=latest,
        language=guess(titles).language or said,
        fault=None if entries else Fault.NO_ARTICLES,
        why=Why.OLD if old else Why.SAYS_LESS if entries else Why.UNREADABLE,
        addresses=frozenset(one.url for one in entries),
    )


def _rank(one: Candidate, now: datetime) -> int:
    """0 and 1 are worth stopping for: a feed, a news sitemap."""
    if one.why is Why.OLD:
        return 4
    if one.why is Why.UNREADABLE or not one.entries:
        return 5
    if one.kind == "feed":
        return 0
    if one.kind == "sitemap":
        fresh = one.newest is not None and now - one.newest < _NEWS_AGE
        return 1 if fresh else 3
    return 2


def _beside(one: Candidate, best: Candidate, now: datetime) -> Candidate:
    if one.why is not Why.SAYS_LESS:
        return one
    smaller = min(len(one.addresses), len(best.addresses))
    shared = len(one.addresses & best.addresses)
    if shared >= smaller * _SAME_SHARE:
        return replace(one, why=Why.SAME_ARTICLES)
    equal = _rank(one, now) == _rank(best, now) and one.way is best.way
    # Those of another depth are of sections; the usual places are asked likeliest first.
    if equal and one.way is not Way.USUAL and _depth(one.url) == _depth(best.url):
        return replace(one, why=Why.AS_GOOD)
    return one


def _depth(url: str) -> int:
    return url.split("?", maxsplit=1)[0].rstrip("/").count("/")


def _unread(hint: Hint, fault: Fault, detail: str = "") -> _Seen:
    return _Seen(
        candidate=Candidate(
            url=hint.url,
            way=hint.way,
            title=hint.title,
            why=Why.UNREADABLE,
            fault=fault,
            detail=detail,
        )
    )


def _is_page(document: Document) -> bool:
    return bool(KINDS[_LISTING]().recognises(document))


def _refusal(page: Document) -> Fault | None:
    """What a page that answers 200 says all the same: a challenge, a login, an empty name."""
    if not _is_page(page):
        return None
    fault = answers.fault_of(decode(page.body, declared=page.charset).text)
    # A page without words may still name its feeds: scripts write the rest of it.
    return None if fault is Fault.EMPTY else fault


def _taken_for(document: Document) -> Fault:
    if not document.body.strip():
        return Fault.EMPTY
    return Fault.WEB_PAGE if _is_page(document) else Fault.UNREADABLE


def _adopted(hint: Hint, answer: Answer) -> str:
    """Where it moved for good; else where it was looked for."""
    fetched = answer.fetched
    if fetched is None or any(hop.status not in {301, 308} for hop in fetched.hops):
        return hint.url
    return fetched.url
