"""What the monitor does by the clock."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import Clock, Timer
from core.db import Database
from core.ids import Ids
from core.jobs import Job
from core.models import Release
from core.settings import Settings
from core.values import ReleaseWindow
from core.web import Web
from monitor import coverage
from monitor.intake import claiming, keeping
from monitor.pipeline import Pipeline


def jobs(
    *,
    database: Database,
    clock: Clock,
    timer: Timer,
    ids: Ids,
    web: Web,
    settings: Settings,
    windows: Callable[[Session], Sequence[ReleaseWindow]],
) -> Sequence[Job]:
    pipeline = Pipeline(
        database=database,
        clock=clock,
        timer=timer,
        ids=ids,
        web=web,
        settings=settings,
        windows=windows,
    )

    matched: set[int] = set()

    def run() -> int:
        # A release may come from another process, so rows tell what is new. After a
        # start all are: looking back twice keeps nothing twice.
        with database.read() as session:
            releases = set(session.scalars(select(Release.id)))
        if releases - matched:
            coverage.look_back(database, now=clock.now())
            matched.update(releases)
        return len(pipeline.run_due())

    def next_due() -> datetime | None:
        with database.read() as session:
            return claiming.next_due(session, now=clock.now(), stamp=timer.stamp())

    def forget() -> int:
        now = clock.now()
        before = now - timedelta(days=settings.retention.full_text_days)
        with database.write() as session:
            return keeping.forget(session, before=before, now=now)

    return [
        Job(
            name="poll",
            every=timedelta(seconds=5),
            run=run,
            next_due=next_due,
        ),
        Job(
            name="forget",
            every=timedelta(hours=1),
            run=forget,
            next_due=lambda: None,
        ),
    ]
