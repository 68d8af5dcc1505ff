"""The ground of a fleet's trust cases: worker processes and a database that they share."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sending_ground import (
    CONNECTIONS,
    NOON,
    PATIENCE,
    PIPELINE,
    ROOT,
    PacedSink,
    a_sink,
)
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.fleet import tables
from app.migrations import history
from core.db import open_database

LEASE_SECONDS = 3
# What one worker that dies or is cut off can leave in doubt (promise S2).
BOUND = CONNECTIONS * PIPELINE


@contextmanager
def an_office(url):
    """A shared database with every table of the office and of the queue."""
    opened = open_database(url)
    history.upgrade(opened)
    tables.migrate(opened)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def a_paced_sink():
    with a_sink(PacedSink(0.02)) as kept:
        try:
            yield kept
        finally:
            kept.seconds = 0


def sends(port, *, host="127.0.0.1"):
    """Settings of a worker that sends to a mail server."""
    return {
        "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
        "channels": {
            "smtp": {
                "host": host,
                "port": port,
                "security": "none",
                "timeout": 10,
                "pipeline": PIPELINE,
            }
        },
        "sending": {"lease_seconds": LEASE_SECONDS, "connections": CONNECTIONS},
    }


@dataclass(frozen=True)
class Worker:
    """A process, the name its connections bear, and what it said."""

    process: subprocess.Popen
    name: str
    log: Path

    def said(self):
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def did(self, job):
        """How much it did of a job in all its runs that ended."""
        return sum(
            line["count"]
            for line in self.said()
            if line["event"] == "job.done" and line["job"] == job
        )

    def is_ticking(self):
        return any(line["event"] == "ticking" for line in self.said())

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self):
        """As a container is told to stop; it ends what it runs."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=PATIENCE) == 0


@contextmanager
def a_worker(url, folder, name, settings, *, jobs, within=(), office_time=NOON):
    """A worker process with a data folder of its own; killed at the end, if not before.

    *within* is what to run it by, such as `ip netns exec NAME`.
    """
    place = folder / name
    place.mkdir()
    given = place / "given.json"
    given.write_text(
        json.dumps(
            {
                "url": make_url(url)
                .update_query_dict({"application_name": name})
                .render_as_string(hide_password=False),
                "settings": settings | {"data_dir": str(place)},
                "jobs": jobs,
                "office_time": office_time.isoformat(),
            }
        )
    )
    said = place / "log"
    with said.open("wb") as file:
        process = subprocess.Popen(
            [
                *within,
                sys.executable,
                Path(__file__).with_name("fleet_worker.py"),
                given,
            ],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Worker(process, name, said)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def stop_between_transactions(database, worker):
    """Stop a worker while the database does nothing for it: its locks would hold up others.

    They do until the server loses patience, which takes longer than a test may.
    """
    asked = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE application_name = :name AND state <> 'idle'"
    )

    def is_still():
        worker.process.send_signal(signal.SIGSTOP)
        until(lambda: _state(worker.process.pid) == "T", "it does not stop")
        with database.engine.connect() as connection:
            if not connection.scalar(asked, {"name": worker.name}):
                return True
        worker.process.send_signal(signal.SIGCONT)
        return False

    until(is_still, "the worker writes without a pause")


def _state(pid):
    line = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    return line.rsplit(") ", 1)[1].split()[0]


def assert_each_in_one_state(database, sink, *, recipients, doubted):
    """Everyone is in one named state, and what the mail server saw agrees with it."""
    with database.read() as session:
        rows = session.execute(
            text("SELECT token, state, attempts FROM delivery")
        ).all()
    accepted = {row.token for row in rows if row.state == "accepted"}
    unsure = {row.token for row in rows if row.state == "unsure"}
    assert len(rows) == recipients
    assert len(accepted) + len(unsure) == recipients, "everyone is in one named state"
    assert len(sink.names) == len(set(sink.names)), "nobody is mailed twice"
    assert accepted <= set(sink.names), "nobody is lost"
    assert set(sink.names) <= accepted | unsure
    assert len(unsure) <= doubted, "the doubt is bounded"
