"""The ground of the sending half's trust cases: a dispatch, a mail server, worker processes."""

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
from pathlib import Path

from aiosmtpd.controller import Controller
from sqlalchemy import func, insert, select

from core.settings import Settings
from core.zones import ZoneRules
from distributor.contacts import lists
from distributor.models import Contact, Delivery, Dispatch, Membership
from distributor.releases import importing
from distributor.sending.plan import plan

ROOT = Path(__file__).parents[2]
RULES = ZoneRules(version="2026c", origin="test")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
CONNECTIONS = 4
PIPELINE = 2
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
    """Plan a dispatch to *count* contacts at noon; answers its id."""
    now = NOON - timedelta(hours=1)
    with database.write() as session:
        release = importing.store(
            session,
            number="1/2026",
            kind="communique",
            versions=[
                importing.ImportedVersion(
                    language="fr", title="Titre", body="Texte.", file_name="n.fr.md"
                )
            ],
            zone="Africa/Abidjan",
            embargo_wall=None,
            event_wall=None,
            now=now,
        )
        mailing_list = lists.by_name_or_new(session, "tous")
        session.execute(
            insert(Contact),
            [
                {
                    "id": number + 1,
                    "address": f"p{number}@presse.test",
                    "address_key": f"p{number}@presse.test",
                    "languages": ["fr"],
                    "beats": [],
                    "provenance": "test",
                    "created_at": now,
                    "updated_at": now,
                }
                for number in range(count)
            ],
        )
        session.execute(
            insert(Membership),
            [
                {"mailing_list_id": mailing_list.id, "contact_id": number + 1}
                for number in range(count)
            ],
        )
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


@contextmanager
def a_sink():
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
    """A process that only sends; killed at the end, if not before."""
    process = subprocess.Popen(
        [
            sys.executable,
            str(Path(__file__).with_name("sending_worker.py")),
            url,
            str(port),
            str(LEASE_SECONDS),
            str(CONNECTIONS),
            str(PIPELINE),
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


def until_done(database, dispatch_id):
    deadline = time.monotonic() + PATIENCE
    while state_of(database, dispatch_id) != "done":
        assert time.monotonic() < deadline, "the dispatch does not end"
        threading.Event().wait(0.1)


def in_doubt(database):
    """Deliveries in the air of a dead worker, named unsure already or about to be."""
    with database.read() as session:
        return session.scalar(
            select(func.count()).where(Delivery.state.in_(["sending", "unsure"]))
        )


def assert_nobody_lost_or_doubled(database, sink, *, recipients):
    """Everyone is in one named state, and what the server saw agrees with it."""
    with database.read() as session:
        rows = session.execute(
            select(Delivery.token, Delivery.state, Delivery.reason)
        ).all()
    accepted = {row.token for row in rows if row.state == "accepted"}
    unsure = {row.token for row in rows if row.state == "unsure"}
    assert len(rows) == recipients
    assert len(accepted) + len(unsure) == recipients, "everyone is in one named state"
    assert max(Counter(sink.names).values()) == 1, "nobody is mailed twice"
    assert accepted <= set(sink.names), "nobody is lost"
    assert set(sink.names) <= accepted | unsure
    assert {row.reason for row in rows if row.state == "unsure"} <= {"crash"}
    return accepted, unsure
