"""The index in PostgreSQL: a tsvector of our own words under a GIN index.

GIN knows no order. The newest articles are read one by one, which finds what is frequent;
then buckets of ids, named by a word inside the vector, go back in growing strides, which
finds what is rare: no stride reads many more rows than one page of hits needs.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from monitor.models.search_index import TABLE
from monitor.query.article import IndexedArticle
from monitor.search.looks import Look
from monitor.search.words import BUCKETS, as_vector, bucket
from monitor.search.writing import tsquery

_PUT: Final = text(
    f"INSERT INTO {TABLE} (article_id, words)"  # noqa: S608 - our own name
    " VALUES (:id, CAST(:words AS tsvector))"
    " ON CONFLICT (article_id) DO UPDATE SET words = excluded.words"
)
_REMOVE: Final = text(f"DELETE FROM {TABLE} WHERE article_id = ANY(:ids)")  # noqa: S608
_LATEST: Final = text(f"SELECT max(article_id) FROM {TABLE}")  # noqa: S608
_WALK: Final = text(
    f"SELECT article_id FROM {TABLE} WHERE article_id BETWEEN :first AND :last"  # noqa: S608
    " AND words @@ CAST(:query AS tsquery) ORDER BY article_id DESC"
)
# Sorted outside, so that no planner walks backwards for a word it takes for frequent.
_LOOK: Final = text(
    "WITH found AS MATERIALIZED ("  # noqa: S608 - our own name
    f" SELECT article_id FROM {TABLE} WHERE words @@ CAST(:query AS tsquery))"
    " SELECT article_id FROM found WHERE article_id BETWEEN :first AND :last"
    " ORDER BY article_id DESC"
)
# One call: each reads the whole vector. A word of the title counts as five of the body.
_RANKED: Final = text(
    f"SELECT article_id FROM {TABLE} WHERE article_id = ANY(:ids)"  # noqa: S608
    " ORDER BY ts_rank('{0.2, 0, 0, 1}', words, CAST(:query AS tsquery), 1) DESC,"
    " article_id DESC LIMIT :limit"
)
_WALKED: Final = 256  # articles read one by one; 20 microseconds each
_FIRST_STRIDE: Final = 1 << BUCKETS[0][0]
_MOST_BUCKETS: Final = 17  # of one kind in one look


def index(session: Session, articles: Iterable[IndexedArticle]) -> None:
    rows = [{"id": article.id, "words": as_vector(article)} for article in articles]
    if rows:
        session.execute(_PUT, rows)


def remove(session: Session, ids: Sequence[int]) -> None:
    session.execute(_REMOVE, {"ids": list(ids)})


def newest(
    session: Session, look: Look, *, before: int, since: int
) -> Iterator[Sequence[int]]:
    """Ids of articles, the newest first, in lots."""
    latest = session.scalar(_LATEST) or 0
    last = min(before - 1, latest)
    query = tsquery(look)
    walked = max(last - _WALKED, 0) + 1
    stride = {"query": query, "first": max(walked, since), "last": last}
    if found := session.scalars(_WALK, stride).all():
        yield found
    for first, until in strides(walked - 1, since):
        buckets = " | ".join(f"'{word}'" for word in _buckets(first, until))
        asked = f"({query}) & ({buckets})" if buckets else query
        found = session.scalars(
            _LOOK, {"query": asked, "first": max(first, since), "last": until}
        ).all()
        if found:
            yield found


def strides(last: int, since: int) -> Iterator[tuple[int, int]]:
    """Ranges of ids back from *last*, each four times the one before, cut at buckets."""
    size = _FIRST_STRIDE
    while last >= max(since, 1):
        shift = max(one for one, _ in BUCKETS if 1 << one <= size)
        first = max(last - size + 1, 0) >> shift << shift
        yield first, last
        last, size = first - 1, size * 4


def _buckets(first: int, last: int) -> Sequence[str]:
    """The words of the buckets from *first* to *last*; none for all there are."""
    if first == 0:
        return ()
    for level, (shift, _) in enumerate(BUCKETS):
        if (last >> shift) - (first >> shift) <= _MOST_BUCKETS:
            return [
                bucket(one << shift, level)
                for one in range(first >> shift, (last >> shift) + 1)
            ]
    return ()


def ranked(
    session: Session, look: Look, *, ids: Sequence[int], limit: int
) -> Sequence[int]:
    """The best *limit* of *ids*."""
    return session.scalars(
        _RANKED, {"query": tsquery(look), "ids": list(ids), "limit": limit}
    ).all()
