"""Searching: `search(session, query)` gives hits with their passages, and how far it looked.

The index names candidates; each is checked on its text, which also shows where the words
stand. Both databases answer alike.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, load_only

from core.models import Outlet
from monitor.models import Article, Coverage
from monitor.query.article import IndexedArticle, indexed_article, part_of
from monitor.query.evaluating import Passage, evidence, places_sought, question
from monitor.query.reading import parse
from monitor.query.tree import All, Field, Node, Phrase, phrases
from monitor.search.engines import engine
from monitor.search.looks import NONE, Look, Outlets, looks
from monitor.states import Decision

_NEVER: Final = 2**31 - 1
# Candidates checked on their texts for one page: a text is cut in .4 ms. More are only
# needed where the index cannot say what is asked (="ONU" where everybody writes onu).
MOST_CHECKED: Final = 60
# Of how many of the newest hits the best are chosen.
MOST_RANKED: Final = 300
LIMIT: Final = 20
_LOT: Final = 500  # ids asked for at a time by those who read on
_MOST_LOTS: Final = 40  # of them that are asked which are covered, for one page


class Order(StrEnum):
    NEWEST = "newest"
    RANK = "rank"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that answers, and where its words stand in the title and the body."""

    article_id: int
    outlet: str
    title: str
    # The text that was searched: the full text, or the excerpt once that is forgotten.
    body: str
    url: str
    language: str
    published_at: datetime | None
    published_as: str
    first_seen_at: datetime
    passages: Sequence[Passage]
    # Whether the full text was there to be searched.
    is_full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    hits: Sequence[Hit]
    # To go on from, as `after`; None when there is no more.
    after: int | None
    # Ranked: the best of this many of the newest hits, and whether those were all.
    ranked: int = 0
    is_whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """What a search is limited to."""

    since: datetime | None = None
    until: datetime | None = None
    outlet: str = ""
    language: str = ""
    # Only what counts as coverage of a release.
    covered: bool = False


def search(
    session: Session,
    query: str,
    *,
    order: Order = Order.NEWEST,
    within: Within | None = None,
    limit: int = LIMIT,
    after: int | None = None,
) -> Found:
    """Articles that answer *query*. Raises BadInput, which points at the character."""
    node = _limited(parse(query), within or Within())
    look = looks(node, _outlets(session, node))
    if look == NONE:
        return Found(hits=(), after=None)
    within = within or Within()
    bounds = _bounds(session, within, after=after)
    if order is Order.RANK:
        return _ranked(session, node, look, bounds=bounds, limit=limit)
    return _newest(session, node, look, bounds=bounds, limit=limit)


def article_ids(
    session: Session, node: Node, *, since: int = 0, before: int | None = None
) -> Iterator[int]:
    """Candidates for *node*, the newest first: every article that answers is among them."""
    look = looks(node, _outlets(session, node))
    if look == NONE:
        return
    last = _NEVER if before is None else before
    for lot in engine(session).newest(
        session, look, before=last, since=since, lot=_LOT
    ):
        yield from lot


def readable(
    session: Session, ids: Sequence[int]
) -> Sequence[tuple[IndexedArticle, datetime]]:
    """The articles with *ids* as queries see them, in that order, and when each was seen."""
    return [(of_row(row), row.first_seen_at) for row in _rows(session, ids)]


def seen_at(session: Session, ids: Sequence[int]) -> Mapping[int, datetime]:
    """When each of *ids* was first seen."""
    asked = select(Article.id, Article.first_seen_at).where(Article.id.in_(ids))
    return {row.id: row.first_seen_at for row in session.execute(asked)}


def first_seen(session: Session, moment: datetime) -> int:
    """The first article seen at *moment* or later; none is newer than _NEVER."""
    found = session.scalar(
        select(Article.id)
        .where(Article.first_seen_at >= moment)
        .order_by(Article.first_seen_at, Article.id)
        .limit(1)
    )
    return _NEVER if found is None else found


def _limited(node: Node, within: Within) -> Node:
    extra: list[Node] = []
    if within.outlet:
        written = part_of(within.outlet).words
        extra.append(Phrase(written=tuple(written) or ("-",), field=Field.OUTLET))
    if within.language:
        extra.append(Phrase(written=(within.language,), field=Field.LANGUAGE))
    return All(parts=(node, *extra)) if extra else node


