"""kill -9 at random moments of many dispatches: whom it loses, doubles or leaves in doubt.

`make bench ONLY=kills` does 1,000 kills in 100 dispatches of 10,000 recipients, which takes
about half an hour; `ONLY="kills 10"` does ten dispatches of them.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from one_dispatch import people, planned
from recording_sink import recording_sink
from sqlalchemy import func, select

from core.db import Base, open_database
from core.ids import RandomIds
from core.settings import Settings
from core.zones import pin
from distributor.models import Delivery, Dispatch

ROOT = Path(__file__).parents[2]
RECIPIENTS = 10_000
KILLS = 10
CONNECTIONS = 4
# What one cut line can leave in doubt: the channel's depth.
DEPTH = 20
LEASE_SECONDS = 1
PATIENCE = 120  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    kills: int
    lost: int
    doubled: int
    unsure: int
    most_doubt: int
    accepted: int


def one(seed):
    """One dispatch with its kills, on a database of its own."""
    chance = random.Random(seed)
    with (
        tempfile.TemporaryDirectory(dir=ROOT) as folder,
        recording_sink() as (
            sink,
            port,
        ),
    ):
        url = f"sqlite:///{folder}/parution.db"
        database = _planned(url)
        most_doubt = before = 0
        for place in sorted(chance.sample(range(100, RECIPIENTS - 500), KILLS)):
            with _worker(url, port):
                if not sink.wait_for(place, seconds=PATIENCE):
                    raise RuntimeError("the worker stands still")
                threading.Event().wait(chance.random() / 50)
            doubt = _in_doubt(database)
            most_doubt, before = max(most_doubt, doubt - before), doubt
        with _worker(url, port):
            _until_done(database)
        with database.read() as session:
            rows = session.execute(select(Delivery.token, Delivery.state)).all()
        database.close()
        return _counted(rows, sink.names, most_doubt)


def _counted(rows, names, most_doubt):
    states = {row.token: row.state for row in rows}
    taken = Counter(names)
    silent = [
        token
        for token, state in states.items()
        if state not in {"accepted", "unsure"}
        or (state == "accepted" and not taken[token])
    ]
    return Count(
        kills=KILLS,
        lost=len(silent),
        doubled=sum(1 for count in taken.values() if count > 1),
        unsure=sum(1 for state in states.values() if state == "unsure"),
        most_doubt=most_doubt,
        accepted=sum(1 for state in states.values() if state == "accepted"),
    )


def _planned(url):
    database = open_database(url)
    Base.metadata.create_all(database.engine)
    settings = Settings.model_validate(
        {
            "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
            "channels": {"smtp": {"host": "127.0.0.1"}},
        }
    )
    with database.write() as session:
        people(session, RECIPIENTS)
        planned(session, settings=settings, zone_rules=pin(), ids=RandomIds())
    return database


@contextmanager
def _worker(url, port):
    process = subprocess.Popen(
        [
            sys.executable,
            ROOT / "tests/trust/sending_worker.py",
            url,
            str(port),
            str(LEASE_SECONDS),
            str(CONNECTIONS),
            str(DEPTH),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _in_doubt(database):
    with database.read() as session:
        return session.scalar(
            select(func.count()).where(Delivery.state.in_(["sending", "unsure"]))
        )


def _until_done(database):
    for _ in range(PATIENCE * 10):
        with database.read() as session:
            if session.scalars(select(Dispatch.state)).one() == "done":
                return
        threading.Event().wait(0.1)
    raise RuntimeError("the dispatch does not end")
