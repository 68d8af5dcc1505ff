"""The queue on a real server: whoever is free takes a share, and the dead keep none."""

import threading
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.fleet import tables
from app.fleet.queue import Queue, Rhythm, Work
from core.clock import SystemTimer
from core.db import open_database
from core.errors import Unavailable

pytestmark = pytest.mark.postgres

PATIENCE = 30  # seconds
QUICK = Rhythm(
    beat=timedelta(seconds=0.2),
    silent=timedelta(seconds=30),
    sweep=timedelta(seconds=0.2),
)
PAST = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def shared(postgres_url):
    opened = open_database(postgres_url)
    tables.migrate(opened)
    yield opened
    opened.close()


class Desk:
    """What one host did, and a door that its runs wait at."""

    def __init__(self):
        self.done = []
        self.door = threading.Event()
        self.door.set()
        self.begun = threading.Event()

    def run(self, share):
        self.begun.set()
        assert self.door.wait(PATIENCE)
        self.done.append(share.number)


@contextmanager
def a_host(shared, desk, *, once=False, at_once=2):
    work = Work(name="poll", run=desk.run, once=once, at_once=at_once, urgent=True)
    queue = Queue(shared.engine.url, [work], rhythm=QUICK)
    queue.start()
    try:
        yield queue
    finally:
        # Told before the door opens: what waits is not taken in between.
        queue._loop.call_soon_threadsafe(queue._ending.set)
        desk.door.set()
        queue.close()


def until(condition):
    """Wait until it is so. A queue that is still being opened says that it is away."""
    timer = SystemTimer()
    deadline = timer.monotonic() + PATIENCE
    while timer.monotonic() < deadline:
        try:
            found = condition()
        except Unavailable:
            found = False
        if found:
            return
        timer.wait(timedelta(milliseconds=20))
    raise AssertionError("it does not come to that")


def soon(now):
    """A turn that is over already."""
    del now
    return PAST


def handed(queue, shares):
    queue.hand_out("poll", shares, of=16)
    return True


def test_each_share_is_done_once_by_whoever_is_free(shared):
    one, two = Desk(), Desk()
    one.door.clear()
    two.door.clear()
    with a_host(shared, one) as queue, a_host(shared, two):
        until(lambda: handed(queue, range(4)))
        until(lambda: one.begun.is_set() and two.begun.is_set())
        one.door.set()
        two.door.set()
        until(lambda: len(one.done) + len(two.done) == 4)
        until(lambda: not queue.queued("poll"))
    assert Counter(one.done + two.done) == Counter(range(4))


def test_a_share_that_waits_already_is_handed_out_no_second_time(shared):
    desk = Desk()
    desk.door.clear()
    with a_host(shared, desk, at_once=1) as queue:
        until(lambda: handed(queue, [7]))
        assert desk.begun.wait(PATIENCE)
        for _ in range(3):
            handed(queue, [7, 8])
        waiting = [one.share for one in queue.queued("poll") if not one.is_running]
        assert sorted(waiting) == [7, 8]
        desk.door.set()
        until(lambda: not queue.queued("poll"))
    assert sorted(desk.done) == [7, 7, 8]


def test_who_is_told_to_end_ends_what_it_runs_and_leaves_the_rest(shared):
    desk = Desk()
    desk.door.clear()
    with a_host(shared, desk, at_once=1) as queue:
        until(lambda: handed(queue, range(3)))
        assert desk.begun.wait(PATIENCE)
    assert len(desk.done) == 1
    left = Desk()
    with a_host(shared, left):
        until(lambda: len(left.done) == 2)


def test_a_run_that_may_be_but_once_waits_for_the_one_before_it(shared):
    one, two = Desk(), Desk()
    one.door.clear()
    two.door.clear()
    with (
        a_host(shared, one, once=True, at_once=1) as queue,
        a_host(shared, two, once=True, at_once=1),
    ):
        until(lambda: queue.hand_out_once("poll", at=soon) is None)
        until(lambda: one.begun.is_set() or two.begun.is_set())
        queue.hand_out_once("poll", at=soon)
        queue.hand_out_once("poll", at=soon)
        assert sorted(each.is_running for each in queue.queued("poll")) == [False, True]
        one.door.set()
        two.door.set()
        until(lambda: not queue.queued("poll"))
    assert len(one.done) + len(two.done) == 2


def test_a_turn_is_told_by_the_clock_that_says_what_is_due(shared):
    """A host whose own is ahead keeps nobody waiting."""
    desk, told = Desk(), []

    def at_once(now):
        told.append(now)
        return now

    def shown():
        with shared.engine.connect() as connection:
            return connection.scalar(text("SELECT now()"))

    with a_host(shared, desk, once=True) as queue:
        until(lambda: queue.queued("poll") == [])
        before = shown()
        queue.hand_out_once("poll", at=at_once)
        after = shown()
        until(lambda: desk.done == [0])
    [now] = told
    assert before <= now <= after


def test_what_a_dead_worker_was_at_is_free_again(shared):
    desk = Desk()
    with a_host(shared, desk, once=True, at_once=1) as queue:
        until(lambda: queue.queued("poll") == [])
        with shared.engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO parution_fleet.procrastinate_workers (last_heartbeat)"
                    " VALUES (now() - interval '1 hour')"
                )
            )
            connection.execute(
                text(
                    "INSERT INTO parution_fleet.procrastinate_jobs"
                    " (queue_name, task_name, lock, status, args, worker_id)"
                    " SELECT 'poll', 'poll', 'poll:0', 'doing',"
                    ' \'{"number": 0, "of": 1}\', max(id)'
                    " FROM parution_fleet.procrastinate_workers"
                )
            )
        queue.hand_out_once("poll", at=soon)
        until(lambda: desk.done == [0])


def test_a_run_whose_end_could_not_be_written_is_freed(shared):
    desk = Desk()
    with a_host(shared, desk, once=True, at_once=1) as queue:
        until(lambda: queue.hand_out_once("poll", at=soon) is None)
        until(lambda: desk.done == [0])
        with shared.engine.begin() as connection:
            # As if its end had been lost: done here, and said to be running by a worker
            # that lives.
            connection.execute(
                text(
                    "INSERT INTO parution_fleet.procrastinate_jobs"
                    " (queue_name, task_name, lock, status, args, worker_id)"
                    " SELECT 'poll', 'poll', 'poll:0', 'doing',"
                    ' \'{"number": 0, "of": 1}\', max(id)'
                    " FROM parution_fleet.procrastinate_workers"
                )
            )
        queue.hand_out_once("poll", at=soon)
        until(lambda: desk.done == [0, 0])


def test_a_queue_without_its_tables_says_that_it_is_away(shared):
    desk = Desk()
    with a_host(shared, desk) as queue:
        until(lambda: queue.queued("poll") == [])
        with shared.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA parution_fleet CASCADE"))
        with pytest.raises(Unavailable, match="queue does not answer"):
            queue.hand_out("poll", [0], of=1)
        tables.migrate(shared)
        until(lambda: handed(queue, [3]))
        until(lambda: desk.done == [3])


def test_work_goes_on_when_every_connection_was_cut(shared):
    desk = Desk()
    with a_host(shared, desk) as queue:
        until(lambda: queue.queued("poll") == [])
        with shared.engine.begin() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        until(lambda: handed(queue, [5]))
        until(lambda: desk.done == [5])
