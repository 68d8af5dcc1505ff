"""Which sources are due, taken by one worker at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from monitor.models import Source

# Longer than any fetch of a source and of its new articles takes.
LEASE = timedelta(minutes=10)


def claim(
    session: Session, *, now: datetime, stamp: datetime, token: str, limit: int
) -> Sequence[int]:
    """Lease up to *limit* due sources. The next poll is moved before the fetch.

    A crash then cannot leave a source due for ever. The condition is part of the update:
    of two workers that saw the same row, one changes it and the other changes nothing.
    """
    free = _free(stamp)
    due = (
        select(Source.id)
        .where(Source.next_poll_at <= now, free)
        .order_by(Source.next_poll_at)
        .limit(limit)
    )
    return session.scalars(
        update(Source)
        .where(Source.id.in_(due.scalar_subquery()), free)
        .values(
            lease=token,
            leased_until=stamp + LEASE,
            next_poll_at=now + timedelta(minutes=30),
        )
        .returning(Source.id)
    ).all()


def claim_one(session: Session, source_id: int, *, stamp: datetime, token: str) -> bool:
    """Lease one source whether it is due or not."""
    taken = session.scalars(
        update(Source)
        .where(Source.id == source_id, _free(stamp))
        .values(lease=token, leased_until=stamp + LEASE)
        .returning(Source.id)
    ).all()
    return bool(taken)


def next_due(session: Session, *, now: datetime, stamp: datetime) -> datetime | None:
    """When a source falls due next; *now* while one is being read."""
    busy = session.scalar(
        select(func.count())
        .select_from(Source)
        .where(and_(Source.lease.is_not(None), Source.leased_until > stamp))
    )
    if busy:
        return now
    return session.scalar(select(func.min(Source.next_poll_at)))


def _free(stamp: datetime) -> ColumnElement[bool]:
    return or_(Source.lease.is_(None), Source.leased_until <= stamp)
