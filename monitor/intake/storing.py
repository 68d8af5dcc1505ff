"""Rows of entries and articles: what is new, what was edited, what moved.

entries -> seen before? -> article known by address or title? -> new articles, sightings

Statements are for whole batches: a poll of two thousand sources brings eighty thousand
entries, and a row at a time costs five times as much.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from core.db import reserve_ids
from core.models import Outlet
from monitor.intake import changes
from monitor.intake.identity import Keyed, title_hash
from monitor.intake.versions import text_hash
from monitor.models import Article, ArticleAddress, Sighting, Source
from monitor.sources.markup import shortened
from monitor.states import TextFrom

_EXCERPT: Final = 300
# The same outlet with the same title so soon is the same article; a column that keeps its
# title from day to day is not.
_SAME_TITLE: Final = timedelta(hours=18)
_TITLE_WORDS: Final = 4
# A moved or edited article keeps so much of its title; a key that was reused does not.
_TITLE_SHARE: Final = 0.5
# From so many characters on, what a source carries is the whole article.
_WHOLE: Final = 1_200


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What one look brought, for the outlet it belongs to."""

    source_id: int
    outlet_id: int
    entries: Sequence[Keyed]
    # Of the source, for entries that name none.
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Which new articles have their page read."""

    reads_all: bool
    # The oldest that is read; older ones come with a source's first look.
    since: datetime


@dataclass(slots=True, kw_only=True)
class Stored:
    """What became of one look's entries."""

    # Articles the outlet had not shown.
    new: int = 0
    # Entries this source had not shown, also those another source of the outlet brought.
    fresh: int = 0
    edited: int = 0
    moved: int = 0


@dataclass(slots=True, kw_only=True)
class _Batch:
    """Rows being gathered; written together at the end."""

    now: datetime
    stamp: datetime
    reading: Reading
    articles: list[dict[str, Any]] = field(default_factory=list)
    sightings: list[dict[str, Any]] = field(default_factory=list)
    addresses: list[dict[str, Any]] = field(default_factory=list)
    # Articles of this batch, which no query can see yet.
    placed: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    # Outlets with articles, and sources with sightings, of before this batch.
    holding: set[int] = field(default_factory=set)
    sighted: set[int] = field(default_factory=set)


def store(
    session: Session,
    brought: Sequence[Brought],
    *,
    now: datetime,
    stamp: datetime,
    reading: Reading,
) -> dict[int, Stored]:
    """Keep each article once per outlet; answer what each source brought.

    Outlets are locked in order, so that two workers never add one article twice.
    """
    batch = _Batch(now=now, stamp=stamp, reading=reading)
    outlets = {one.outlet_id for one in brought}
    lock_outlets(session, outlets)
    batch.holding = _holding(session, outlets)
    batch.sighted = _sighted(session, [one.source_id for one in brought])
    found = {one.source_id: _take(session, batch, one) for one in brought}
    _write(session, batch)
    return found


def lock_outlets(session: Session, outlets: Collection[int]) -> None:
    """Let nobody else add, move or join articles of *outlets* until the transaction ends."""
    session.execute(
        select(Outlet.id)
        .where(Outlet.id.in_(outlets))
        .order_by(Outlet.id)
        .with_for_update(key_share=True)
    )


def _holding(session: Session, outlets: Collection[int]) -> set[int]:
    """Those that hold an article already. The first look of the others asks nothing.

    Asked once they are locked: what another worker stored while we waited is seen only by
    a statement that begins afterwards.
    """
    return set(
        session.scalars(
            select(Outlet.id).where(
                Outlet.id.in_(outlets), exists().where(Article.outlet_id == Outlet.id)
            )
        )
    )


def _sighted(session: Session, sources: Sequence[int]) -> set[int]:
    """The sources that showed an entry before."""
    return set(
        session.scalars(
            select(Source.id).where(
                Source.id.in_(sources), exists().where(Sighting.source_id == Source.id)
            )
        )
    )


