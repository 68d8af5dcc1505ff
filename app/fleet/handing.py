"""Handing out: what each tick does in a fleet, and the workers that do it.

tick -> is anything due? -> hand it out -> any host's worker -> the job's own claim and lease

With nothing due, or without the queue, a tick does what it does without a fleet.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from app.fleet import tables
from app.fleet.plan import ANY, RULES, Rule, Where, end_of_turn, to_hand_out
from app.fleet.queue import Queue, Work
from app.worker import tick
from core.db import Database
from core.errors import Unavailable
from core.jobs import Job, Share
from core.log import logger
from core.settings import Settings

_log = logger("fleet")


@contextmanager
def handing_out(
    jobs: Sequence[Job], *, database: Database, settings: Settings
) -> Iterator[Sequence[Job]]:
    """The jobs as a worker of a fleet ticks them; on leaving, wait for what it runs."""
    tables.bring_up_to_date(database)
    parts = [
        _Part(job, rule, settings=settings)
        for job in jobs
        if (rule := RULES.get(job.name, ANY)).able(settings)
    ]
    queue = Queue(
        database.engine.url, [part.work() for part in parts if not part.is_here]
    )
    queue.start()
    try:
        yield [part.ticked(queue) for part in parts]
    finally:
        for part in parts:
            part.end()
        queue.close()


class _Part:
    """One worker's part in one job."""

    def __init__(self, job: Job, rule: Rule, *, settings: Settings) -> None:
        self._job = job
        self._rule = rule
        self._of = rule.shares(settings.fleet)
        self._at_once = rule.at_once
        if rule.where is Where.SPREAD:
            self._at_once = settings.fleet.concurrency if job.at_once > 1 else 1
        # A job's own runs in one process, whoever begins them.
        self._turns = threading.BoundedSemaphore(self._at_once)
        self._is_away = False

    @property
    def is_here(self) -> bool:
        return self._rule.where is Where.HERE

    def end(self) -> None:
        self._job.end()

    def work(self) -> Work:
        return Work(
            name=self._job.name,
            run=self._run_share,
            once=self._rule.where is Where.ONCE,
            at_once=self._at_once,
            urgent=self._rule.urgent,
        )

    def ticked(self, queue: Queue) -> Job:
        """The job with a tick that hands out."""
        if self.is_here:
            return self._job
        return replace(self._job, run=partial(self._tick, queue))

    def _tick(self, queue: Queue) -> int:
        try:
            is_out = self._hand_out(queue)
        except Unavailable as away:
            self._say_away(away)
            is_out = False
        else:
            self._is_away = False
        return 0 if is_out else self._run_here()

    def _hand_out(self, queue: Queue) -> bool:
        """Whether others have it now; with nothing due there is nothing to hand out."""
        if self._rule.where is Where.ONCE:
            queue.hand_out_once(
                self._job.name,
                at=partial(end_of_turn, every=self._job.every),
            )
            return True
        if self._job.shares is None:
            raise TypeError(f"{self._job.name} is spread and has no shares")
        due = self._job.shares.due(self._of)
        if due:
            wanted = to_hand_out(
                due, queue.queued(self._job.name), at_once=self._rule.at_once
            )
            queue.hand_out(self._job.name, wanted, of=self._of)
        return bool(due)

    def _run_here(self) -> int:
        """What a worker without a fleet does at each tick, such as looking after its own dead."""
        if not self._turns.acquire(blocking=False):
            return 0
        try:
            return self._job.run()
        finally:
            self._turns.release()

    def _run_share(self, share: Share) -> None:
        shares = self._job.shares
        run = self._job.run if shares is None else partial(shares.run, share)
        with self._turns:
            tick(replace(self._job, run=run))

    def _say_away(self, away: Unavailable) -> None:
        if not self._is_away:
            _log.warning("fleet.queue-away", job=self._job.name, reason=away.what)
        self._is_away = True
