"""A worker's pulse: every minute it writes when each of its jobs last ran, and how it failed."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.clock import Timer
from core.db import Database
from core.jobs import Job
from core.models import JobPulse

_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beat:
    ran_at: datetime
    failed_at: datetime | None = None
    fault: str = ""


@dataclass(slots=True)
class Pulse:
    database: Database
    timer: Timer
    _beats: dict[str, _Beat] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def watched(self, job: Job) -> Job:
        """*job*, noting when it runs."""
        return replace(job, run=self._noting(job))

    def job(self) -> Job:
        return Job(
            name="pulse",
            every=_EVERY,
            run=self.write,
            # It tells of this machine and not of the office: no plan waits for it.
            next_due=lambda: None,
        )

    def write(self) -> int:
        """One short transaction; what another worker wrote later stays."""
        with self._lock:
            beats, self._beats = self._beats, {}
        if not beats:
            return 0
        with self.database.write() as session:
            for name, beat in sorted(beats.items()):
                row = session.get(JobPulse, name, with_for_update=True)
                if row is None:
                    row = JobPulse(name=name, ran_at=beat.ran_at)
                    session.add(row)
                row.ran_at = max(row.ran_at, beat.ran_at)
                if beat.failed_at is not None:
                    row.failed_at, row.fault = beat.failed_at, beat.fault
        # Its own trail is the rows: a line in the log each minute says nothing.
        return 0

    def _noting(self, job: Job) -> Callable[[], int]:
        def run() -> int:
            try:
                done = job.run()
            except Exception as error:
                self._beat(job.name, fault=type(error).__name__)
                raise
            self._beat(job.name)
            return done

        return run

    def _beat(self, name: str, *, fault: str = "") -> None:
        now = self.timer.stamp()
        with self._lock:
            before = self._beats.get(name)
            failed_at = now if fault else before.failed_at if before else None
            self._beats[name] = _Beat(
                ran_at=now,
                failed_at=failed_at,
                fault=fault or (before.fault if before else ""),
            )
