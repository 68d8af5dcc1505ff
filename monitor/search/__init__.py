"""Full-text search over stored articles, alike on SQLite and PostgreSQL.

query -> tree -> looks (what an index can say) -> candidates -> checked on the text -> hits
"""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from monitor.query.article import IndexedArticle
from monitor.search.engines import engine
from monitor.search.finding import (
    Found,
    Hit,
    Order,
    Within,
    article_ids,
    first_seen,
    of_row,
    readable,
    search,
    seen_at,
)

__all__ = [
    "Found",
    "Hit",
    "Order",
    "Within",
    "article_ids",
    "first_seen",
    "index",
    "of_row",
    "readable",
    "remove",
    "search",
    "seen_at",
]


def index(session: Session, articles: Iterable[IndexedArticle]) -> None:
    """Put articles into the index, or put them anew. Also when a text is forgotten."""
    engine(session).index(session, articles)


def remove(session: Session, ids: Sequence[int]) -> None:
    """Take articles out of the index."""
    engine(session).remove(session, ids)