def _take(session: Session, batch: _Batch, brought: Brought) -> Stored:
    stored = Stored()
    seen = _seen(session, brought) if brought.source_id in batch.sighted else {}
    fresh: list[Keyed] = []
    for one in brought.entries:
        row = seen.get(one.key_hash)
        if row is None:
            fresh.append(one)
        elif row.said_hash != one.said_hash:
            article = session.get_one(Article, row.article_id)
            if not _changed(session, batch, stored, article, one):
                # The key is another article's now; the old one keeps its other sightings.
                session.execute(delete(Sighting).where(*_same_sighting(brought, one)))
                fresh.append(one)
                continue
            session.execute(
                update(Sighting)
                .where(*_same_sighting(brought, one))
                .values(said_hash=one.said_hash)
            )
    stored.fresh = len(fresh)
    # The oldest first, so that a newer article has a higher id: sources begin with the newest.
    fresh.reverse()
    fresh.sort(key=lambda one: _said_at(one, batch.now))
    if fresh:
        _place(session, batch, stored, brought, fresh)
    return stored


def _said_at(one: Keyed, now: datetime) -> datetime:
    return one.entry.published.at if one.entry.published is not None else now


def _seen(session: Session, brought: Brought) -> dict[int, Any]:
    keys = [one.key_hash for one in brought.entries]
    rows = session.execute(
        select(Sighting.key_hash, Sighting.said_hash, Sighting.article_id).where(
            Sighting.source_id == brought.source_id, Sighting.key_hash.in_(keys)
        )
    )
    return {row.key_hash: row for row in rows}


def _place(
    session: Session,
    batch: _Batch,
    stored: Stored,
    brought: Brought,
    fresh: Sequence[Keyed],
) -> None:
    """Find the article of each entry that was not seen before, or begin one."""
    known, aliases = _NOTHING, dict[int, int]()
    if brought.outlet_id in batch.holding:
        known = _known(session, brought.outlet_id, fresh, since=batch.now - _SAME_TITLE)
        aliases = _aliases(session, brought.outlet_id, fresh)
    for one in fresh:
        twin = batch.placed.get((brought.outlet_id, one.address_hash))
        row = known.by_address.get(one.address_hash)
        article_id = aliases.get(one.address_hash) if row is None else row.id
        if twin is not None:
            _sight(batch, brought, one, twin)
        elif article_id is not None:
            _sight(batch, brought, one, {"id": article_id})
        elif (same := known.same_title(one)) is not None:
            _alias(batch, brought.outlet_id, one, same)
            _sight(batch, brought, one, {"id": same})
        else:
            _sight(batch, brought, one, _begin(batch, brought, one))
            stored.new += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    by_address: dict[int, Any]
    by_title: dict[int, Any]

    def same_title(self, one: Keyed) -> int | None:
        title = one.entry.title
        row = self.by_title.get(title_hash(title)) if _is_telling(title) else None
        if row is None:
            return None
        ours = one.entry.published.at if one.entry.published is not None else None
        apart = (
            abs(ours - row.published_at) > _SAME_TITLE
            if ours is not None and row.published_at is not None
            else False
        )
        return None if apart else row.id


def _is_telling(title: str) -> bool:
    """Whether a title says which article it is; most pages of a plain sitemap have none."""
    return title.count(" ") >= _TITLE_WORDS - 1


_NOTHING: Final = _Known(by_address={}, by_title={})


def _aliases(
    session: Session, outlet_id: int, fresh: Sequence[Keyed]
) -> dict[int, int]:
    rows = session.execute(
        select(ArticleAddress.address_hash, ArticleAddress.article_id).where(
            ArticleAddress.outlet_id == outlet_id,
            ArticleAddress.address_hash.in_([one.address_hash for one in fresh]),
        )
    )
    return {row.address_hash: row.article_id for row in rows}


