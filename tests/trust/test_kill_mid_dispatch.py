"""Kill -9 in the middle of a dispatch: nobody lost, nobody mailed twice (S1 to S3)."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from core.clock import StoppedClock
from core.ids import CountedIds, RandomIds
from core.keys import Links
from core.settings import Settings
from core.zones import ZoneRules
from distributor.channels.base import Outcome, Sent, Verdict
from distributor.contacts import importing as contact_importing
from distributor.models import Attempt, Delivery, Dispatch
from distributor.releases import importing as release_importing
from distributor.sending.delivery import Sending
from distributor.sending.plan import plan

ROOT = Path(__file__).parents[2]
RULES = ZoneRules(version="2026c", origin="test")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
RECIPIENTS = 2_000
KILLS = 20
CONNECTIONS = 4
DEPTH = 1
LEASE_SECONDS = 0.8
PATIENCE = 60  # seconds


def settings(**changes):
    return Settings.model_validate(
        {
            "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
            "channels": {"smtp": {"host": "127.0.0.1"}},
        }
        | changes
    )


def a_dispatch(database, *, count, ids):
    now = NOON - timedelta(hours=1)
    with database.write() as session:
        release = release_importing.store(
            session,
            number="1/2026",
            kind="communique",
            versions=[
                release_importing.ImportedVersion(
                    language="fr", title="Titre", body="Texte.", file_name="n.fr.md"
                )
            ],
            zone="Africa/Abidjan",
            embargo_wall=None,
            event_wall=None,
            now=now,
        )
        rows = [
            contact_importing.ContactRow(
                line=number,
                address=f"p{number}@presse.test",
                address_key=f"p{number}@presse.test",
                name="",
                languages=("fr",),
                outlet="",
                beats=(),
                phone="",
                provenance="",
            )
            for number in range(count)
        ]
        contact_importing.store(session, rows, list_name="tous", now=now)
        return plan(
            session,
            release_id=release.id,
            list_name="tous",
            wall=NOON.replace(tzinfo=None),
            zone="Africa/Abidjan",
            channel="smtp",
            settings=settings(),
            zone_rules=RULES,
            ids=ids,
            now=now,
        ).id


class Sink:
    """A mail server that remembers the name of each message it said 250 to."""

    def __init__(self):
        self.names = []
        self._arrived = threading.Condition()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        name = re.search(rb"Message-ID: <([^@]+)@", envelope.content)[1].decode()
        with self._arrived:
            self.names.append(name)
            self._arrived.notify_all()
        return "250 OK"

    def wait_for(self, count):
        with self._arrived:
            return self._arrived.wait_for(
                lambda: len(self.names) >= count, timeout=PATIENCE
            )


class AnyPort(Controller):
    def _trigger_server(self):
        # aiosmtpd dials the port it was asked for, which is 0.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def sink():
    kept = Sink()
    controller = AnyPort(kept, hostname="127.0.0.1", port=0)
    controller.start()
    kept.port = controller.port
    try:
        yield kept
    finally:
        controller.stop()


@contextmanager
def a_worker(url, port):
    process = subprocess.Popen(
        [
            sys.executable,
            str(Path(__file__).with_name("sending_worker.py")),
            url,
            str(port),
            str(LEASE_SECONDS),
            str(CONNECTIONS),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def state_of(database, dispatch_id):
    with database.read() as session:
        return session.get_one(Dispatch, dispatch_id).state


def in_doubt(database):
    """Deliveries in the air of a dead worker, named unsure already or about to be."""
    with database.read() as session:
        return session.scalar(
            select(func.count()).where(Delivery.state.in_(["sending", "unsure"]))
        )


def test_twenty_kills_lose_nobody_and_mail_nobody_twice(database, sink):
    dispatch_id = a_dispatch(database, count=RECIPIENTS, ids=RandomIds())
    url = str(database.engine.url)
    doubts = [0]
    for number in range(KILLS):
        with a_worker(url, sink.port):
            wanted = (number + 1) * (RECIPIENTS // (KILLS + 2))
            assert sink.wait_for(wanted), "the worker stands still"
        doubts.append(in_doubt(database))
        assert state_of(database, dispatch_id) == "running"
    with a_worker(url, sink.port):
        deadline = time.monotonic() + PATIENCE
        while state_of(database, dispatch_id) != "done":
            assert time.monotonic() < deadline, "the dispatch does not end"
            threading.Event().wait(0.1)

    with database.read() as session:
        rows = session.execute(
            select(Delivery.token, Delivery.state, Delivery.reason, Delivery.attempts)
        ).all()
    accepted = {row.token for row in rows if row.state == "accepted"}
    unsure = {row.token for row in rows if row.state == "unsure"}
    assert len(rows) == RECIPIENTS
    assert len(accepted) + len(unsure) == RECIPIENTS, "everyone is in one named state"
    assert max(Counter(sink.names).values()) == 1, "nobody is mailed twice"
    assert accepted <= set(sink.names), "nobody is lost"
    assert set(sink.names) <= accepted | unsure
    assert {row.reason for row in rows if row.state == "unsure"} <= {"crash"}
    for before, after in pairwise(doubts):
        assert after - before <= CONNECTIONS * DEPTH, "one kill's doubt has a bound"
    assert len(unsure) == doubts[-1] > 0
    assert {row.attempts for row in rows} == {1}


class Killed(BaseException):
    """Stands for kill -9: nothing below may catch it."""


class Deadly:
    """A channel that dies at one point, for the third message."""

    name = "smtp"
    wants_parts = False
    depth = 1

    def __init__(self, point):
        self.point = point
        self.kept = []

    def connect(self):
        if self.point == "after lease":
            raise Killed
        return self

    def send(self, messages):
        (message,) = messages
        third = len(self.kept) == 2
        if third and self.point == "after intent":
            raise Killed
        self.kept.append(message.token)
        if third and self.point == "after accept":
            raise Killed
        return Sent(outcomes=[Outcome(verdict=Verdict.ACCEPTED, answer="250 ok")])

    def close(self):
        pass


@pytest.mark.parametrize(
    ("point", "unsure", "free", "left_to_send"),
    [("after lease", 0, 5, 6), ("after intent", 1, 2, 3), ("after accept", 1, 2, 3)],
)
def test_a_kill_at_each_point_leaves_at_most_one_doubt(
    database, point, unsure, free, left_to_send
):
    ids = CountedIds()
    dispatch_id = a_dispatch(database, count=6, ids=ids)
    timer = StoppedClock(NOON)

    def tick(channel):
        return Sending(
            database=database,
            clock=StoppedClock(NOON),
            timer=timer,
            ids=ids,
            channels={"smtp": channel},
            links=Links(["key"]),
            settings=settings(sending={"connections": 1}),
            zone_rules=RULES,
        ).tick()

    deadly, heir = Deadly(point), Deadly("never")
    with pytest.raises(Killed):
        tick(deadly)
    assert tick(heir) == free, "the dead worker's leases still hold"
    timer.wait(timedelta(seconds=61))
    tick(heir)

    assert len(heir.kept) == left_to_send
    assert not set(heir.kept) & set(deadly.kept)
    with database.read() as session:
        states = Counter(session.scalars(select(Delivery.state)))
        cut_off = session.scalar(select(func.count()).where(Attempt.ended_at.is_(None)))
    assert states == Counter(accepted=6 - unsure, unsure=unsure) - Counter()
    assert cut_off == unsure, "the attempt that was cut off is on record"
    assert state_of(database, dispatch_id) == "done"
