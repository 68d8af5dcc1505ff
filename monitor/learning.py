"""The desk's decisions as lessons: loaded, applied to what is found, and applied again."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from core.db import Database
from core.models import Release
from monitor.matching import learning
from monitor.matching.learning import BackTest, Cut, Decided, Lessons, Where
from monitor.matching.values import Attribution, Label, Reason, ReasonCode
from monitor.models import Article, Coverage, CoverageDecision
from monitor.states import Decision

# Open proposals that are scored again after one decision.
_AGAIN = 200
# The newest decisions that teach, and those that are judged by the ones before them: each
# is compared with every other there.
_TEACH = 2000
_JUDGED = 1000


class Learning:
    """The lessons of an office, loaded again when somebody decided something."""

    def __init__(self, database: Database, *, is_on: bool = True) -> None:
        self._database = database
        self._is_on = is_on
        self._guard = threading.Lock()
        self._mark = -1
        self._lessons = Lessons()

    def lessons(self) -> Lessons:
        if not self._is_on:
            return self._lessons
        with self._guard, self._database.read() as session:
            mark = session.scalar(select(func.max(CoverageDecision.id))) or 0
            if mark != self._mark:
                self._lessons, self._mark = Lessons(decided(session)), mark
            return self._lessons

    def apply(
        self, found: Sequence[Attribution], *, article_id: int, outlet_id: int
    ) -> Sequence[Attribution]:
        """The proposals for an article, with what was learnt taken from their scores."""
        lessons = self.lessons()
        if not len(lessons) or not found:
            return found
        with self._database.read() as session:
            known = {
                row.release_id: row.id
                for row in session.execute(
                    select(Coverage.release_id, Coverage.id).where(
                        Coverage.article_id == article_id
                    )
                )
            }
        return [
            lessons.apply(
                one,
                Where(
                    coverage_id=known.get(int(one.release_id)),
                    release_id=int(one.release_id),
                    outlet_id=outlet_id,
                ),
            )
            for one in found
        ]


def decided(session: Session, *, limit: int = _TEACH) -> Sequence[Decided]:
    """The newest decisions that stand, one a line; one that was taken back stands no more."""
    last = (
        select(func.max(CoverageDecision.id).label("id"))
        .group_by(CoverageDecision.coverage_id)
        .subquery()
    )
    rows = session.execute(
        select(CoverageDecision, Coverage.release_id, Article.outlet_id)
        .join(last, last.c.id == CoverageDecision.id)
        .join(Coverage, Coverage.id == CoverageDecision.coverage_id)
        .join(Article, Article.id == Coverage.article_id)
        .where(CoverageDecision.decision.in_([Decision.CONFIRMED, Decision.REJECTED]))
        .order_by(CoverageDecision.id.desc())
        .limit(limit)
    ).all()
    return [
        Decided(
            id=row.id,
            coverage_id=row.coverage_id,
            release_id=release_id,
            outlet_id=outlet_id,
            label=Label(row.label),
            score=min(1.0, row.score + row.lowered),
            signs=row.signs,
            is_confirmed=row.decision == Decision.CONFIRMED,
            rejection=row.rejection,
            at=row.decided_at,
        )
        for row, release_id, outlet_id in reversed(rows)
    ]


def rescore(session: Session, coverage_id: int, *, is_on: bool) -> int:
    """Score the open proposals again that a decision on this line may touch.

    Those of its release first, then of its outlet; answers how many changed. Where lessons
    are switched off, what they took is given back.
    """
    line = session.get_one(Coverage, coverage_id)
    lessons = Lessons(decided(session) if is_on else ())
    rows = session.scalars(
        select(Coverage)
        .join(Article, Article.id == Coverage.article_id)
        .where(
            Coverage.decision == Decision.PROPOSED,
            (Coverage.release_id == line.release_id)
            | (Article.outlet_id == line.article.outlet_id),
        )
        .options(joinedload(Coverage.article).defer(Article.full_text))
        .order_by((Coverage.release_id != line.release_id), Coverage.id.desc())
        .limit(_AGAIN)
    ).all()
    return sum(_rescore(row, lessons) for row in rows)


def _rescore(row: Coverage, lessons: Lessons) -> bool:
    found = lessons.apply(
        Attribution(
            article_id=str(row.article_id),
            release_id=str(row.release_id),
            label=Label(row.label),
            score=min(1.0, row.score + row.lowered),
            signs=row.signs,
        ),
        Where(
            coverage_id=row.id,
            release_id=row.release_id,
            outlet_id=row.article.outlet_id,
        ),
    )
    if abs(found.lowered - row.lowered) < 1e-9:  # noqa: PLR2004
        return False
    row.score, row.lowered = found.score, found.lowered
    row.reasons = [
        *(one for one in row.reasons if one["code"] != ReasonCode.LESSON),
        *(_plain(one) for one in found.reasons),
    ]
    return True


def _plain(reason: Reason) -> dict[str, Any]:
    return {"code": str(reason.code), **reason.fields}


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What an office's decisions teach, and what they would have changed."""

    test: BackTest
    beliefs: Sequence[Cut]
    own_words: Sequence[Cut]
    # Open proposals that score lower, the most first: id, title, outlet, number, by how much.
    lowered: Sequence["Lowered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    coverage_id: int
    title: str
    number: str
    score: float
    lowered: float
    reason: Mapping[str, str]


def learnt(session: Session, *, limit: int = 50) -> Learnt:
    every = decided(session)
    rows = session.execute(
        select(Coverage, Article.title, Release.number)
        .join(Article, Article.id == Coverage.article_id)
        .join(Release, Release.id == Coverage.release_id)
        .where(Coverage.lowered > 0, Coverage.decision == Decision.PROPOSED)
        .order_by(Coverage.lowered.desc(), Coverage.id)
        .limit(limit)
    )
    return Learnt(
        test=learning.back_test(every[-_JUDGED:]),
        beliefs=learning.beliefs(every),
        own_words=learning.own_words(every),
        lowered=[
            Lowered(
                coverage_id=row.id,
                title=title,
                number=number,
                score=row.score,
                lowered=row.lowered,
                reason=next(
                    (one for one in row.reasons if one["code"] == ReasonCode.LESSON), {}
                ),
            )
            for row, title, number in rows
        ],
    )
