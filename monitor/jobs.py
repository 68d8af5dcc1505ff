"""What the monitor does by the clock."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bounded import Bounded
from core.clock import Clock, Timer
from core.db import Database
from core.ids import Ids
from core.jobs import Job, Shares
from core.settings import Settings
from core.values import ContactName, ReleaseWindow
from core.web import Web
from monitor import alerting, forgetting
from monitor.authors import nobody
from monitor.intake import claiming
from monitor.listening import listening
from monitor.models import Article
from monitor.pipeline import OF_THE_WEB
from monitor.releases import Sent, nobody_sent

# Passes of one worker: those that wait for stragglers hold nobody up. Leases keep them apart.
_AT_ONCE: Final = 3


@dataclass(frozen=True, slots=True)
class _Due:
    """What is due of each line: when next, and in which shares now."""

    database: Database
    clock: Clock
    timer: Timer

    def poll(self) -> datetime | None:
        with self.database.read() as session:
            return claiming.next_due(
                session, now=self.clock.now(), stamp=self.timer.stamp()
            )

    def page(self) -> datetime | None:
        with self.database.read() as session:
            return claiming.next_read(
                session, now=self.clock.now(), stamp=self.timer.stamp()
            )

    def sift(self) -> datetime | None:
        with self.database.read() as session:
            waits = session.scalar(
                select(Article.id).where(Article.sift_at.is_not(None)).limit(1)
            )
        return None if waits is None else self.clock.now()

    def polls(self, of: int) -> Collection[int]:
        with self.database.read() as session:
            return claiming.due_shares(
                session,
                of,
                now=self.clock.now(),
                stamp=self.timer.stamp(),
                kinds=OF_THE_WEB,
            )

    def pages(self, of: int) -> Collection[int]:
        with self.database.read() as session:
            return claiming.due_read_shares(
                session, of, now=self.clock.now(), stamp=self.timer.stamp()
            )

    def sifts(self, of: int) -> Collection[int]:
        with self.database.read() as session:
            return claiming.due_sift_shares(session, of, stamp=self.timer.stamp())


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

    due = _Due(database, clock, timer)

    def alert() -> int:
        return len(alerting.check(database, settings.alerts, now=clock.now()))

    def forget() -> int:
        return forgetting.forget(database, settings.retention, now=clock.now())

    return [
        Job(
            name="poll",
            every=timedelta(seconds=5),
            run=lambda: len(line.pipeline.run_due()),
            next_due=due.poll,
            at_once=_AT_ONCE,
            end=line.stopping.set,
            shares=Shares(
                due=due.polls, run=lambda share: len(line.pipeline.run_due(share))
            ),
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
            next_due=due.page,
            at_once=_AT_ONCE,
            end=line.stopping.set,
            shares=Shares(due=due.pages, run=line.reader.run_due),
        ),
        Job(
            name="sift",
            every=timedelta(seconds=2),
            run=lambda: line.sifter.run_due().articles,
            next_due=due.sift,
            end=line.stopping.set,
            shares=Shares(
                due=due.sifts, run=lambda share: line.sifter.run_due(share).articles
            ),
        ),
        Job(
            # Beside sifting: what comes in does not wait while a million are gone through.
            name="look-back",
            every=timedelta(seconds=2),
            run=line.sifter.look_back,
            next_due=lambda: None,
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
