"""What a person says of a proposal: it is coverage, it is none, it is a copy, it covers another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict, NotFound
from core.models import Release
from core.wording import worded
from monitor import coverage, learning
from monitor.matching.values import Label
from monitor.models import Coverage, CoverageDecision
from monitor.states import Decision, Rejection
from monitor.triage import copying

# What taking back is called beside the verbs.
UNDO: Final = "undo"


class Verb(StrEnum):
    ACCEPT = "accept"
    REJECT = "reject"
    # It is the text of another line.
    COPY = "copy"
    # It covers another release.
    MOVE = "move"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What is said, and what whoever says it had before them."""

    verb: Verb
    # The last decision they saw, 0 for none; None does not ask.
    seen: int | None = None
    rejection: Rejection | None = None
    because: str = ""
    # The right label; None keeps the machine's.
    label: Label | None = None
    # The open proposals of the same text, too.
    copies: bool = False
    # For a copy the line whose text it is, for a move the release it covers.
    other: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """What became of a line; `seen` is what taking it back rests on."""

    id: int
    verb: str
    decision: str
    seen: int
    # The copies that were decided with it.
    copies: Sequence[int] = ()


def act(
    session: Session,
    coverage_id: int,
    said: Act,
    *,
    by: str,
    now: datetime,
    lessons: bool = True,
) -> Acted:
    """Record what is said, and let it teach where *lessons* are on.

    Raises NotFound, BadInput by field, and Conflict where somebody decided it meanwhile.
    """
    row = _unchanged(session, coverage_id, said.seen)
    also = coverage.copies(session, coverage_id) if said.copies else ()
    if said.verb is Verb.COPY:
        copying.join(session, row, _other(said, row), by=by, now=now)
    elif said.verb is Verb.MOVE:
        _move(session, row, _other(said, row), by=by, now=now)
    else:
        for one in (coverage_id, *also):
            _decide(session, one, said, by=by, now=now)
    learning.rescore(session, coverage_id, is_on=lessons)
    return _acted(session, row, said.verb, also)


def take_back(
    session: Session,
    coverage_id: int,
    *,
    seen: int | None,
    by: str,
    now: datetime,
    copies: bool = True,
    lessons: bool = True,
) -> Acted:
    """Make it a proposal again, and with it what was decided in the same act.

    Raises NotFound, and Conflict where nobody decided it or somebody did once more.
    """
    row = _unchanged(session, coverage_id, seen)
    also = coverage.decided_with(session, coverage_id) if copies else ()
    moved = _moved_with(session, row)
    parted = copying.part(session, row, by=by, now=now)
    if row.decision in {Decision.CONFIRMED, Decision.REJECTED} or not parted:
        for one in (coverage_id, *also):
            coverage.take_back(session, one, by=by, now=now)
    if moved is not None:
        _unmove(session, moved, by=by, now=now)
    learning.rescore(session, coverage_id, is_on=lessons)
    return _acted(session, row, UNDO, also)


def said_by(session: Session, coverage_id: int) -> CoverageDecision | None:
    """The last decision on a line: who, when, what."""
    return session.scalar(
        select(CoverageDecision)
        .where(CoverageDecision.coverage_id == coverage_id)
        .order_by(CoverageDecision.id.desc())
        .limit(1)
    )


def _unchanged(session: Session, coverage_id: int, seen: int | None) -> Coverage:
    """The line, held until this is done. Raises Conflict when it is not as it was seen."""
    row = session.scalar(
        select(Coverage)
        .where(Coverage.id == coverage_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(
            worded(
                "There is no coverage line %(coverage_id)s.", coverage_id=coverage_id
            ),
            to="coverage",
            mend=worded("See `parution coverage list`."),
        )
    if seen is not None and seen != _last(session, coverage_id):
        raise Conflict(
            worded(
                "Somebody else decided this line meanwhile, and nothing was changed."
            ),
            to="coverage",
            mend=worded("Look at what they decided; you may take it back."),
        )
    return row


def _last(session: Session, coverage_id: int) -> int:
    return (
        session.scalar(
            select(func.max(CoverageDecision.id)).where(
                CoverageDecision.coverage_id == coverage_id
            )
        )
        or 0
    )


def _decide(
    session: Session, coverage_id: int, said: Act, *, by: str, now: datetime
) -> None:
    rejects = said.verb is Verb.REJECT
    coverage.decide(
        session,
        coverage_id,
        Decision.REJECTED if rejects else Decision.CONFIRMED,
        by=by,
        now=now,
        because=said.because,
        rejection=said.rejection if rejects else None,
        label=said.label,
    )


def _other(said: Act, row: Coverage) -> int:
    if said.other is None or (said.verb is Verb.COPY and said.other == row.id):
        raise BadInput(
            worded("It is not said which other one is meant."),
            to="other",
            mend=worded("Choose one of the list."),
        )
    return said.other


def _move(
    session: Session, row: Coverage, release_id: int, *, by: str, now: datetime
) -> None:
    release = session.get(Release, release_id)
    if release is None or release_id == row.release_id:
        raise BadInput(
            worded("It is not said which other one is meant."),
            to="other",
            mend=worded("Choose one of the list."),
        )
    label = Label(row.corrected or row.label)
    coverage.decide(
        session,
        row.id,
        Decision.REJECTED,
        by=by,
        now=now,
        rejection=Rejection.ANOTHER_EVENT,
        because=release.number,
    )
    there = session.scalar(
        select(Coverage.id).where(
            Coverage.article_id == row.article_id, Coverage.release_id == release_id
        )
    )
    if there is not None:
        coverage.decide(session, there, Decision.CONFIRMED, by=by, now=now)
        return
    coverage.add(
        session,
        article_id=row.article_id,
        release_id=release_id,
        label=label,
        by=by,
        now=now,
    )


def _moved_with(session: Session, row: Coverage) -> Coverage | None:
    """The line of another release that was confirmed in the act that rejected this one."""
    if row.decision != Decision.REJECTED or row.decided_at is None:
        return None
    return session.scalar(
        select(Coverage)
        .join(Release, Release.id == Coverage.release_id)
        .where(
            Coverage.article_id == row.article_id,
            Coverage.id != row.id,
            Coverage.decision == Decision.CONFIRMED,
            Coverage.decided_by == row.decided_by,
            Coverage.decided_at == row.decided_at,
            Release.number == row.because,
        )
    )


def _unmove(session: Session, row: Coverage, *, by: str, now: datetime) -> None:
    """What a person alone put there goes; a proposal of the machine is one again."""
    coverage.take_back(session, row.id, by=by, now=now)
    if not row.reasons:
        row.decision = Decision.WITHDRAWN
        session.flush()


def _acted(session: Session, row: Coverage, verb: str, copies: Sequence[int]) -> Acted:
    return Acted(
        id=row.id,
        verb=verb,
        decision=row.decision,
        seen=_last(session, row.id),
        copies=copies,
    )
