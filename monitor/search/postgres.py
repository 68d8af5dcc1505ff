"""The index in PostgreSQL: a tsvector of our own words under a GIN index.

GIN knows no order. The newest articles are read one by one, which finds what is frequent;
then strides go back that grow, kept apart by words for buckets of ids inside the vector.
What is left after the long ones is one look at everything, which is quick for words and
dear where places matter: those are read article by article.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from monitor.models.search_index import TABLE
from monitor.query.article import IndexedArticle
from monitor.search.looks import Look, has_places, has_prefix
from monitor.search.words import BUCKETS, as_vector, bucket
from monitor.search.writing import tsquery

_PUT: Final = text(
    f"INSERT INTO {TABLE} (article_id, words)"  # noqa: S608 - our own name
    " VALUES (:id, CAST(:words AS tsvector))"
    " ON CONFLICT (article_id) DO UPDATE SET words = excluded.words"
)
_REMOVE: Final = text(f"DELETE FROM {TABLE} WHERE article_id = ANY(:ids)")  # noqa: S608
# The newest article, and what is found in it and those just before. `IS TRUE` keeps the
# planner from the index, which has no order.
_WALK: Final = text(
    f"SELECT latest.id, ARRAY(SELECT article_id FROM {TABLE}"  # noqa: S608 - our own name
    " WHERE article_id > latest.id - :walked AND article_id <= latest.id"
    " AND article_id >= :since AND (words @@ CAST(:query AS tsquery)) IS TRUE"
    " ORDER BY article_id DESC LIMIT :lot)"
    f" FROM (SELECT max(article_id) AS id FROM {TABLE} WHERE article_id < :before)"
    " AS latest"
)
# All strides in one statement, which does not begin another once it has enough. Sorted
# outside, so that no planner walks backwards for a word it takes for frequent.
_LOOK: Final = text(
    "SELECT found.article_id FROM unnest(CAST(:firsts AS integer[]),"  # noqa: S608
    " CAST(:lasts AS integer[]), CAST(:queries AS text[]))"
    " AS stride(first, last, query) CROSS JOIN LATERAL ("
    "WITH seen AS MATERIALIZED ("
    f"SELECT article_id FROM {TABLE} WHERE words @@ CAST(stride.query AS tsquery)"
    " AND (CAST(:near AS tsquery) IS NULL"
    " OR (words @@ CAST(:near AS tsquery)) IS TRUE))"
    " SELECT article_id FROM seen WHERE article_id BETWEEN stride.first AND stride.last"
    " ORDER BY article_id DESC) AS found LIMIT :lot"
)
# One call: each reads the whole vector. A word of the title counts as five of the body.
_RANKED: Final = text(
    f"SELECT article_id FROM {TABLE} WHERE article_id = ANY(:ids)"  # noqa: S608
    " ORDER BY ts_rank('{0.2, 0, 0, 1}', words, CAST(:query AS tsquery), 1) DESC,"
    " article_id DESC LIMIT :limit"
)
_WALKED: Final = 256  # articles read one by one; 6 to 20 microseconds each
_FIRST_STRIDE: Final = 1 << BUCKETS[0][0]
_FREQUENT: Final = 32  # found among those
_LONG: Final = 1 << 16
_EVERY: Final = 1 << 31
_MOST_BUCKETS: Final = 6  # in one look: each costs a little on every article
_MOST: Final = 2_000  # ids in a lot


def index(session: Session, articles: Iterable[IndexedArticle]) -> None:
    rows = [{"id": article.id, "words": as_vector(article)} for article in articles]
    if rows:
        session.execute(_PUT, rows)


def remove(session: Session, ids: Sequence[int]) -> None:
    session.execute(_REMOVE, {"ids": list(ids)})


def newest(
    session: Session, look: Look, *, before: int, since: int, lot: int
) -> Iterator[Sequence[int]]:
    """Ids of articles, the newest first, in lots, of which the first has at most *lot*."""
    query = near = tsquery(look)
    if (said := tsquery(look, is_near=True)) != query:
        near = f"({query}) & ({said})"
    last = before - 1
    while True:
        asked = {"query": near, "before": last + 1, "since": since, "lot": lot}
        latest, found = session.execute(_WALK, {**asked, "walked": _WALKED}).one()
        yield found
        is_full = len(found) == lot
        last = found[-1] - 1 if is_full else (latest or 0) - _WALKED
        # What is frequent goes on like this: GIN would gather all of it.
        if last < since or not (is_full or len(found) >= _FREQUENT):
            break
    most = _most(look)
    while looked := list(strides(last, since, most)):
        asked = {"near": near if near != query else None, "lot": lot}
        found = session.scalars(_LOOK, {**_strided(query, looked, most), **asked}).all()
        yield found
        if len(found) < lot:
            return
        last, lot = found[-1] - 1, min(2 * lot, _MOST)


def _most(look: Look) -> int:
    """The longest stride worth its buckets; after it the rest is one look.

    GIN passes a million articles in 30 ms and with buckets in 60. Where places matter each
    candidate is read, and for a beginning each look gathers all its words first.
    """
    if has_places(look):
        return _EVERY
    return 0 if has_prefix(look) else _LONG


def _strided(
    query: str, looked: Sequence[tuple[int, int]], most: int
) -> dict[str, object]:
    firsts, lasts = zip(*looked, strict=True)
    queries = []
    for first, last in looked:
        held = _buckets(first, last) if last - first <= 4 * most else ()
        words = " | ".join(f"'{word}'" for word in held)
        queries.append(f"({query}) & ({words})" if words else query)
    return {"firsts": list(firsts), "lasts": list(lasts), "queries": queries}


def strides(last: int, since: int, most: int) -> Iterator[tuple[int, int]]:
    """Ranges of ids back from *last* that grow, cut at buckets.

    After one of *most* the rest comes at once.
    """
    growth = 2 if most == _EVERY else 4
    size = _FIRST_STRIDE
    while last >= max(since, 1):
        shift = max(one for one, _ in BUCKETS if 1 << one <= size)
        first = max(last - size + 1, 0) >> shift << shift if size <= most else 0
        yield max(first, since), last
        last, size = first - 1, size * growth


def _buckets(first: int, last: int) -> Sequence[str]:
    """The words of the fewest buckets from *first* to *last*; none for all there are."""
    for level, (shift, _) in enumerate(BUCKETS):
        numbers = range(first >> shift, (last >> shift) + 1)
        if len(numbers) <= _MOST_BUCKETS:
            return [bucket(one << shift, level) for one in numbers]
    return ()


def ranked(
    session: Session, look: Look, *, ids: Sequence[int], limit: int
) -> Sequence[int]:
    """The best *limit* of *ids*."""
    return session.scalars(
        _RANKED, {"query": tsquery(look), "ids": list(ids), "limit": limit}
    ).all()
