"""Whose turn it is, told by procrastinate. Its only user; async stays in here.

One thread has a loop with a worker for each kind of work. What is handed out waits in
PostgreSQL until a worker of any host takes it. Nothing is retried by the queue: its retries
collide with its queueing locks (its issues 1446 and 1543), and the next tick hands out what
is still due, which enters by the leases again.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate import exceptions as faults
from procrastinate.jobs import Job, Status
from psycopg import AsyncConnection, sql
from sqlalchemy import URL

from app.fleet.plan import Queued, Run, left_lying
from app.fleet.tables import SCHEMA
from core.errors import Unavailable
from core.jobs import Share
from core.log import logger
from core.wording import worded

_log = logger("fleet")

_ONCE: Final = "once"
_CLOCK: Final = "SELECT now() AS now"
_CONNECTIONS: Final = 4
# How long a tick waits for the queue before it does without.
_PATIENCE: Final = timedelta(seconds=10)
_AGAIN: Final = timedelta(seconds=1)

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How soon the fleet notices that a worker died, in machine time."""

    beat: timedelta = timedelta(seconds=5)
    # A worker that was silent for so long is taken for dead: what it was at is free again.
    silent: timedelta = timedelta(seconds=20)
    sweep: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One job as this process takes its part in it."""

    name: str
    run: Callable[[Share], None]
    # One of the jobs that a fleet does once, each in its turn.
    once: bool
    # How many runs this process does at once.
    at_once: int
    # Whether it begins as soon as it is handed out, for the price of a connection.
    urgent: bool = False


class Queue:
    """Safe to use from many threads. Each call raises Unavailable when it has no answer."""

    def __init__(
        self, url: URL, works: Sequence[Work], *, rhythm: Rhythm = Rhythm()
    ) -> None:
        self._rhythm = rhythm
        for name in ("procrastinate", "psycopg.pool"):
            # What they say is said here, in one line.
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._connector = PsycopgConnector(
            conninfo=url.set(drivername="postgresql").render_as_string(
                hide_password=False
            ),
            configure=_in_own_schema,
            min_size=1,
            max_size=_CONNECTIONS,
            timeout=_PATIENCE.total_seconds(),
        )
        self._app = App(connector=self._connector)
        self._works = {work.name: work for work in works}
        for work in works:
            self._app.task(name=work.name, pass_context=True)(self._begun(work))
        self._loop = asyncio.new_event_loop()
        self._ending = asyncio.Event()
        self._open = threading.Event()
        # What this process is at, and under which names the queue knows it.
        self._at_it: set[int] = set()
        self._workers: set[int] = set()
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=(self._main(),), name="fleet"
        )

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Take nothing more, wait for what is running, and leave."""
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join()
        self._loop.close()

    def queued(self, name: str) -> Sequence[Queued]:
        """What was handed out of a job and is not done."""
        rows = self._ask(self._app.job_manager.list_jobs_async(task=name))
        return [Queued(_number(row), row.status == Status.DOING.value) for row in rows]

    def hand_out(self, name: str, shares: Sequence[int], *, of: int) -> None:
        """Let whoever is free do these shares; those that wait already wait once."""
        if shares:
            self._ask(self._put([self._job(name, Share(one, of)) for one in shares]))

    def hand_out_once(self, name: str, *, at: Callable[[datetime], datetime]) -> None:
        """Let one worker do the job, or keep to what was handed out before.

        *at* says when, given what the database's clock shows: that one decides when a run
        is due. By the clock of a host that is ahead it would wait, and all others behind it.
        """
        self._ask(self._put_once(name, at))

    async def _put_once(self, name: str, at: Callable[[datetime], datetime]) -> None:
        found = await self._connector.execute_query_one_async(_CLOCK)
        await self._put([self._job(name, Share(0, 1), at=at(found["now"]))])

    def _job(self, name: str, share: Share, *, at: datetime | None = None) -> Job:
        work = self._works[name]
        lock = f"{name}:{share.number}"
        return Job(
            id=None,
            queue=name,
            task_name=name,
            # One that may run but once at a time waits for the one before it.
            lock=lock if work.once and work.at_once == 1 else None,
            queueing_lock=lock,
            task_kwargs={"number": share.number, "of": share.of},
            scheduled_at=at,
        )

    async def _put(self, jobs: list[Job]) -> None:
        """All in one go; one by one when another host was quicker with some of them."""
        try:
            await self._app.job_manager.batch_defer_jobs_async(jobs)
        except faults.AlreadyEnqueued:
            if len(jobs) > 1:
                for job in jobs:
                    await self._put([job])

    def _ask(self, asked: Coroutine[Any, Any, Answer]) -> Answer:
        if not self._open.is_set():
            asked.close()
            raise _away()
        waited = asyncio.run_coroutine_threadsafe(asked, self._loop)
        try:
            return waited.result(_PATIENCE.total_seconds())
        except (faults.ConnectorException, TimeoutError) as error:
            waited.cancel()
            raise _away() from error

    def _begun(self, work: Work) -> Callable[..., None]:
        def begin(context: JobContext, *, number: int, of: int) -> None:
            with self._being_at(context.job):
                work.run(Share(number, of))

        return begin

    @contextmanager
    def _being_at(self, job: Job) -> Iterator[None]:
        if job.id is None:
            raise TypeError("a job that runs has a number")
        if job.worker_id is not None:
            self._workers.add(job.worker_id)
        self._at_it.add(job.id)
        try:
            yield
        finally:
            self._at_it.discard(job.id)

    async def _main(self) -> None:
        threads = sum(work.at_once for work in self._works.values())
        self._loop.set_default_executor(ThreadPoolExecutor(max(1, threads)))
        await self._opened()
        if self._open.is_set():
            serving = [asyncio.create_task(one) for one in self._servants()]
            await self._ending.wait()
            for task in serving:
                task.cancel()
            # Each ends what it runs before it obeys.
            await asyncio.gather(*serving, return_exceptions=True)
            self._open.clear()
        await self._connector.close_async()
        await self._loop.shutdown_default_executor()

    async def _opened(self) -> None:
        """Connect, however long the database is away."""
        while not (self._ending.is_set() or self._open.is_set()):
            try:
                await self._connector.open_async()
            except Exception as error:  # noqa: BLE001 - a pool's own, a driver's, a system's
                _log.warning("fleet.queue-away", fault=type(error).__name__)
                await self._connector.close_async()
                await asyncio.sleep(_AGAIN.total_seconds())
            else:
                self._open.set()

    def _servants(self) -> Iterator[Coroutine[Any, Any, None]]:
        yield self._sweep()
        once = [work for work in self._works.values() if work.once]
        if once:
            yield self._serve(
                _ONCE, once, at_once=sum(work.at_once for work in once), urgent=False
            )
        for work in self._works.values():
            if not work.once:
                yield self._serve(
                    work.name, [work], at_once=work.at_once, urgent=work.urgent
                )

    async def _serve(
        self, name: str, works: Sequence[Work], *, at_once: int, urgent: bool
    ) -> None:
        """Take what was handed out; after a fault of the database, begin again.

        A fault while it is being ended takes the place of the cancelling: hence the question.
        """
        while not self._ending.is_set():
            try:
                await self._app.run_worker_async(
                    name=name,
                    queues=[work.name for work in works],
                    concurrency=at_once,
                    fetch_job_polling_interval=_AGAIN.total_seconds(),
                    # Nobody asks the queue to end a run: `Job.end` does.
                    abort_job_polling_interval=timedelta(days=1).total_seconds(),
                    listen_notify=urgent,
                    # What is done leaves nothing behind: what it did is in our rows.
                    delete_jobs="always",
                    update_heartbeat_interval=self._rhythm.beat.total_seconds(),
                    stalled_worker_timeout=self._rhythm.silent.total_seconds(),
                    install_signal_handlers=False,
                )
            except Exception as error:  # noqa: BLE001 - whatever it is, the rows still wait
                _log.warning("fleet.worker-ended", of=name, fault=_named(error))
            await asyncio.sleep(_AGAIN.total_seconds())

    async def _sweep(self) -> None:
        """Free what the dead were at, and what was left lying here."""
        seen: Sequence[int] = ()
        while not self._ending.is_set():
            await asyncio.sleep(self._rhythm.sweep.total_seconds())
            try:
                seen = await self._swept(seen)
            except Exception as error:  # noqa: BLE001 - the next sweep tries again
                _log.warning("fleet.queue-away", fault=_named(error))

    async def _swept(self, seen: Sequence[int]) -> Sequence[int]:
        book = self._app.job_manager
        stalled = await book.get_stalled_jobs(
            seconds_since_heartbeat=self._rhythm.silent.total_seconds()
        )
        running = await book.list_jobs_async(status=Status.DOING.value)
        lying, strange = left_lying(
            [Run(job.id, job.worker_id) for job in running if job.id is not None],
            workers=self._workers,
            at_it=self._at_it,
            seen=seen,
        )
        for number in {job.id for job in stalled} | {run.id for run in lying}:
            # Another host may have been quicker, or its worker is not dead after all.
            with suppress(faults.ConnectorException):
                await book.finish_job_by_id_async(
                    job_id=int(number or 0), status=Status.FAILED, delete_job=True
                )
                _log.warning("fleet.run-freed", run=number)
        return [*strange]


async def _in_own_schema(connection: AsyncConnection[Any]) -> None:
    await connection.execute(
        sql.SQL("SET search_path TO {}").format(sql.Identifier(SCHEMA))
    )
    await connection.commit()


def _number(job: Job) -> int:
    """The share it is about; -1 for what somebody else put there."""
    number = job.task_kwargs.get("number")
    return number if isinstance(number, int) else -1


def _named(error: Exception) -> str:
    """What went wrong below procrastinate's own name for it."""
    return type(error.__cause__ or error).__name__


def _away() -> Unavailable:
    return Unavailable(
        worded("The fleet's queue does not answer."),
        to="database",
        mend=worded("Until it does, this worker does by itself what is due."),
    )
