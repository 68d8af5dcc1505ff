"""Plays the press officer of the rehearsal: writes a line for the first page, and validates."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bootstrap import Office
from app.reviews import editions
from app.reviews.edits import Edits, essential
from app.reviews.models import Edition
from app.reviews.plan import WATCH
from app.reviews.states import EditionState
from core.jobs import Job
from core.journal import acting
from core.journal.actor import PAGE
from core.reporting.report import Essential, Line, Report
from core.values import Language

NAME: Final = "Salma Idrissi"
_MOST: Final = 5
# As French sets them, with narrow spaces.
_COLON: Final = "\u202f:"
_TITLE: Final = "«\u202f{title}\u202f»"
_ON_FRONT: Final = "على الصفحة الأولى من {outlet}: «{title}»."


def job(office: Office) -> Job:
    """Reads what is frozen as soon as it is."""

    def run() -> int:
        with acting(NAME, via=PAGE), office.database.write() as session:
            rows = _frozen(session)
            for row in rows:
                report = editions.report_of(row)
                row.edits = Edits(essentials=essentials(report)).row()
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


def essentials(report: Report) -> Sequence[Essential]:
    """What the day's lines say, each with the articles that it rests on."""
    return list(_told(report))[:_MOST]


def _told(report: Report) -> Iterator[Essential]:
    covering = [
        line
        for section in report.sections
        if section.key == "releases"
        for line in section.lines
    ]
    if covering:
        yield essential(
            {
                Language.FRENCH: f"Titres qui reprennent ou citent notre communiqué{_COLON} {len(covering)}.",
                Language.ARABIC: f"عدد المنابر التي نقلت بلاغنا أو ذكرته: {len(covering)}.",
            },
            [line.articles[0] for line in covering],
        )
    for line in covering:
        if line.on_front:
            yield _of(line, f"À la une de {{outlet}}{_COLON} {_TITLE}.", _ON_FRONT)
        if line.to_rectify:
            yield _of(
                line,
                "Une erreur est relevée dans {outlet}\u202f; sa rectification est demandée.",
                "رُصد خطأ في {outlet}، وطُلب تصويبه.",
            )
    for section in report.sections:
        if section.key.startswith(WATCH) and section.lines:
            yield _of(
                section.lines[0],
                f"{{outlet}}{_COLON} {_TITLE}.",
                "{outlet}: «{title}».",
            )


def _of(line: Line, french: str, arabic: str) -> Essential:
    names = {
        "outlet": f"\u2068{line.outlet}\u2069",
        "title": f"\u2068{line.title}\u2069",
    }
    return essential(
        {
            Language.FRENCH: french.format(**names),
            Language.ARABIC: arabic.format(**names),
        },
        [line.articles[0]],
    )