def _outlets(session: Session, node: Node) -> Outlets:
    """Which outlets a phrase names; they are few, so their names are read, not indexed."""
    if not any(one.field is Field.OUTLET for one in phrases(node)):
        return lambda _: ()
    named = [
        (outlet_id, indexed_article(title="", body="", outlet=f"{name} {in_arabic}"))
        for outlet_id, name, in_arabic in session.execute(
            select(Outlet.id, Outlet.name, Outlet.name_ar)
        )
    ]
    return lambda phrase: [
        one for one, outlet in named if question(phrase).holds(outlet)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bounds:
    before: int
    since: int
    covered: bool = False


def _bounds(session: Session, within: Within, *, after: int | None) -> _Bounds:
    """Ids stand in order of first sight, so that a time is a bound on them."""
    before = after if after is not None else _NEVER
    if within.until is not None:
        before = min(before, first_seen(session, within.until))
    since = first_seen(session, within.since) if within.since is not None else 0
    return _Bounds(before=before, since=since, covered=within.covered)


def _newest(
    session: Session, node: Node, look: Look, *, bounds: _Bounds, limit: int
) -> Found:
    candidates = _candidates(session, look, bounds=bounds, lot=limit)
    hits, last = _checked(session, node, candidates, limit=limit)
    last = candidates.stopped_at if last is None else last
    is_whole = last is None or len(hits) >= limit
    return Found(hits=hits, after=last, is_whole=is_whole)


class _Candidates:
    """Ids the index names, the newest first; of all of them only the covered, where asked.

    Few are: it gives up after so many, and says where.
    """

    def __init__(
        self, session: Session, lots: Iterator[Sequence[int]], *, covered: bool
    ) -> None:
        self._session, self._covered = session, covered
        self._ids = self._read(lots)
        self.stopped_at: int | None = None

    def __iter__(self) -> Iterator[int]:
        return self._ids

    def __next__(self) -> int:
        return next(self._ids)

    def _read(self, lots: Iterator[Sequence[int]]) -> Iterator[int]:
        if not self._covered:
            for lot in lots:
                yield from lot
            return
        for turn, lot in enumerate(lots, start=1):
            held = set(self._session.scalars(_covering(lot)))
            yield from (one for one in lot if one in held)
            if turn == _MOST_LOTS and lot:
                self.stopped_at = lot[-1]
                return


def _candidates(
    session: Session, look: Look, *, bounds: _Bounds, lot: int
) -> _Candidates:
    lots = engine(session).newest(
        session,
        look,
        before=bounds.before,
        since=bounds.since,
        lot=_LOT if bounds.covered else lot,
    )
    return _Candidates(session, iter(lots), covered=bounds.covered)


def _covering(ids: Sequence[int]) -> Select[int]:
    """Those of *ids* that count as coverage."""
    return select(Coverage.article_id).where(
        Coverage.article_id.in_(ids),
        Coverage.decision.in_([one for one in Decision if one.counts]),
    )


def _checked(
    session: Session, node: Node, candidates: Iterator[int], *, limit: int
) -> tuple[Sequence[Hit], int | None]:
    """Hits among *candidates*, and the last one looked at; None when that were all."""
    hits: list[Hit] = []
    checked, last = 0, None
    while checked < MOST_CHECKED and len(hits) < limit:
        ids = list(islice(candidates, limit - len(hits)))
        if not ids:
            return hits, None
        checked += len(ids)
        hits += _hits(session, node, ids)
        last = ids[-1]
    return hits, last


def _ranked(
    session: Session, node: Node, look: Look, *, bounds: _Bounds, limit: int
) -> Found:
    used = engine(session)
    candidates = _candidates(session, look, bounds=bounds, lot=MOST_RANKED + 1)
    ids = list(islice(candidates, MOST_RANKED + 1))
    chosen = ids[:MOST_RANKED]
    best = used.ranked(session, look, ids=chosen, limit=min(2 * limit, MOST_CHECKED))
    hits, _ = _checked(session, node, iter(best), limit=limit)
    return Found(
        hits=hits, after=None, ranked=len(chosen), is_whole=len(ids) <= MOST_RANKED
    )


def _hits(session: Session, node: Node, ids: Sequence[int]) -> list[Hit]:
    asked, sought = question(node), places_sought(node)
    found = []
    for row in _rows(session, ids):
        passages = evidence(asked, of_row(row, sought))
        if passages is not None:
            found.append(_hit(row, passages))
    return found


def _rows(session: Session, ids: Sequence[int]) -> Sequence[Article]:
    asked = (
        select(Article)
        .where(Article.id.in_(ids))
        .options(
            load_only(
                Article.outlet_id,
                Article.url,
                Article.title,
                Article.author,
                Article.language,
                Article.published_at,
                Article.published_as,
                Article.first_seen_at,
                Article.excerpt,
                Article.full_text,
            ),
            joinedload(Article.outlet),
        )
    )
    rows = {row.id: row for row in session.scalars(asked)}
    return [rows[one] for one in ids if one in rows]


def of_row(row: Article, sought: frozenset[str] | None = None) -> IndexedArticle:
    """A stored article as queries see it; its full text, else its excerpt."""
    return indexed_article(
        title=row.title,
        body=body_of(row),
        outlet=f"{row.outlet.name} {row.outlet.name_ar}",
        author=row.author,
        language=row.language,
        id=row.id,
        outlet_id=row.outlet_id,
        sought=sought,
    )


def body_of(row: Article) -> str:
    return row.full_text if row.full_text is not None else row.excerpt


def _hit(row: Article, passages: Sequence[Passage]) -> Hit:
    return Hit(
        article_id=row.id,
        outlet=row.outlet.name,
        title=row.title,
        body=body_of(row),
        url=row.url,
        language=row.language,
        published_at=row.published_at,
        published_as=row.published_as,
        first_seen_at=row.first_seen_at,
        passages=passages,
        is_full=row.full_text is not None,
    )
