"""What the monitor does by the clock."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bounded import Bounded
from core.clock import Clock, Timer
from core.db import Database
from core.ids import Ids
from core.jobs import Job
from core.settings import Settings
from core.values import ContactName, ReleaseWindow
from core.web import Web
from monitor import alerting, forgetting
from monitor.authors import nobody
from monitor.intake import claiming
from monitor.listening import listening
from monitor.models import Article
from monitor.releases import Sent, nobody_sent

# Passes of one worker: those that wait for stragglers hold nobody up. Leases keep them apart.
_AT_ONCE: Final = 3


def jobs(
    *,
    database: Database,
    clock: Clock,
    timer: Timer,
    ids: Ids,
    web: Web,
    bounded: Bounded,
    settings: Settings,
    windows: Callable[[Session], Sequence[ReleaseWindow]],
    contacts: Callable[[Session], Sequence[ContactName]] = nobody,
    sent: Sent = nobody_sent,
) -> Sequence[Job]:
    line = listening(
        database=database,
        clock=clock,
        timer=timer,
        ids=ids,
        web=web,
        bounded=bounded,
        settings=settings,
        windows=windows,
        contacts=contacts,
        sent=sent,
    )

    def poll_due() -> datetime | None:
        with database.read() as session:
            return claiming.next_due(session, now=clock.now(), stamp=timer.stamp())

    def page_due() -> datetime | None:
        with database.read() as session:
            return claiming.next_read(session, now=clock.now(), stamp=timer.stamp())

    def sift_due() -> datetime | None:
        with database.read() as session:
            waits = session.scalar(
                select(Article.id).where(Article.sift_at.is_not(None)).limit(1)
            )
        return None if waits is None else clock.now()

    def sift() -> int:
        return line.sifter.run_due().articles + line.sifter.look_back()

    def alert() -> int:
        return len(alerting.check(database, settings.alerts, now=clock.now()))

    def forget() -> int:
        return forgetting.forget(database, settings.retention, now=clock.now())

    return [
        Job(
            name="poll",
            every=timedelta(seconds=5),
            run=lambda: len(line.pipeline.run_due()),
            next_due=poll_due,
            at_once=_AT_ONCE,
            end=line.stopping.set,
        ),
        Job(
            name="letters",
            every=timedelta(minutes=1),
            run=lambda: len(line.letters.run_due()),
            next_due=lambda: None,
            end=line.stopping.set,
        ),
        Job(
            name="read",
            every=timedelta(seconds=5),
            run=line.reader.run_due,
            next_due=page_due,
            at_once=_AT_ONCE,
            end=line.stopping.set,
        ),
        Job(
            name="sift",
            every=timedelta(seconds=2),
            run=sift,
            next_due=sift_due,
            end=line.stopping.set,
        ),
        Job(
            name="by-lines",
            every=timedelta(minutes=1),
            run=lambda: line.authors.look_back(now=clock.now()),
            next_due=lambda: None,
        ),
        Job(
            name="alert",
            every=timedelta(minutes=1),
            run=alert,
            next_due=lambda: None,
        ),
        Job(
            name="forget",
            every=timedelta(hours=1),
            run=forget,
            next_due=lambda: None,
        ),
    ]
