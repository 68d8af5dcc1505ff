"""What waits to be decided: open proposals, newest first, the copies of one text as one row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from core.models import Outlet, Release
from monitor.models import Article, Coverage, CoverageDecision, Sighting, WatchMatch
from monitor.states import Decision

PAGE: Final = 50
_Rows = Select[*tuple[Any, ...]]
_COPIES: Final = 200  # of one text that a row opens


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which proposals are asked for; what is None or empty asks for all."""

    release: int | None = None
    watch: int | None = None
    source: int | None = None
    language: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The same text in another place, open too."""

    id: int
    outlet: str
    outlet_ar: str
    title: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One row: a proposal, led by the first that was found where there are copies of it."""

    id: int
    release_id: int
    number: str
    article_id: int
    story_id: int | None
    label: str
    score: float
    decision: str
    decided_by: str
    outlet: str
    outlet_ar: str
    title: str
    language: str
    published_at: datetime | None
    published_as: str
    # The last decision on it, 0 for none: what is decided rests on it.
    seen: int
    copies: Sequence[Copy] = ()

    def called(self, language: str) -> str:
        """The outlet's name for readers of *language*."""
        return self.outlet_ar if language == "ar" and self.outlet_ar else self.outlet


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The rows above and below a line in its queue."""

    above: int | None
    below: int | None


def queue(
    session: Session,
    wanted: Wanted,
    *,
    before: int | None = None,
    limit: int = PAGE,
) -> Sequence[Waiting]:
    """A page of rows, newest first, from the one below *before*."""
    asked = _leading(_columns(), wanted)
    if before is not None:
        asked = asked.where(Coverage.id < before)
    rows = session.execute(asked.order_by(Coverage.id.desc()).limit(limit)).mappings()
    return _with_copies(session, [dict(one) for one in rows], wanted)


def row_of(session: Session, coverage_id: int) -> Waiting | None:
    """One line as a row, whatever became of it."""
    found = session.execute(_columns().where(Coverage.id == coverage_id)).mappings()
    rows = _with_copies(session, [dict(one) for one in found], Wanted())
    return rows[0] if rows else None


def leader(session: Session, coverage_id: int) -> Waiting | None:
    """The row that leads what is still open of a line's text; None when nothing is."""
    line = session.execute(
        select(Coverage.release_id, Article.story_id)
        .join(Article, Article.id == Coverage.article_id)
        .where(Coverage.id == coverage_id)
    ).one_or_none()
    if line is None:
        return None
    same = (
        Coverage.id == coverage_id
        if line.story_id is None
        else and_(
            Article.story_id == line.story_id, Coverage.release_id == line.release_id
        )
    )
    found = session.execute(_leading(_columns(), Wanted()).where(same)).mappings()
    rows = _with_copies(session, [dict(one) for one in found], Wanted())
    return rows[0] if rows else None


def count(session: Session) -> int:
    """How many proposals are open."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Coverage)
            .where(Coverage.decision == Decision.PROPOSED)
        )
        or 0
    )


def neighbours(session: Session, wanted: Wanted, coverage_id: int) -> Neighbours:
    """What stands around a line, which need be open no more."""
    lines = select(Coverage.id).join(Article, Article.id == Coverage.article_id)
    leaders = _leading(lines, wanted)
    return Neighbours(
        above=session.scalar(
            leaders.where(Coverage.id > coverage_id).order_by(Coverage.id).limit(1)
        ),
        below=session.scalar(
            leaders.where(Coverage.id < coverage_id)
            .order_by(Coverage.id.desc())
            .limit(1)
        ),
    )


def _columns() -> _Rows:
    return (
        select(
            Coverage.id,
            Coverage.release_id,
            Release.number,
            Coverage.article_id,
            Article.story_id,
            Coverage.label,
            Coverage.score,
            Coverage.decision,
            Coverage.decided_by,
            Outlet.name.label("outlet"),
            Outlet.name_ar.label("outlet_ar"),
            Article.title,
            Article.language,
            Article.published_at,
            Article.published_as,
        )
        .join(Release, Release.id == Coverage.release_id)
        .join(Article, Article.id == Coverage.article_id)
        .join(Outlet, Outlet.id == Article.outlet_id)
    )


def _leading(asked: _Rows, wanted: Wanted) -> _Rows:
    """The open proposals that no older one of the same text and release leads."""
    older, of_older = aliased(Coverage), aliased(Article)
    led = exists(
        select(older.id)
        .join(of_older, of_older.id == older.article_id)
        .where(
            of_older.story_id == Article.story_id,
            older.release_id == Coverage.release_id,
            older.id < Coverage.id,
            *_holding(older, of_older, wanted),
        )
    )
    return asked.where(*_holding(Coverage, Article, wanted), ~led)


def _holding(line: Any, article: Any, wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    """What an open proposal has to be, said of a line and its article."""
    held = [line.decision == Decision.PROPOSED]
    if wanted.release is not None:
        held.append(line.release_id == wanted.release)
    if wanted.label:
        held.append(line.label == wanted.label)
    if wanted.language:
        held.append(article.language == wanted.language)
    if wanted.watch is not None:
        held.append(
            exists().where(
                WatchMatch.watch_id == wanted.watch, WatchMatch.article_id == article.id
            )
        )
    if wanted.source is not None:
        held.append(
            exists().where(
                Sighting.source_id == wanted.source, Sighting.article_id == article.id
            )
        )
    return held


def _with_copies(
    session: Session, rows: Sequence[Mapping[str, Any]], wanted: Wanted
) -> Sequence[Waiting]:
    seen = last_decisions(session, [row["id"] for row in rows])
    copies = _copies(session, rows, wanted)
    return [
        Waiting(
            **row,
            seen=seen.get(row["id"], 0),
            copies=[
                one
                for one in copies.get((row["story_id"], row["release_id"]), ())
                if one.id != row["id"]
            ],
        )
        for row in rows
    ]


def last_decisions(session: Session, ids: Sequence[int]) -> Mapping[int, int]:
    """The id of the last decision on each line that has one."""
    rows = session.execute(
        select(CoverageDecision.coverage_id, func.max(CoverageDecision.id))
        .where(CoverageDecision.coverage_id.in_(ids))
        .group_by(CoverageDecision.coverage_id)
    )
    return {row[0]: row[1] for row in rows}


def _copies(
    session: Session, rows: Sequence[Mapping[str, Any]], wanted: Wanted
) -> Mapping[tuple[int | None, int], Sequence[Copy]]:
    """The open proposals of the same texts, by story and release."""
    stories = {row["story_id"] for row in rows if row["story_id"] is not None}
    found: dict[tuple[int | None, int], list[Copy]] = {}
    if not stories:
        return found
    asked = (
        select(
            Coverage.id,
            Coverage.release_id,
            Article.story_id,
            Outlet.name.label("outlet"),
            Outlet.name_ar.label("outlet_ar"),
            Article.title,
            Article.language,
        )
        .join(Article, Article.id == Coverage.article_id)
        .join(Outlet, Outlet.id == Article.outlet_id)
        .where(
            Article.story_id.in_(stories),
            Coverage.release_id.in_({row["release_id"] for row in rows}),
            *_holding(Coverage, Article, wanted),
        )
        .order_by(Coverage.id)
        .limit(_COPIES * len(rows))
    )
    for row in session.execute(asked):
        found.setdefault((row.story_id, row.release_id), []).append(
            Copy(
                id=row.id,
                outlet=row.outlet,
                outlet_ar=row.outlet_ar,
                title=row.title,
                language=row.language,
            )
        )
    return found
