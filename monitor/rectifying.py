"""Errors in articles: noted with what is right, asked to be mended, mended or not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict, NotFound
from core.wording import worded
from monitor.models import Coverage, Rectification
from monitor.states import Redress

_LONGEST: Final = 500  # code points
# Rows asked for at once.
_ROWS: Final = 500


class Stage(StrEnum):
    """How far an error has come."""

    NOTED = "noted"
    ASKED = "asked"
    OBTAINED = Redress.OBTAINED.value
    REFUSED = Redress.REFUSED.value

    @property
    def is_open(self) -> bool:
        """Whether the outlet is still to be asked, or to answer."""
        return self in {Stage.NOTED, Stage.ASKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLine:
    """An error in the article of one coverage line."""

    id: int
    coverage_id: int
    wrong: str
    # Empty where only the error was noted.
    right: str
    stage: Stage
    noted_by: str
    noted_at: datetime
    asked_at: datetime | None
    answered_at: datetime | None


def note(
    session: Session,
    coverage_id: int,
    *,
    wrong: str,
    right: str,
    by: str,
    now: datetime,
) -> ErrorLine:
    """Keep what is wrong in the article and what is right. Raises NotFound, BadInput by field."""
    if session.get(Coverage, coverage_id) is None:
        raise NotFound(
            worded(
                "There is no coverage line %(coverage_id)s.", coverage_id=coverage_id
            ),
            to="coverage",
            mend=worded("See `parution coverage list`."),
        )
    row = Rectification(
        coverage_id=coverage_id,
        wrong=_text("wrong", wrong),
        right=_text("right", right),
        noted_by=by,
        noted_at=now,
    )
    if not row.wrong:
        raise BadInput(
            worded("It is not said what is wrong."),
            to="wrong",
            mend=worded("Quote the words of the article that are wrong."),
        )
    session.add(row)
    session.flush()
    return _line(row)


def advance(
    session: Session, error_id: int, stage: Stage, *, now: datetime
) -> ErrorLine:
    """Record that the outlet was asked, or what it did; asking again opens it again.

    An outlet may mend it unasked, and nothing can be refused that was not asked for.
    Raises NotFound, Conflict.
    """
    row = _found(session, error_id)
    if stage is Stage.ASKED:
        row.asked_at, row.redress, row.answered_at = now, "", None
    elif stage is Stage.REFUSED and row.asked_at is None:
        raise Conflict(
            worded("The outlet was not asked to mend this error."),
            to="rectification",
            mend=worded("Record first that it was asked."),
        )
    elif stage is Stage.NOTED:
        row.asked_at, row.redress, row.answered_at = None, "", None
    else:
        row.redress, row.answered_at = str(stage), now
    session.flush()
    return _line(row)


def drop(session: Session, error_id: int) -> None:
    """Forget an error that was noted by mistake. Raises NotFound, Conflict.

    What an outlet was asked, or mended, stays on record.
    """
    row = _found(session, error_id)
    if _line(row).stage is not Stage.NOTED:
        raise Conflict(
            worded("The outlet was asked about this error, so it stays on record."),
            to="rectification",
            mend=worded("Record what came of it."),
        )
    session.delete(row)
    session.flush()


def of_lines(
    session: Session, coverage_ids: Collection[int]
) -> Mapping[int, Sequence[ErrorLine]]:
    """The errors of some coverage lines, by line, in the order they were noted."""
    wanted = sorted(coverage_ids)
    found: dict[int, list[ErrorLine]] = {}
    for start in range(0, len(wanted), _ROWS):
        rows = session.scalars(
            select(Rectification)
            .where(Rectification.coverage_id.in_(wanted[start : start + _ROWS]))
            .order_by(Rectification.id)
        )
        for row in rows:
            found.setdefault(row.coverage_id, []).append(_line(row))
    return found


def errors(session: Session, *, release_id: int | None = None) -> Sequence[ErrorLine]:
    """Every error that was noted, of one release or of all, newest first."""
    asked = select(Rectification).order_by(Rectification.id.desc())
    if release_id is not None:
        asked = asked.join(Coverage, Coverage.id == Rectification.coverage_id).where(
            Coverage.release_id == release_id
        )
    return [_line(row) for row in session.scalars(asked)]


def _found(session: Session, error_id: int) -> Rectification:
    row = session.get(Rectification, error_id)
    if row is None:
        raise NotFound(
            worded("No error %(error_id)s was noted.", error_id=error_id),
            to="rectification",
            mend=worded("See `parution coverage errors`."),
        )
    return row


def _line(row: Rectification) -> ErrorLine:
    unanswered = Stage.ASKED if row.asked_at else Stage.NOTED
    return ErrorLine(
        id=row.id,
        coverage_id=row.coverage_id,
        wrong=row.wrong,
        right=row.right,
        stage=Stage(row.redress) if row.redress else unanswered,
        noted_by=row.noted_by,
        noted_at=row.noted_at,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
    )


def _text(name: str, given: str) -> str:
    text = " ".join(given.split())
    if len(text) > _LONGEST:
        raise BadInput(
            worded("This is too long."),
            to=name,
            mend=worded("Say it in at most 500 letters."),
        )
    return text
