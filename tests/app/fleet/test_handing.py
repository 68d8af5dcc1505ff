"""What a worker of a fleet does: hand out what is due, take its part, and do without the queue."""

import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.bootstrap import open_office
from app.fleet import tables
from app.fleet.handing import handing_out
from app.fleet.plan import RULES
from app.jobs import all_jobs
from core.clock import SystemTimer
from core.db import open_database
from core.jobs import Job, Shares
from core.settings import Settings

pytestmark = pytest.mark.postgres

PATIENCE = 30  # seconds


@pytest.fixture
def shared(postgres_url):
    opened = open_database(postgres_url)
    yield opened
    opened.close()


class Task:
    """A job of the tests: what is due of it, and which parts were done."""

    def __init__(self, name="poll", *, due=()):
        self.name = name
        self.due = set(due)
        self.whole = 0
        self.parts = []
        self._guard = threading.Lock()

    def run(self):
        self.whole += 1
        return 1

    def take(self, share):
        with self._guard:
            self.due.discard(share.number)
            self.parts.append(share.number)
        return 1

    def job(self):
        return Job(
            name=self.name,
            every=timedelta(seconds=1),
            run=self.run,
            next_due=lambda: None,
            at_once=2,
            shares=Shares(due=lambda _: frozenset(self.due), run=self.take),
        )


def in_a_fleet(shared, *tasks, **settings):
    return handing_out(
        [task.job() for task in tasks],
        database=shared,
        settings=Settings.model_validate({"fleet": {"shares": 4}} | settings),
    )


def until(condition, jobs: Sequence[Job] = ()):
    """Tick *jobs* until it is so."""
    timer = SystemTimer()
    deadline = timer.monotonic() + PATIENCE
    while not condition():
        assert timer.monotonic() < deadline
        for job in jobs:
            job.run()
        timer.wait(timedelta(milliseconds=50))


def test_what_is_due_is_done_share_by_share(shared):
    task = Task(due=[0, 2, 3])
    with in_a_fleet(shared, task) as jobs:
        until(lambda: not task.due, jobs)
    assert set(task.parts) == {0, 2, 3}


def test_with_nothing_due_a_tick_does_what_it_does_alone(shared):
    task = Task()
    with in_a_fleet(shared, task) as (job,):
        assert job.run() == 1
    assert (task.whole, task.parts) == (1, [])


def test_without_the_queue_a_worker_does_by_itself_what_is_due(shared):
    task = Task(due=[1])
    with in_a_fleet(shared, task) as (job,):
        until(lambda: not task.due, [job])
        with shared.engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {tables.SCHEMA} CASCADE"))
        before = task.whole
        task.due.add(1)
        assert job.run() == 1
        assert task.whole == before + 1
        tables.migrate(shared)
        until(lambda: not task.due, [job])


def test_a_job_that_nobody_wrote_down_stays_where_it_is(shared):
    task = Task("a-new-one", due=[0])
    with in_a_fleet(shared, task) as (job,):
        assert job.run() == 1


def test_what_a_fleet_does_once_is_done_once_in_its_turn(shared):
    one, two = Task("alert"), Task("alert")
    timer = SystemTimer()

    def done():
        return len(one.parts) + len(two.parts)

    with in_a_fleet(shared, one) as first, in_a_fleet(shared, two) as second:
        both = [*first, *second]
        until(done, both)
        before, began = done(), timer.monotonic()
        until(lambda: done() >= before + 6, both)
        turns = timer.monotonic() - began
        # A busy machine may end turns late, and then several at once.
        assert done() - before <= turns + 3, "each tick of each host asked for it"


def test_a_host_without_a_folder_for_backups_has_no_such_job(shared):
    with in_a_fleet(shared, Task("backup")) as jobs:
        assert jobs == []
    with in_a_fleet(
        shared, Task("backup"), backup={"folder": "/srv/b", "key": "k"}
    ) as jobs:
        assert [job.name for job in jobs] == ["backup"]


def test_every_job_of_an_office_has_its_place_in_the_fleet(tmp_path):
    given = Settings.model_validate(
        {
            "data_dir": str(tmp_path),
            "bounces": {"host": "mail.test", "user": "u", "password": "p"},
            "alerts": {"ping_url": "https://hc.test/ping"},
        }
    )
    with open_office(given) as office:
        names = [job.name for job in all_jobs(office)]
    assert [name for name in names if name not in RULES] == []
    assert sorted(RULES) == sorted(names)
