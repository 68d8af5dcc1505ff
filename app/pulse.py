"""A worker's pulse: every minute it writes when each of its jobs last ran, and how it failed.

Then it leaves its machine's sign of life, for the health check of its container.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import sign
from core.clock import Timer
from core.db import Database
from core.jobs import Job, Share
from core.models import JobPulse

_EVERY = timedelta(minutes=1)
# A tick that runs for longer is taken for one that hangs.
_LONGEST = timedelta(hours=1)
# A dispatch may take a day at a slow pace: whether it moves is seen in its deliveries.
_JUDGED_OTHERWISE = frozenset({"send"})
_GONE = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beat:
    ran_at: datetime
    failed_at: datetime | None = None
    fault: str = ""


def _unwatched(name: str, run: Callable[[], int]) -> int:
    del name
    return run()


@dataclass(slots=True)
class Pulse:
    database: Database
    timer: Timer
    data_dir: Path
    # Runs a tick of the job of that name, and looks on.
    watch: Callable[[str, Callable[[], int]], int] = _unwatched
    _names: set[str] = field(default_factory=set)
    _beats: dict[str, _Beat] = field(default_factory=dict)
    # When the ticks that run now began.
    _running: dict[str, list[datetime]] = field(default_factory=dict)
    _has_forgotten: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def watched(self, job: Job) -> Job:
        """*job*, noting when it runs."""
        self._names.add(job.name)
        shares = job.shares
        if shares is None:
            return replace(job, run=lambda: self._noting(job.name, job.run))

        def run(share: Share) -> int:
            return self._noting(job.name, lambda: shares.run(share))

        return replace(
            job,
            run=lambda: self._noting(job.name, job.run),
            shares=replace(shares, run=run),
        )

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
        now = self.timer.stamp()
        with self._lock:
            beats, self._beats = self._beats, {}
            for name, began in self._running.items():
                if name in _JUDGED_OTHERWISE or now - began[-1] < _LONGEST:
                    beats[name] = replace(
                        beats.get(name, _Beat(ran_at=now)), ran_at=now
                    )
        if not beats:
            return 0
        with self.database.write() as session:
            self._forget_others(session, now)
            for name, beat in sorted(beats.items()):
                row = session.get(JobPulse, name, with_for_update=True)
                if row is None:
                    row = JobPulse(name=name, ran_at=beat.ran_at)
                    session.add(row)
                row.ran_at = max(row.ran_at, beat.ran_at)
                if beat.failed_at is not None:
                    row.failed_at, row.fault = beat.failed_at, beat.fault
        sign.leave(self.data_dir, self.timer.stamp())
        # Its own trail is the rows: a line in the log each minute says nothing.
        return 0

    def _forget_others(self, session: Session, now: datetime) -> None:
        """Once: a job that this version or these settings have no more never runs again."""
        if self._has_forgotten:
            return
        self._has_forgotten = True
        session.execute(
            delete(JobPulse).where(
                JobPulse.name.not_in(self._names), JobPulse.ran_at < now - _GONE
            )
        )

    def _noting(self, name: str, run: Callable[[], int]) -> int:
        began = self.timer.stamp()
        with self._lock:
            self._running.setdefault(name, []).append(began)
        try:
            done = self.watch(name, run)
        except Exception as error:
            self._beat(name, fault=type(error).__name__)
            raise
        finally:
            self._ended(name, began)
        self._beat(name)
        return done

    def _ended(self, name: str, began: datetime) -> None:
        with self._lock:
            running = self._running[name]
            running.remove(began)
            if not running:
                del self._running[name]

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
