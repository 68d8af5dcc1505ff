"""A look at an article's page: what is asked, and what the answer means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import FetchFailed, FetchRefused, Resting, RobotsRefused
from core.web import Answer, Ask, Fetched
from monitor.extract import Doubt, ExtractedArticle, Screened
from monitor.models import (
    Article,
    Source,
)
from monitor.states import TextFrom

_NOT_MODIFIED: Final = 304
_MISSING: Final = frozenset({404, 410})
_OK: Final = range(200, 300)


class PageOutcome(StrEnum):
    READ = "read"
    UNCHANGED = "unchanged"
    # 404 or 410, or sent to the front page.
    MISSING = "missing"
    NO_TEXT = "no-text"
    FAILED = "failed"
    # We may not ask: robots.txt.
    REFUSED = "refused"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAsked:
    """An article as it is before its page is read."""

    id: int
    outlet_id: int
    url: str
    reads: int
    etag: str
    last_modified: str
    # Whether the outlet agreed to be read whatever its robots.txt says.
    robots: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRead:
    asked: PageAsked
    outcome: PageOutcome
    fetched: Fetched | None = None
    page: ExtractedArticle | None = None
    text_from: TextFrom = TextFrom.PAGE
    # For POSTPONED: how long its domain rests.
    rest: timedelta = timedelta()


def asked(session: Session, ids: Sequence[int]) -> Sequence[PageAsked]:
    rows = session.execute(
        select(
            Article.id,
            Article.outlet_id,
            Article.url,
            Article.reads,
            Article.etag,
            Article.last_modified,
        ).where(Article.id.in_(ids))
    ).all()
    agreed = _agreed(session, {row.outlet_id for row in rows})
    return [
        PageAsked(
            id=row.id,
            outlet_id=row.outlet_id,
            url=row.url,
            reads=row.reads,
            etag=row.etag,
            last_modified=row.last_modified,
            robots=row.outlet_id not in agreed,
        )
        for row in rows
    ]


def _agreed(session: Session, outlet_ids: set[int]) -> set[int]:
    """The outlets one of whose sources carries a recorded agreement."""
    rows = session.execute(
        select(Source.outlet_id, Source.options).where(Source.outlet_id.in_(outlet_ids))
    )
    return {row.outlet_id for row in rows if "robots_agreement" in row.options}


def ask_for(asked: PageAsked) -> Ask:
    headers: dict[str, str] = {}
    if asked.reads and asked.etag.isascii() and asked.etag:
        headers["If-None-Match"] = asked.etag
    if asked.reads and asked.last_modified.isascii() and asked.last_modified:
        headers["If-Modified-Since"] = asked.last_modified
    return Ask(url=asked.url, headers=headers, key=asked.id, robots=asked.robots)


def outcome_of(asked: PageAsked, answer: Answer) -> PageOutcome:
    if answer.fetched is None:
        return _outcome_of_error(answer.error)
    status = answer.fetched.status
    if status == _NOT_MODIFIED and answer.ask.headers:
        return PageOutcome.UNCHANGED
    if status in _MISSING or _is_sent_home(asked.url, answer.fetched):
        return PageOutcome.MISSING
    return PageOutcome.READ if status in _OK else PageOutcome.FAILED


def rest_of(answer: Answer) -> timedelta:
    error = answer.error
    return timedelta(seconds=error.seconds if isinstance(error, Resting) else 0)


def outcome_of_page(page: ExtractedArticle | None) -> PageOutcome:
    """What a page that was found says itself: some say "not found" under a good status."""
    if page is not None and Doubt.NOT_FOUND in page.doubts:
        return PageOutcome.MISSING
    is_read = page is not None and page.is_article
    return PageOutcome.READ if is_read else PageOutcome.NO_TEXT


def _outcome_of_error(error: FetchRefused | FetchFailed | None) -> PageOutcome:
    if isinstance(error, Resting):
        return PageOutcome.POSTPONED
    if isinstance(error, RobotsRefused):
        return PageOutcome.REFUSED
    return PageOutcome.FAILED


def _is_sent_home(url: str, fetched: Fetched) -> bool:
    """Sites send what they took down to their front page."""
    return (
        bool(fetched.hops)
        and urlsplit(fetched.url).path in {"", "/"}
        and not urlsplit(fetched.url).query
        and urlsplit(url).path not in {"", "/"}
    )


def of_screened(quick: Screened) -> ExtractedArticle:
    """A quick look as a page of which little is known."""
    return ExtractedArticle(title=quick.title, text=quick.text)
