"""What is not kept for good (promise L6): full texts, their versions, old polls."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from core.db import Database
from core.settings import Retention
from monitor import search
from monitor.intake import recording
from monitor.models import Article, ArticleVersion, Source

# Articles in one transaction, so that the ledger never waits long.
_BATCH: Final = 100


def forget(database: Database, retention: Retention, *, now: datetime) -> int:
    """Drop full texts first seen before the retention, in batches; answer how many.

    Outlets with a source that carries a licence keep theirs as long as the licence says.
    """
    with database.write() as session:
        recording.forget_polls(session, now=now)
    dropped = 0
    while batch := _forget_batch(database, retention, now=now):
        dropped += batch
    return dropped


def _forget_batch(database: Database, retention: Retention, *, now: datetime) -> int:
    before = now - timedelta(days=retention.full_text_days)
    with database.write() as session:
        licensed = [
            row.outlet_id
            for row in session.execute(select(Source.outlet_id, Source.options))
            if _licensed_until(row.options, now)
        ]
        ids = session.scalars(
            select(Article.id)
            .where(
                Article.first_seen_at < before,
                Article.full_text.is_not(None),
                Article.outlet_id.not_in(licensed),
            )
            .limit(_BATCH)
        ).all()
        session.execute(
            update(Article).where(Article.id.in_(ids)).values(full_text=None)
        )
        session.execute(
            update(ArticleVersion)
            .where(ArticleVersion.article_id.in_(ids))
            .values(full_text=None)
        )
        rows = session.scalars(
            select(Article)
            .where(Article.id.in_(ids))
            .options(joinedload(Article.outlet))
        ).all()
        # Searching goes on with title and excerpt.
        search.index(session, [search.of_row(row) for row in rows])
        return len(ids)


def _licensed_until(options: dict[str, object], now: datetime) -> bool:
    """Whether a source's licence to keep texts runs: `licence_until`, a day, or for good."""
    until = options.get("licence_until")
    return bool(options.get("licence")) and (
        not isinstance(until, str) or until >= now.date().isoformat()
    )
