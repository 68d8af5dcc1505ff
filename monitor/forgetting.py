"""What is not kept for good (promise L6): full texts, their versions, old polls, sketches.

Looked for in reading transactions and dropped in short writing ones, so that the ledger
never waits for a look through a million articles.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from core.db import Database
from core.settings import Retention
from monitor import search
from monitor.catalogue.licences import licensed
from monitor.intake import recording, storing
from monitor.matching.stories import WINDOW
from monitor.models import Article, ArticleVersion, Poll, Sketch

# Articles in one transaction.
_BATCH: Final = 100
_POLLS: Final = 2_000
# As long as a copy may come, and as the index of stories reaches back.
_SKETCHED: Final = 2 * WINDOW
# Ids looked for at once.
_MOST: Final = 20_000


def forget(database: Database, retention: Retention, *, now: datetime) -> int:
    """Drop full texts first seen before the retention; answer how many.

    Outlets with a source that carries a licence keep theirs as long as the licence says.
    """
    _forget_polls(database, now=now)
    _forget_sketches(database, now=now)
    before = now - timedelta(days=retention.full_text_days)
    dropped = 0
    while ids := _due(database, before=before, now=now):
        for start in range(0, len(ids), _BATCH):
            _forget(database, ids[start : start + _BATCH])
        dropped += len(ids)
    return dropped


def _forget_polls(database: Database, *, now: datetime) -> None:
    while True:
        with database.read() as session:
            ids = recording.old_polls(session, now=now, limit=_POLLS)
        if not ids:
            return
        with database.write() as session:
            session.execute(delete(Poll).where(Poll.id.in_(ids)))


def _forget_sketches(database: Database, *, now: datetime) -> None:
    """What no copy is compared with any more; stories and their articles stay."""
    old = (
        select(Sketch.id)
        .where(Sketch.appeared_at < now - _SKETCHED)
        .order_by(Sketch.id)
        .limit(_POLLS)
    )
    while True:
        with database.read() as session:
            ids = session.scalars(old).all()
        if not ids:
            return
        with database.write() as session:
            session.execute(delete(Sketch).where(Sketch.id.in_(ids)))


def _due(database: Database, *, before: datetime, now: datetime) -> Sequence[int]:
    with database.read() as session:
        return session.scalars(
            select(Article.id)
            .where(
                Article.first_seen_at < before,
                Article.full_text.is_not(None),
                Article.outlet_id.not_in(list(licensed(session, now.date()))),
            )
            .order_by(Article.id)
            .limit(_MOST)
        ).all()


def _forget(database: Database, ids: Sequence[int]) -> None:
    with database.write() as session:
        rows = session.scalars(
            select(Article)
            .where(Article.id.in_(ids))
            .options(joinedload(Article.outlet))
        ).all()
        storing.lock_outlets(session, {row.outlet_id for row in rows})
        session.execute(
            update(Article).where(Article.id.in_(ids)).values(full_text=None)
        )
        session.execute(
            update(ArticleVersion)
            .where(ArticleVersion.article_id.in_(ids))
            .values(full_text=None)
        )
        # Searching goes on with title and excerpt.
        search.index(session, [search.of_row(row) for row in rows])
