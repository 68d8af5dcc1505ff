"""Which sources and articles one worker takes: leases in rows, by one conditional update."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.jobs import Share
from monitor.models import Article, Source

# Longer than any look takes: its fetches, its parsing and its storing.
LEASE = timedelta(minutes=5)
# A look that is cut off comes again then, whatever its interval.
_AGAIN = timedelta(minutes=10)
# Pages of one outlet taken at once.
_PAGES = 3
# Rounds of asking around domains that fill the queue with their own sources.
_ROUNDS = 4
# The longest due are asked which shares they are of: behind so many, all of them.
_LOOKED_AT = 1000


def claim(
    session: Session,
    *,
    now: datetime,
    stamp: datetime,
    token: str,
    limit: int,
    kinds: Sequence[str],
    share: Share | None = None,
) -> Sequence[int]:
    """Lease up to *limit* due sources of *kinds*, the longest due first, one for each domain.

    The next poll is moved before the fetch, so that a crash cannot leave a source due for
    ever. The condition is part of the update: of two workers that saw the same row, one
    changes it and the other changes nothing.
    """
    chosen = _choose(
        session, now=now, stamp=stamp, limit=limit, kinds=kinds, share=share
    )
    if not chosen:
        return []
    taken = set(
        session.scalars(
            update(Source)
            .where(Source.id.in_(chosen), _free(stamp), Source.next_poll_at <= now)
            .values(lease=token, leased_until=stamp + LEASE, next_poll_at=now + _AGAIN)
            .returning(Source.id)
        )
    )
    return [one for one in chosen if one in taken]


def _choose(
    session: Session,
    *,
    now: datetime,
    stamp: datetime,
    limit: int,
    kinds: Sequence[str],
    share: Share | None,
) -> Sequence[int]:
    """The longest due source of each domain that nobody is asking.

    A domain with thousands of sources fills the front of the queue; the next round looks
    behind it, so that it holds nobody up.
    """
    busy = set(
        session.scalars(select(Source.domain).where(Source.leased_until > stamp))
    )
    chosen: dict[str, int] = {}
    for _ in range(_ROUNDS):
        rows = session.execute(
            select(Source.id, Source.domain)
            .where(
                Source.next_poll_at <= now,
                _free(stamp),
                Source.kind.in_(kinds),
                Source.domain.not_in(busy | chosen.keys()),
                _of(share, Source.outlet_id),
            )
            .order_by(Source.next_poll_at, Source.id)
            .limit(limit * 2)
        ).all()
        for source_id, domain in rows:
            chosen.setdefault(domain, source_id)
        if len(chosen) >= limit or len(rows) < limit * 2:
            break
    return list(chosen.values())[:limit]


def claim_one(session: Session, source_id: int, *, stamp: datetime, token: str) -> bool:
    """Lease one source whether it is due or not."""
    taken = session.scalars(
        update(Source)
        .where(Source.id == source_id, _free(stamp))
        .values(lease=token, leased_until=stamp + LEASE)
        .returning(Source.id)
    ).all()
    return bool(taken)


def claim_reads(
    session: Session,
    *,
    now: datetime,
    stamp: datetime,
    limit: int,
    share: Share | None = None,
) -> Sequence[int]:
    """Lease articles whose page is due, the newest few of each outlet first.

    A few, because a pass waits for its slowest page: the domain's pace keeps them apart.
    """
    free = _unread(stamp)
    busy = select(Article.outlet_id).where(Article.reading_until > stamp)
    place = func.row_number().over(
        partition_by=Article.outlet_id, order_by=Article.id.desc()
    )
    numbered = (
        select(Article.id, place.label("place"))
        .where(
            Article.next_read_at <= now,
            free,
            Article.outlet_id.not_in(busy),
            _of(share, Article.outlet_id),
        )
        .subquery()
    )
    newest = (
        select(numbered.c.id)
        .where(numbered.c.place <= _PAGES)
        .order_by(numbered.c.place)
        .limit(limit)
    )
    # What another worker changes just now is left for the next time.
    due = (
        select(Article.id)
        .where(Article.id.in_(newest), Article.next_read_at <= now, free)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(
        update(Article)
        .where(Article.id.in_(due.scalar_subquery()))
        .values(reading_until=stamp + LEASE)
        .returning(Article.id)
    ).all()


def claim_sifts(
    session: Session, *, stamp: datetime, limit: int, share: Share | None = None
) -> Sequence[int]:
    """Take articles that are to be sifted, oldest first; moving the mark is the lease."""
    due = (
        select(Article.id)
        .where(Article.sift_at <= stamp, _of(share, Article.outlet_id))
        .order_by(Article.sift_at, Article.id)
        .limit(limit)
        # Two workers take different ones instead of waiting for each other.
        .with_for_update(skip_locked=True)
    )
    return session.scalars(
        update(Article)
        .where(Article.id.in_(due.scalar_subquery()), Article.sift_at <= stamp)
        .values(sift_at=stamp + LEASE)
        .returning(Article.id)
    ).all()


def due_shares(
    session: Session, of: int, *, now: datetime, stamp: datetime, kinds: Sequence[str]
) -> Collection[int]:
    """The shares that have a source to poll. A share is some outlets with all of theirs.

    So that one outlet's site is asked by one worker at a time.
    """
    return _shares(
        session,
        of,
        select(Source.outlet_id)
        .where(Source.next_poll_at <= now, _free(stamp), Source.kind.in_(kinds))
        .order_by(Source.next_poll_at),
    )


def due_read_shares(
    session: Session, of: int, *, now: datetime, stamp: datetime
) -> Collection[int]:
    """The shares that have a page to read."""
    return _shares(
        session,
        of,
        select(Article.outlet_id)
        .where(Article.next_read_at <= now, _unread(stamp))
        .order_by(Article.next_read_at),
    )


def due_sift_shares(session: Session, of: int, *, stamp: datetime) -> Collection[int]:
    """The shares that have an article to sift."""
    return _shares(
        session,
        of,
        select(Article.outlet_id)
        .where(Article.sift_at <= stamp)
        .order_by(Article.sift_at),
    )


def _shares(session: Session, of: int, due: Select[int]) -> Collection[int]:
    outlet = due.limit(_LOOKED_AT).subquery().c.outlet_id
    return session.scalars(select(outlet % of).distinct()).all()


def _of(share: Share | None, outlet: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return true() if share is None else outlet % share.of == share.number


def next_due(session: Session, *, now: datetime, stamp: datetime) -> datetime | None:
    """When a source falls due next; *now* while one is being read."""
    busy = session.scalar(select(Source.id).where(Source.leased_until > stamp).limit(1))
    if busy is not None:
        return now
    return session.scalar(select(func.min(Source.next_poll_at)))


def next_read(session: Session, *, now: datetime, stamp: datetime) -> datetime | None:
    """When a page falls due next; *now* while one is being read."""
    busy = session.scalar(
        select(Article.id).where(Article.reading_until > stamp).limit(1)
    )
    if busy is not None:
        return now
    return session.scalar(select(func.min(Article.next_read_at)))


def _free(stamp: datetime) -> ColumnElement[bool]:
    return or_(Source.lease.is_(None), Source.leased_until <= stamp)


def _unread(stamp: datetime) -> ColumnElement[bool]:
    return or_(Article.reading_until.is_(None), Article.reading_until <= stamp)
