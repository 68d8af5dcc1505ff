"""Plays the press officer of the rehearsal: writes a line for the first page, and validates."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bootstrap import Office
from app.reviews import editions
from app.reviews.edits import Edits, essential
from app.reviews.models import Edition
from app.reviews.states import EditionState
from core.jobs import Job
from core.reporting.report import Essential, Report
from core.values import Language

NAME: Final = "Salma Idrissi"


def job(office: Office) -> Job:
    """Reads what is frozen as soon as it is."""

    def run() -> int:
        with office.database.write() as session:
            rows = _frozen(session)
            for row in rows:
                report = editions.report_of(row)
                row.edits = Edits(essentials=_essentials(report)).row()
                editions.validate(row, by=NAME, now=office.clock.now())
        return len(rows)

    def next_due() -> datetime | None:
        with office.database.read() as session:
            return office.clock.now() if _frozen(session) else None

    return Job(name="officer", every=timedelta(seconds=20), run=run, next_due=next_due)


def _frozen(session: Session) -> Sequence[Edition]:
    return session.scalars(
        select(Edition).where(Edition.state == EditionState.FROZEN)
    ).all()


def _essentials(report: Report) -> Sequence[Essential]:
    """What the day's numbers say, with the articles that they count."""
    covering = [
        line
        for section in report.sections
        if section.key == "releases"
        for line in section.lines
    ]
    if not covering:
        return ()
    count = len(covering)
    return [
        essential(
            {
                Language.FRENCH: f"Notre communiqué est repris ou cité par {count} titre(s).",
                Language.ARABIC: f"بلاغنا نُقل أو ذُكر في {count} من المنابر.",
            },
            [line.articles[0] for line in covering],
        )
    ]
