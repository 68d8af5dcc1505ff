"""Freezes each day's edition once, at its hour, and remembers what it printed."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.reviews.compose import compose, moment_on
from app.reviews.models import Edition
from core.clock import Clock
from core.db import Database
from core.jobs import Job
from core.reporting.formats import json as json_format
from core.reporting.report import Report
from core.settings import Settings
from core.zones import wall_of


def edition(session: Session, day: date) -> Edition | None:
    """The newest version of a day's edition."""
    return session.scalar(
        select(Edition).where(Edition.day == day).order_by(Edition.version.desc())
    )


def editions(session: Session) -> Sequence[Edition]:
    return session.scalars(
        select(Edition).order_by(Edition.day.desc(), Edition.version.desc())
    ).all()


def report_of(frozen: Edition) -> Report:
    return json_format.read(frozen.content)


def preview(
    session: Session, *, day: date, settings: Settings, now: datetime
) -> Report:
    """The review of *day* as it stands: the frozen one when there is one."""
    frozen = edition(session, day)
    if frozen is not None:
        return report_of(frozen)
    return _composed(session, day=day, settings=settings, now=now)


def freeze(session: Session, *, day: date, settings: Settings, now: datetime) -> bool:
    """Freeze the edition of *day*, once: its row is keyed by the day."""
    if edition(session, day) is not None:
        return False
    report = _composed(session, day=day, settings=settings, now=now)
    session.add(
        Edition(
            day=day,
            number=report.number,
            version=report.version,
            since=report.since,
            until=report.until,
            frozen_at=now,
            content=json_format.plain(report),
        )
    )
    session.flush()
    return True


def _composed(
    session: Session, *, day: date, settings: Settings, now: datetime
) -> Report:
    last = session.scalar(select(func.max(Edition.number)).where(Edition.day < day))
    return compose(
        session,
        day=day,
        number=(last or 0) + 1,
        version=1,
        settings=settings.review,
        zone=settings.organisation.zone,
        organisation=settings.organisation.name,
        printed=_printed(session, day),
        now=now,
    )


def _printed(session: Session, day: date) -> frozenset[int]:
    """Articles of earlier editions: an article appears once across editions."""
    earlier = session.scalars(select(Edition.content).where(Edition.day < day))
    return frozenset(
        article
        for content in earlier
        for section in content["sections"]
        for line in section["lines"]
        for article in line["articles"]
    )


def next_day(session: Session, *, settings: Settings, now: datetime) -> date:
    """The next day whose edition is not frozen: today, or after today's the next workday."""
    day = wall_of(now, settings.organisation.zone).date()
    if edition(session, day) is not None or day.weekday() in _WEEKEND:
        day = _workday_after(day)
    return day


_WEEKEND = (5, 6)


def _workday_after(day: date) -> date:
    following = day + timedelta(days=1)
    while following.weekday() in _WEEKEND:
        following += timedelta(days=1)
    return following


def due_at(day: date, *, settings: Settings) -> datetime:
    hour = time.fromisoformat(settings.review.ready_at)
    return moment_on(day, hour, settings.organisation.zone)


def jobs(*, database: Database, clock: Clock, settings: Settings) -> Sequence[Job]:
    """One job: freeze the edition when its hour has come."""

    def run() -> int:
        now = clock.now()
        with database.read() as session:
            day = next_day(session, settings=settings, now=now)
        if now < due_at(day, settings=settings):
            return 0
        with database.write() as session:
            return int(freeze(session, day=day, settings=settings, now=now))

    return [
        Job(
            name="review",
            every=timedelta(seconds=20),
            run=run,
            next_due=_next_due(database, clock, settings),
        )
    ]


def _next_due(
    database: Database, clock: Clock, settings: Settings
) -> Callable[[], datetime | None]:
    def next_due() -> datetime | None:
        with database.read() as session:
            day = next_day(session, settings=settings, now=clock.now())
        return due_at(day, settings=settings)

    return next_due
