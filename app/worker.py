"""Runs both halves' jobs by the clock. The only user of APScheduler.

Jobs live in memory: what is due is written in our own tables. APScheduler's own job store
deletes late and unreadable jobs and cannot be shared between processes.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from core.jobs import Job
from core.journal import acting
from core.journal.actor import JOB
from core.log import logger

_log = logger("worker")


@contextmanager
def ticking(jobs: Sequence[Job]) -> Iterator[None]:
    """Tick every job in threads of its own; on leaving, wait for those that run."""
    # A tick that is still running is skipped by design: not worth a warning each time.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # Room for all at once: what must leave within its minute waits for no night's backup.
    threads = sum(job.at_once for job in jobs)
    scheduler = BackgroundScheduler(
        timezone=UTC, executors={"default": ThreadPoolExecutor(max(1, threads))}
    )
    for job in jobs:
        scheduler.add_job(
            tick,
            "interval",
            args=[job],
            id=job.name,
            seconds=job.every.total_seconds(),
            coalesce=True,
            max_instances=job.at_once,
            misfire_grace_time=None,
        )
    scheduler.start()
    try:
        yield
    finally:
        for job in jobs:
            job.end()
        scheduler.shutdown(wait=True)


def tick(job: Job) -> None:
    """Run one job once. It must survive anything: the next tick tries again."""
    try:
        with acting(f"job:{job.name}", via=JOB):
            done = job.run()
    except Exception:  # noqa: BLE001 - one of the two loops that must survive
        _log.exception("job.failed", job=job.name)
        return
    if done:
        _log.info("job.done", job=job.name, count=done)