def _known(
    session: Session, outlet_id: int, fresh: Sequence[Keyed], *, since: datetime
) -> _Known:
    titles = [one.entry.title for one in fresh if _is_telling(one.entry.title)]
    rows = session.execute(
        select(
            Article.id,
            Article.address_hash,
            Article.title_hash,
            Article.published_at,
            Article.first_seen_at,
        ).where(
            Article.outlet_id == outlet_id,
            or_(
                Article.address_hash.in_([one.address_hash for one in fresh]),
                # A column keeps its title for years.
                and_(
                    Article.title_hash.in_([title_hash(one) for one in titles]),
                    Article.first_seen_at >= since,
                ),
            ),
        )
    ).all()
    return _Known(
        by_address={row.address_hash: row for row in rows},
        by_title={row.title_hash: row for row in rows if row.first_seen_at >= since},
    )


def _begin(batch: _Batch, brought: Brought, one: Keyed) -> dict[str, Any]:
    entry, outlet_id = one.entry, brought.outlet_id
    text = entry.content or entry.summary
    published = entry.published
    is_recent = published is None or published.at >= batch.reading.since
    is_read = batch.reading.reads_all and is_recent and len(entry.content) < _WHOLE
    row: dict[str, Any] = {
        "outlet_id": outlet_id,
        "url": entry.url,
        "address_hash": one.address_hash,
        "title": entry.title or entry.url,
        "title_hash": title_hash(entry.title),
        "author": entry.author,
        "section": entry.section or brought.section,
        "image": entry.image,
        "published_at": published.at if published is not None else None,
        "published_as": str(published.precision) if published is not None else "",
        "first_seen_at": batch.now,
        "excerpt": shortened(entry.summary or text, _EXCERPT),
        "full_text": text,
        "text_from": TextFrom.ENTRY.value,
        "text_hash": text_hash(text),
        "next_read_at": batch.now if is_read else None,
        # What is read first is sifted then, once.
        "sift_at": None if is_read else batch.stamp,
    }
    batch.articles.append(row)
    batch.placed[outlet_id, one.address_hash] = row
    return row


def _sight(
    batch: _Batch, brought: Brought, one: Keyed, article: dict[str, Any]
) -> None:
    batch.sightings.append(
        {
            "source_id": brought.source_id,
            "key_hash": one.key_hash,
            "said_hash": one.said_hash,
            # New articles get their id when they are written.
            "article": article,
            "first_seen_at": batch.now,
        }
    )


def _alias(batch: _Batch, outlet_id: int, one: Keyed, article_id: int) -> None:
    batch.addresses.append(
        {
            "outlet_id": outlet_id,
            "url": one.entry.url,
            "address_hash": one.address_hash,
            "article_id": article_id,
            "first_seen_at": batch.now,
        }
    )


def _write(session: Session, batch: _Batch) -> None:
    if batch.articles:
        ids = reserve_ids(session, Article.__table__, len(batch.articles))  # type: ignore[arg-type]
        for row, article_id in zip(batch.articles, ids, strict=True):
            row["id"] = article_id
        session.execute(insert(Article.__table__), batch.articles)  # type: ignore[arg-type]
    if batch.addresses:
        session.execute(insert(ArticleAddress), _once(batch.addresses))
    if batch.sightings:
        for sighting in batch.sightings:
            sighting["article_id"] = sighting.pop("article")["id"]
        session.execute(insert(Sighting.__table__), batch.sightings)  # type: ignore[arg-type]


def _once(addresses: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(
        {(one["outlet_id"], one["address_hash"]): one for one in addresses}.values()
    )


def _changed(
    session: Session, batch: _Batch, stored: Stored, article: Article, one: Keyed
) -> bool:
    """An entry known by its key says something else: edited or moved.

    False when its key was reused for an article that has little in common with it.
    """
    title = one.entry.title
    if not changes.is_at(session, article, one.address_hash):
        if changes.title_share(article.title, title) < _TITLE_SHARE:
            return False
        stored.moved += changes.move(
            session, article, one.entry.url, one.address_hash, now=batch.now
        )
    if title:
        stored.edited += changes.retitle(
            article, title, now=batch.now, stamp=batch.stamp
        )
    return True


def _same_sighting(brought: Brought, one: Keyed) -> Sequence[ColumnElement[bool]]:
    return (
        Sighting.source_id == brought.source_id,
        Sighting.key_hash == one.key_hash,
    )
