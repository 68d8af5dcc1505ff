"""Which watches an article answers, and keeping that."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Self

from sqlalchemy import Executable, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from monitor.models import Watch, WatchMatch
from monitor.query.article import IndexedArticle
from monitor.query.evaluating import Passage
from monitor.query.percolating import Percolator
from monitor.query.reading import parse

_MOST_PASSAGES: Final = 20  # kept of one article; what shows more is noise
_TABLE: Final[Table] = WatchMatch.metadata.tables[WatchMatch.__tablename__]


def _keeping(made: sqlite.Insert | postgresql.Insert) -> Executable:
    return made.on_conflict_do_update(
        index_elements=["watch_id", "article_id"],
        set_={"passages": made.excluded.passages},
    )


_KEEP: Final = {
    "sqlite": _keeping(sqlite.insert(_TABLE)),
    "postgresql": _keeping(postgresql.insert(_TABLE)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchHit:
    watch_id: int
    article_id: int
    passages: Sequence[Passage]


class Watches:
    """The watches that are on, ready to be asked.

    On PostgreSQL, load them in a transaction that begins after the articles were indexed:
    a watch added meanwhile is then either loaded, or finds them when it looks back.
    """

    def __init__(
        self, asked: tuple[tuple[int, str], ...], percolator: Percolator[int]
    ) -> None:
        # With their queries: SQLite gives the id of a watch that was removed again.
        self._asked = asked
        self._percolator = percolator

    @classmethod
    def load(cls, session: Session, known: Self | None = None) -> Self:
        """The watches as they are now: *known* itself while nothing changed."""
        rows = session.execute(
            select(Watch.id, Watch.query).where(Watch.is_on).order_by(Watch.id)
        )
        asked = tuple((row.id, row.query) for row in rows)
        if known is not None and known._asked == asked:  # noqa: SLF001 - one of us
            return known
        return cls(
            asked, Percolator({watch_id: parse(query) for watch_id, query in asked})
        )

    def __len__(self) -> int:
        return len(self._asked)

    def matches(self, article: IndexedArticle) -> Sequence[WatchHit]:
        return [
            WatchHit(watch_id=watch_id, article_id=article.id, passages=passages)
            for watch_id, passages in self._percolator.matches(article)
        ]


def keep(session: Session, hits: Iterable[WatchHit], *, now: datetime) -> None:
    """Keep *hits*. One that is known keeps its moment and shows where it stands now.

    Those of a watch that was removed since it was asked are dropped.
    """
    hits = list(hits)
    asked = {hit.watch_id for hit in hits}
    there = set(session.scalars(select(Watch.id).where(Watch.id.in_(asked))))
    rows: list[dict[str, Any]] = [
        {
            "watch_id": hit.watch_id,
            "article_id": hit.article_id,
            "found_at": now,
            "passages": [asdict(one) for one in hit.passages[:_MOST_PASSAGES]],
        }
        for hit in hits
        if hit.watch_id in there
    ]
    if not rows:
        return
    session.execute(_KEEP[session.get_bind().dialect.name], rows)
