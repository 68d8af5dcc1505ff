"""The index in SQLite: an FTS5 table whose row is the article's id.

FTS5 walks backwards by id as fast as forwards, so the newest come first for nothing. A
beginning of words (`con*`) it gathers whole before it answers, so the newest articles
are read for it one by one first: what is frequent is found there.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from monitor.models.search_index import TABLE
from monitor.query.article import IndexedArticle
from monitor.query.tree import Field
from monitor.search.looks import Look, has_prefix, holds
from monitor.search.words import MOST_TITLE_WORDS, marks
from monitor.search.writing import fts5

_REMOVE: Final = text(f"DELETE FROM {TABLE} WHERE rowid IN :ids").bindparams(  # noqa: S608
    bindparam("ids", expanding=True)
)
_PUT: Final = text(
    f"INSERT INTO {TABLE} (rowid, title, body, marks)"  # noqa: S608 - our own name
    " VALUES (:id, :title, :body, :marks)"
)
_NEWEST: Final = text(
    f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH :query"  # noqa: S608
    " AND rowid < :before AND rowid >= :since ORDER BY rowid DESC LIMIT :limit"
)
# A word of the title counts as five of the body; marks are no words of the text.
_RANKED: Final = text(
    f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH :query"  # noqa: S608
    " AND rowid < :before AND rowid >= :since"
    f" ORDER BY bm25({TABLE}, 5.0, 1.0, 0.0), rowid DESC LIMIT :limit"
)
_WALK: Final = text(
    f"SELECT rowid, title, body, marks FROM {TABLE}"  # noqa: S608
    " WHERE rowid < :before AND rowid >= :since ORDER BY rowid DESC"
    " LIMIT 256"
)
_WALKED: Final = 256
_MOST: Final = 2_000  # ids in a lot


def index(session: Session, articles: Iterable[IndexedArticle]) -> None:
    held = list(articles)
    if not held:
        return
    remove(session, [article.id for article in held])
    session.execute(_PUT, [_row(article) for article in held])


def _row(article: IndexedArticle) -> dict[str, int | str]:
    return {
        "id": article.id,
        "title": " ".join(article.parts[Field.TITLE].words[:MOST_TITLE_WORDS]),
        "body": " ".join(article.body.words),
        "marks": " ".join(marks(article)),
    }


def remove(session: Session, ids: Sequence[int]) -> None:
    session.execute(_REMOVE, {"ids": list(ids)})


def newest(
    session: Session, look: Look, *, before: int, since: int, lot: int
) -> Iterator[Sequence[int]]:
    """Ids of articles, the newest first, in lots, of which the first has at most *lot*."""
    if has_prefix(look):
        rows = _latest(session, before=before, since=since)
        yield [one for one, words in rows if holds(look, words)]
        if len(rows) < _WALKED:
            return
        before = rows[-1][0]
    query, size = fts5(look), lot
    while True:
        found = session.scalars(
            _NEWEST, {"query": query, "before": before, "since": since, "limit": size}
        ).all()
        if found:
            yield found
        if len(found) < size:
            return
        before, size = found[-1], min(2 * size, _MOST)


def _latest(session: Session, *, before: int, since: int) -> list[tuple[int, str]]:
    rows = session.execute(_WALK, {"before": before, "since": since})
    return [
        (one, f" {title} · {body} · {marked} ") for one, title, body, marked in rows
    ]


def ranked(
    session: Session, look: Look, *, ids: Sequence[int], limit: int
) -> Sequence[int]:
    """The best *limit* of *ids*, which are all that answer from the last of them on."""
    if not ids:
        return ()
    asked = {
        "query": fts5(look),
        "before": max(ids) + 1,
        "since": min(ids),
        "limit": limit,
    }
    return session.scalars(_RANKED, asked).all()
