"""What an edition is before it is frozen: composed of what no other edition printed."""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.reviews.calendar import EditionKind, Slot
from app.reviews.compose import CATCH_UP, Edited, compose
from app.reviews.models import Edition, PrintedArticle
from app.reviews.plan import plan_of
from app.reviews.states import EditionState
from core.reporting.report import Report
from core.settings import Settings
from monitor import watches

# Editions that the numbers of a new one are compared with.
_COMPARED: Final = 7


def draft(session: Session, slot: Slot, *, settings: Settings, now: datetime) -> Report:
    """The edition as it would be frozen now. It takes half a second for a thousand lines.

    Whoever freezes it composes it in a reading transaction first: the writing one is short.
    """
    names = [line.name for line in watches.listed(session) if line.is_on]
    return compose(
        session,
        slot,
        plan=plan_of(session, names),
        edited=_edited(session, slot),
        settings=settings,
        now=now,
    )


def _edited(session: Session, slot: Slot) -> Edited:
    """What other editions printed, and the numbers of those before this one."""
    printed = session.scalars(
        select(PrintedArticle.article_id)
        .join(Edition, Edition.id == PrintedArticle.edition_id)
        # What an edition may print was found since; older ones are of no matter.
        .where(Edition.key != slot.key, Edition.until > slot.since - CATCH_UP)
    )
    kind = f"%/{EditionKind.MORNING}" if slot.kind is EditionKind.MORNING else "%flash%"
    contents = session.scalars(
        select(Edition.content)
        .where(
            Edition.until < slot.until,
            Edition.key.like(kind),
            Edition.state.in_([EditionState.SENT, EditionState.VALIDATED]),
        )
        .order_by(Edition.until.desc())
        .limit(_COMPARED)
    ).all()
    figures = [
        {one["name"]: one["value"] for one in content["figures"]}
        for content in contents
    ]
    names = {name for numbers in figures for name in numbers}
    return Edited(
        printed=frozenset(printed),
        before=figures[0] if figures else {},
        usual={
            name: sum(numbers.get(name) or 0 for numbers in figures) / len(figures)
            for name in names
        }
        if len(figures) == _COMPARED
        else {},
        first_at=session.scalar(
            select(func.min(Edition.since)).where(
                Edition.until < slot.until,
                Edition.key.like(f"%/{EditionKind.MORNING}"),
                Edition.state != EditionState.OPEN,
            )
        ),
    )


def is_worth(report: Report, slot: Slot, settings: Settings) -> bool:
    """Whether the office wants it sent: with an alert, or with enough in it."""
    lines = [
        line for section in report.sections for line in section.lines if line.articles
    ]
    if report.alerts:
        return True
    if slot.kind is EditionKind.MORNING:
        return bool(lines) or settings.review.empty
    return len(lines) >= settings.review.flash_articles or any(
        line.on_front or line.tone == "negative" for line in lines
    )


def print_in(session: Session, row: Edition, report: Report) -> None:
    """An article appears once across editions, whichever printed it first."""
    new = _articles(report) - printed(session, report)
    session.add_all(
        PrintedArticle(article_id=article, edition_id=row.id) for article in sorted(new)
    )
    session.flush()


def _articles(report: Report) -> set[int]:
    return {
        article
        for section in report.sections
        for line in section.lines
        for article in line.articles
    }


def printed(session: Session, report: Report) -> set[int]:
    """The articles of a report that an edition has printed already."""
    asked = select(PrintedArticle.article_id).where(
        PrintedArticle.article_id.in_(_articles(report))
    )
    return set(session.scalars(asked))
