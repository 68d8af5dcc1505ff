"""What the listening half tells those who watch over the office: counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from monitor import report
from monitor.intake.poll import NEVER
from monitor.models import Article, Poll, Source
from monitor.states import PollOutcome, SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """The sources that are polled by state, and what became of them lately."""

    sources: Mapping[str, int]
    articles: int
    # To be indexed and matched; and whose page is to be read by now.
    to_sift: int
    to_read: int
    # Of the polls since a moment.
    polls: Mapping[str, int]
    entries: int
    new_entries: int
    proposals: int
    # Sources whose hour of being asked is past, and since when the longest waits.
    due: int
    due_since: datetime | None


def press(session: Session, *, since: datetime, now: datetime) -> Press:
    polled = session.execute(
        select(Source.state, func.count())
        .where(Source.next_poll_at < NEVER)
        .group_by(Source.state)
    )
    polls: dict[str, int] = dict.fromkeys(PollOutcome, 0)
    entries = new = 0
    for outcome, count, seen, fresh in session.execute(
        select(
            Poll.outcome,
            func.count(),
            func.sum(Poll.entry_count),
            func.sum(Poll.new_count),
        )
        .where(Poll.began_at >= since)
        .group_by(Poll.outcome)
    ):
        polls[outcome] = count
        entries, new = entries + int(seen), new + int(fresh)
    due, due_since = session.execute(
        select(func.count(), func.min(Source.next_poll_at)).where(
            Source.next_poll_at <= now
        )
    ).one()
    return Press(
        sources=dict.fromkeys(SourceState, 0) | {row[0]: row[1] for row in polled},
        articles=session.scalar(select(func.count()).select_from(Article)) or 0,
        to_sift=_count(session, Article.sift_at.is_not(None)),
        to_read=_count(session, Article.next_read_at <= now),
        polls=polls,
        entries=entries,
        new_entries=new,
        proposals=report.open_proposals(session),
        due=due,
        due_since=due_since,
    )


def _count(session: Session, which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Article).where(which)) or 0
