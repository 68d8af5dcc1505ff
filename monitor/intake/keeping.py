"""Rows of polls, entries and articles: what was asked, what came, what is new."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from core.settings import Polling
from core.text.language import guess
from core.web import Fetched
from monitor.extract import ExtractedArticle
from monitor.intake import poll
from monitor.intake.identity import canonical
from monitor.models import Article, Poll, Sighting, Source
from monitor.sources.base import Entry
from monitor.states import PollOutcome

_EXCERPT = 300
_KEPT_POLLS = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A source as it is before a poll."""

    id: int
    outlet: str
    kind: str
    url: str
    options: Mapping[str, Any]
    validators: Mapping[str, str]
    body_hash: str
    rhythm: poll.Rhythm


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at a source brought."""

    outcome: PollOutcome
    reason: str = ""
    fetched: Fetched | None = None
    entries: Sequence[Entry] = ()
    body_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    entry: Entry
    extracted: ExtractedArticle | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    source: int
    outlet: str
    url: str
    outcome: PollOutcome
    state: str
    entries: int
    new: int
    reason: str
    next_poll_at: datetime


def asked(session: Session, source_id: int) -> Asked:
    row = session.get_one(Source, source_id, options=[joinedload(Source.outlet)])
    validators = {
        "If-None-Match": row.etag,
        "If-Modified-Since": row.last_modified,
    }
    return Asked(
        id=row.id,
        outlet=row.outlet.name,
        kind=row.kind,
        url=row.url,
        options=row.options,
        # What is no ASCII cannot be sent back as a header.
        validators={
            name: value
            for name, value in validators.items()
            if value and value.isascii() and value.isprintable()
        },
        body_hash=row.body_hash,
        rhythm=poll.Rhythm(
            interval=timedelta(seconds=row.interval_seconds), failures=row.failures
        ),
    )


def unseen(
    session: Session, source: Asked, entries: Sequence[Entry]
) -> Sequence[Entry]:
    """The entries whose key this source did not show before, each article once.

    A feed may give several articles one key; then their addresses are their keys.
    """
    shown = Counter(one.key for one in entries)
    known = set(
        session.scalars(
            select(Sighting.entry_key).where(Sighting.source_id == source.id)
        )
    )
    fresh: dict[str, Entry] = {}
    for one in entries:
        url = canonical(one.url)
        key = one.key if shown[one.key] == 1 else url
        if key not in known:
            fresh[url] = replace(one, key=key)
    return list(fresh.values())


def store(
    session: Session,
    source_id: int,
    articles: Sequence[NewArticle],
    *,
    now: datetime,
) -> Sequence[int]:
    """Keep each article once per outlet and address; answer the ids of new ones."""
    outlet_id = session.get_one(Source, source_id).outlet_id
    new: list[int] = []
    for one in articles:
        url = canonical(one.entry.url)
        article = session.scalar(
            select(Article).where(Article.outlet_id == outlet_id, Article.url == url)
        )
        if article is None:
            article = _article(outlet_id, url, one, now)
            session.add(article)
            session.flush()
            new.append(article.id)
        session.add(
            Sighting(
                source_id=source_id,
                entry_key=one.entry.key,
                article_id=article.id,
                first_seen_at=now,
            )
        )
    session.flush()
    return new


def _article(outlet_id: int, url: str, one: NewArticle, now: datetime) -> Article:
    entry, page = one.entry, one.extracted
    text = page.text if page is not None else entry.summary
    title = entry.title or (page.title if page is not None else "") or url
    excerpt = entry.summary or text
    return Article(
        outlet_id=outlet_id,
        url=url,
        title=title,
        author=entry.author or (page.author if page is not None else ""),
        language=guess(f"{title}\n{text}").language,
        published_at=entry.published_at
        or (page.published_at if page is not None else None),
        first_seen_at=now,
        excerpt=excerpt[:_EXCERPT],
        full_text=text,
        text_hash=hashlib.sha256(text.encode()).hexdigest(),
    )


def record(
    session: Session,
    source: Asked,
    look: Look,
    *,
    entry_count: int,
    new_count: int,
    is_rest: bool,
    began: datetime,
    milliseconds: int,
    now: datetime,
    settings: Polling,
    in_window: bool,
    chance: float,
) -> PollReport:
    """Write the poll, the source's state and when it is asked next; end the lease.

    With a rest of new articles left for the next poll, the validators are forgotten: an
    answer "unchanged" would hide that rest until the source changes.
    """
    headers = look.fetched.headers if look.fetched is not None else {}
    chosen = poll.decide(
        source.rhythm,
        look.outcome,
        entry_count=entry_count,
        new_count=new_count,
        now=now,
        settings=settings,
        in_window=in_window,
        retry_after=poll.retry_after(headers.get("retry-after", "")),
        chance=chance,
    )
    row = session.get_one(Source, source.id)
    if row.state != chosen.state:
        row.state, row.state_since = chosen.state, now
    row.reason = look.reason
    row.interval_seconds = round(chosen.rhythm.interval.total_seconds())
    row.failures = chosen.rhythm.failures
    row.next_poll_at = chosen.poll_at
    row.lease, row.leased_until = None, None
    if look.outcome in {PollOutcome.READ, PollOutcome.UNCHANGED}:
        row.last_ok_at = now
        row.etag = "" if is_rest else headers.get("etag", row.etag)
        row.last_modified = (
            "" if is_rest else headers.get("last-modified", row.last_modified)
        )
        row.body_hash = "" if is_rest else look.body_hash or row.body_hash
    if new_count:
        row.last_new_at = now
    session.add(
        Poll(
            source_id=source.id,
            began_at=began,
            outcome=look.outcome,
            status=look.fetched.status if look.fetched is not None else None,
            reason=look.reason,
            byte_count=len(look.fetched.body) if look.fetched is not None else 0,
            milliseconds=milliseconds,
            entry_count=entry_count,
            new_count=new_count,
        )
    )
    return PollReport(
        source=source.id,
        outlet=source.outlet,
        url=source.url,
        outcome=look.outcome,
        state=chosen.state,
        entries=entry_count,
        new=new_count,
        reason=look.reason,
        next_poll_at=chosen.poll_at,
    )


def forget(session: Session, *, before: datetime, now: datetime) -> int:
    """Drop full texts first seen before *before* (promise L6) and old poll rows."""
    session.execute(delete(Poll).where(Poll.began_at < now - _KEPT_POLLS))
    rows = session.scalars(
        select(Article).where(
            Article.first_seen_at < before, Article.full_text.is_not(None)
        )
    ).all()
    for row in rows:
        row.full_text = None
    return len(rows)
