"""Case 43: another process holds the database, or its server goes: all is retried or held."""

import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from invariants import Checker
from office_servers import MailServer
from outside import Outside
from postgres_server import need_programs, postgres_server, programs
from quiet_logs import quiet_logs
from sending_ground import NOON, RULES, a_dispatch, settings
from sqlalchemy import create_engine, event, text

import distributor.jobs
import distributor.report
from app.tables import metadata
from app.worker import tick
from core.clock import StoppedClock
from core.db import open_database
from core.ids import RandomIds
from core.keys import Links
from distributor.channels.smtp import Channel

PEOPLE = 30
PIPELINE = 5
# A lock lasts longer than the office waits for it; how long either is proves nothing.
BUSY_MILLISECONDS = 100


@pytest.fixture(autouse=True)
def _quiet():
    with quiet_logs():
        yield


@pytest.fixture
def mail():
    server = MailServer(Outside(), StoppedClock(NOON))
    server.start()
    yield server
    server.close()
    server.join(timeout=15)


class Sender:
    """One worker's sending job, its dispatch to some people, and the checker."""

    def __init__(self, database, mail, folder):
        self.database, self.mail = database, mail
        self.clock = mail.clock
        smtp = {
            "host": "127.0.0.1",
            "port": mail.port,
            "security": "none",
            "pipeline": PIPELINE,
        }
        given = settings(
            data_dir=folder, channels={"smtp": smtp}, sending={"connections": 1}
        )
        self.dispatch_id = a_dispatch(database, count=PEOPLE, ids=RandomIds())
        self.checker = Checker(database, mail.outside, settings=given)
        self.job = next(
            job
            for job in distributor.jobs.jobs(
                database=database,
                clock=self.clock,
                timer=self.clock,
                ids=RandomIds(),
                channels={
                    "smtp": Channel(
                        Channel.Options.model_validate(smtp), timer=self.clock
                    )
                },
                links=Links(["key"]),
                settings=given,
                zone_rules=RULES,
            )
            if job.name == "send"
        )

    def tick(self):
        tick(self.job)

    def counts(self):
        with self.database.read() as session:
            counts = distributor.report.summarise(session, self.dispatch_id).counts
        return {state: count for state, count in dict(counts).items() if count}

    def until_done(self):
        """Some more looks; each promise holds after each of them."""
        for _ in range(8):
            self.tick()
            self.checker.demand(now=self.clock.now())
            self.clock.wait(timedelta(minutes=5))
        self.checker.demand_at_rest(now=self.clock.now())
        counts = self.counts()
        assert counts.get("accepted", 0) + counts.get("unsure", 0) == PEOPLE
        assert counts.get("unsure", 0) <= PIPELINE
        return counts


class Holder:
    """Another process with the write lock of a SQLite file."""

    def __init__(self, file):
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("lock_holder.py")), file],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def turn(self):
        """Take the lock, or give it back; answers when that is done."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"

    def close(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture
def impatient(tmp_path):
    """A database on a file, whose writers give up soon."""
    opened = open_database(f"sqlite:///{tmp_path}/office.db")
    metadata.create_all(opened.engine)
    opened.engine.dispose()
    event.listen(
        opened.engine,
        "connect",
        lambda connection, _: connection.execute(
            f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}"
        ),
    )
    yield opened
    opened.close()


@pytest.fixture
def holder(tmp_path, impatient):
    del impatient
    made = Holder(str(tmp_path / "office.db"))
    yield made
    made.close()


def test_a_dispatch_that_meets_a_lock_at_its_hour_waits_for_it(
    impatient, holder, mail, tmp_path
):
    sender = Sender(impatient, mail, tmp_path)
    holder.turn()
    for _ in range(3):
        sender.tick()
        sender.checker.demand(now=sender.clock.now())
    assert (sender.counts(), mail.outside.arrivals) == ({"waiting": PEOPLE}, [])
    holder.turn()
    assert sender.until_done() == {"accepted": PEOPLE}


def test_a_lock_in_the_middle_of_a_dispatch_doubles_nobody(
    impatient, holder, mail, tmp_path
):
    sender = Sender(impatient, mail, tmp_path)

    def lock(_):
        if len(mail.outside.arrivals) == PEOPLE // 2:
            # Its answers cannot be written down: it is as good as dead.
            mail.outside.deaths += 1
            holder.turn()

    mail.on_mail = lock
    sender.tick()
    sender.checker.demand(now=sender.clock.now())
    assert len(mail.outside.arrivals) < PEOPLE, "it stopped where it could not write"
    holder.turn()
    sender.until_done()


# -- PostgreSQL ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own_server():
    """A server of this module's own, for it is killed."""
    need_programs()
    with postgres_server() as address:
        yield address


@pytest.fixture
def served(own_server):
    """A database on it with every table."""
    admin = create_engine(f"{own_server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS office WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE office"))
        folder = Path(connection.scalar(text("SHOW data_directory")))
    admin.dispose()
    opened = open_database(f"{own_server}/office")
    metadata.create_all(opened.engine)
    opened.data_folder = folder
    yield opened
    opened.close()


def crash_and_start(folder):
    """The server is gone at once, as by kill, and comes back."""
    subprocess.run(
        [
            *(programs() / "pg_ctl", "-D", folder, "-w", "-m", "immediate"),
            *("-l", folder.parent / "log", "restart"),
        ],
        user="postgres" if os.geteuid() == 0 else None,
        cwd=folder.parent,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.postgres
def test_a_database_server_that_restarts_in_a_dispatch_leaves_nobody_in_doubt(
    served, mail, tmp_path
):
    """It is away while mails are in the air: a connection is asked before it is used."""
    sender = Sender(served, mail, tmp_path)
    crashes = []

    def crash(_):
        if len(mail.outside.arrivals) == PEOPLE // 2:
            crashes.append(crash_and_start(served.data_folder))

    mail.on_mail = crash
    sender.tick()
    sender.checker.demand(now=sender.clock.now())
    assert len(crashes) == 1
    assert sender.until_done() == {"accepted": PEOPLE}


@contextmanager
def cut_at(database, statement):
    """The server ends our connection just before the write numbered *statement*."""
    other = create_engine(database.engine.url, isolation_level="AUTOCOMMIT")
    left = [statement]

    def before(connection, *_):
        if not connection.get_execution_options().get("writes", False):
            return
        left[0] -= 1
        if left[0] == 0:
            pid = connection.connection.dbapi_connection.info.backend_pid
            with other.connect() as killing:
                killing.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    event.listen(database.engine, "before_cursor_execute", before)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", before)
        other.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("statement", [1, 5, 7, 8, 11])
def test_a_connection_that_is_cut_in_a_transaction_doubles_nobody(
    served, mail, tmp_path, statement
):
    sender = Sender(served, mail, tmp_path)
    mail.outside.deaths += 1
    with cut_at(served, statement):
        sender.tick()
    sender.checker.demand(now=sender.clock.now())
    sender.until_done()
