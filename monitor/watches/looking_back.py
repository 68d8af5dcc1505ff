"""A watch looks through what was stored before it (promise L5), in lots, the newest first.

How far it is stands in its row: any worker goes on from there, after any crash. Two who
work on the same lot keep the same matches.
"""

from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session

from core.db import Database
from monitor import search
from monitor.models import Watch
from monitor.query.evaluating import evidence, question
from monitor.query.reading import parse
from monitor.watches.watching import WatchHit, keep

_LOT: Final = 100  # articles cut in .1 s, then kept in one short transaction
_LOTS: Final = 20


def look_back(database: Database, *, now: datetime, lots: int = _LOTS) -> int:
    """Go on with what is left, at most *lots* of it. How many were done; 0 when none is."""
    for done in range(lots):
        with database.read() as session:
            watch = session.scalar(_waiting())
            if watch is None:
                return done
            hits, reached = _lot(session, watch)
        with database.write() as session:
            # A watch that was removed meanwhile keeps nothing.
            if session.get(Watch, watch.id) is None:
                continue
            keep(session, hits, now=now)
            session.execute(
                update(Watch)
                .where(Watch.id == watch.id, _is_from(watch.looked_back_to))
                .values(looked_back_to=reached)
            )
    return lots


def _waiting() -> Select[Watch]:
    return (
        select(Watch)
        .where(
            Watch.is_on, or_(Watch.looked_back_to.is_(None), Watch.looked_back_to != 0)
        )
        .order_by(Watch.id)
        .limit(1)
    )


def _is_from(reached: int | None) -> ColumnElement[bool]:
    if reached is None:
        return Watch.looked_back_to.is_(None)
    return Watch.looked_back_to == reached


def _lot(session: Session, watch: Watch) -> tuple[list[WatchHit], int]:
    """The matches of the next lot, and how far it goes: 0 when it is the last."""
    node = parse(watch.query)
    asked = question(node)
    ids = list(
        islice(search.article_ids(session, node, before=watch.looked_back_to), _LOT)
    )
    hits = []
    for article, _ in search.readable(session, ids):
        passages = evidence(asked, article)
        if passages is not None:
            hits.append(
                WatchHit(watch_id=watch.id, article_id=article.id, passages=passages)
            )
    return hits, ids[-1] if len(ids) == _LOT else 0
