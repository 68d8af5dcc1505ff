"""The ground of the sending half's trust cases: a dispatch, a mail server, worker processes."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiosmtpd.controller import Controller
from invariants import Checker
from outside import Arrival, Outside, token_of
from sqlalchemy import func, insert, select

from core.settings import Settings
from core.zones import ZoneRules
from distributor.contacts import lists
from distributor.models import Contact, Delivery, Dispatch, Membership
from distributor.releases import importing
from distributor.sending.freezing import Terms
from distributor.sending.plan import plan

ROOT = Path(__file__).parents[2]
RULES = ZoneRules(version="2026c", origin="test")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
CONNECTIONS = 4
PIPELINE = 2
LEASE_SECONDS = 5
PATIENCE = 60  # seconds


def settings(**changes):
    return Settings.model_validate(
        {
            "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
            "channels": {"smtp": {"host": "127.0.0.1"}},
        }
        | changes
    )


def a_dispatch(database, *, count, ids, channel="smtp", given=None, failover=()):
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
            channel=channel,
            settings=given or settings(),
            terms=Terms(failover=failover),
            zone_rules=RULES,
            ids=ids,
            now=now,
        ).id


class Sink:
    """A mail server that remembers the name of each message it said 250 to."""

    def __init__(self, now=lambda: NOON):
        self.names = []
        self.outside = Outside()
        self._now = now
        self._arrived = threading.Condition()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        name = token_of(envelope.content)
        self.outside.arrived(
            Arrival(token=name, address=envelope.rcpt_tos[0], at=self._now())
        )
        with self._arrived:
            self.names.append(name)
            self._arrived.notify_all()
        return "250 OK"

    def wait_for(self, count):
        with self._arrived:
            return self._arrived.wait_for(
                lambda: len(self.names) >= count, timeout=PATIENCE
            )


class PacedSink(Sink):
    """A mail server that takes *seconds* for each message.

    It keeps those past the first *stops_after* waiting until ``goes_on`` is set: what a test
    does meanwhile happens in the middle of a dispatch, however fast the machine.
    """

    def __init__(self, seconds, *, stops_after=None, **more):
        super().__init__(**more)
        self.seconds = seconds
        self.stops_after = stops_after
        self.goes_on = threading.Event()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(self.seconds)
        # The test that lets it go on is in another thread.
        while (  # noqa: ASYNC110
            len(self.names) == self.stops_after and not self.goes_on.is_set()
        ):
            await asyncio.sleep(0.01)
        return await super().handle_DATA(server, session, envelope)


class AnyPort(Controller):
    def _trigger_server(self):
        # aiosmtpd dials the port it was asked for, which is 0.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def a_sink(kept=None):
    kept = kept or Sink()
    controller = AnyPort(kept, hostname="127.0.0.1", port=0)
    controller.start()
    kept.port = controller.port
    try:
        yield kept
    finally:
        controller.stop()


@contextmanager
def a_worker(database, folder, port):
    """A process that only sends; killed at the end, if not before."""
    process = subprocess.Popen(
        [
            sys.executable,
            str(Path(__file__).with_name("sending_worker.py")),
            database.engine.url.render_as_string(hide_password=False),
            str(folder),
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


def watching(database, sink):
    """A checker of all that workers commit from now on."""
    return Checker(database, sink.outside, settings=settings(), is_alone=False)


def assert_nobody_lost_or_doubled(
    database, sink, *, recipients, deaths=0, checker=None
):
    """Everyone is in one named state, and what the server saw agrees with it.

    *checker* is one that was `watching`; without one the history is not judged.
    """
    sink.outside.deaths = deaths
    judge = checker or watching(database, sink)
    judge.demand_at_rest(now=NOON)
    with database.read() as session:
        rows = session.execute(
            select(Delivery.token, Delivery.state, Delivery.reason)
        ).all()
    accepted = {row.token for row in rows if row.state == "accepted"}
    unsure = {row.token for row in rows if row.state == "unsure"}
    assert len(rows) == recipients
    assert len(accepted) + len(unsure) == recipients, "everyone was tried"
    assert {row.reason for row in rows if row.state == "unsure"} <= {"crash"}
    return accepted, unsure
