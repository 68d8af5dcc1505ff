"""Case 50: a whole flow's log names nobody; a full disk under it stops no mail; silence tells."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path

import pytest
import structlog
from fastapi.testclient import TestClient
from seeing_office import make_tables, seen_office
from sending_ground import NOON, a_dispatch
from sending_makers import a_dispatch as planned
from sqlalchemy import select

from app.bootstrap import open_office
from app.jobs import all_jobs
from app.web import make_app
from app.worker import tick
from core import accounts, log
from core.alerts import Raised, open_alerts, settle
from core.clock import SystemClock
from core.ids import RandomIds
from core.keys import Purpose
from core.settings import load
from core.values import Role
from distributor.channels.base import Outcome, Sent, Verdict
from distributor.models import Contact, Delivery
from monitor.catalogue import add_source

ROOT = Path(__file__).parents[2]
HOME = ("127.0.0.1", 5000)
PASSWORD = "une phrase assez longue 42"
# Each would forge a line of the log, or a header.
NAMES = [
    'Nadia\r\n{"event": "forged"}',
    "سعيد\u2028الإدريسي",
    "Yassine\x1b[31m",
]
PEOPLE = 6


@contextmanager
def logged():
    stream = StringIO()
    log.configure(level="info", stream=stream)
    try:
        yield stream
    finally:
        structlog.reset_defaults()


def a_person(office):
    with office.database.write() as session:
        return accounts.add(
            session,
            name="samira.benali",
            role=Role.ADMINISTRATOR,
            password=PASSWORD,
            now=office.clock.now(),
        ).id


def named(office):
    """The people get names that try to be more than names."""
    with office.database.write() as session:
        for one, name in zip(session.scalars(select(Contact)), NAMES * 2, strict=True):
            one.name = name
        for one, name in zip(session.scalars(select(Delivery)), NAMES * 2, strict=True):
            one.name = name


class Refusing:
    """Answers as mail servers do: with the address, and lines that look like ours."""

    name = "smtp"
    wants_parts = False
    signs = False
    depth = 1

    def __init__(self):
        self.sent = []

    def connect(self):
        return self

    def close(self):
        pass

    def send(self, messages):
        self.sent += messages
        answers = [
            Outcome(
                verdict=Verdict.REFUSED if len(self.sent) % 2 else Verdict.ACCEPTED,
                answer=f'550 <{one.recipient}> no\r\n{{"event": "forged"}}',
            )
            for one in messages
        ]
        return Sent(outcomes=answers)


def walk(office, token):
    """What people and programs ask meanwhile, with secrets in what they ask."""
    asker = TestClient(make_app(office), client=HOME, raise_server_exceptions=False)
    signed = office.links.sign(Purpose.UNSUBSCRIBE, token)
    asker.get(f"/u/{signed}")
    asker.post(f"/u/{signed}", data={"List-Unsubscribe": "One-Click"})
    asker.get(f"/u/{signed}x")
    for password in ("wrong-password", PASSWORD):
        asker.post("/login", data={"name": "samira.benali", "password": password})
    asker.get("/contacts?find=p1@presse.test")
    asker.get("/api/v1/releases", headers={"Authorization": "Bearer hunter2hunter2"})
    broken = TestClient(
        make_app(replace(office, database=Gone(office.database))),
        client=HOME,
        raise_server_exceptions=False,
    )
    broken.get(f"/u/{signed}")
    return signed, asker


class Gone:
    """A database whose error says more than it should."""

    def __init__(self, database):
        self.engine, self.gate = database.engine, None

    def read(self):
        raise ValueError("cannot read p1@presse.test")


def test_a_whole_flows_log_is_json_and_names_nobody(tmp_path, clock, ids):
    given = {
        "channels": {"smtp": {"host": "127.0.0.1", "security": "none"}},
        "approval": "off",
        "alerts": {
            "to": ["permanence@ministere.test"],
            "quiet_from": "",
            "quiet_until": "",
        },
        "web": {"metrics": "networks"},
    }
    with seen_office(tmp_path, clock, RandomIds(), **given) as opened:
        office = replace(opened, channels={"smtp": Refusing()})
        clock.move_to(NOON - timedelta(hours=1))
        a_dispatch(office.database, count=PEOPLE, ids=RandomIds())
        named(office)
        a_person(office)
        with office.database.write() as session:
            add_source(
                session,
                outlet_name="Atlas Matin",
                kind="feed",
                url="http://127.0.0.1:9/feed?key=hunter2hunter2",
                now=clock.now(),
            )
            alert = Raised(rule="backup-failed", about="backup", fields={"reason": "x"})
            settle(session, [alert], rules=["backup-failed"], now=clock.now())
        with office.database.read() as session:
            tokens = session.scalars(select(Delivery.token)).all()
        clock.move_to(NOON)
        with logged() as stream:
            for _ in range(2):
                for job in all_jobs(office):
                    tick(job)
            signed, asker = walk(office, tokens[0])
        figures = asker.get("/metrics").text
        assert office.channels["smtp"].sent
    written = stream.getvalue()
    lines = [json.loads(line) for line in written.splitlines()]
    events = {line["event"] for line in lines}
    # Something was said of each: an empty log would name nobody either.
    assert {
        "dispatch.started",
        "alerts.told",
        "account.refused",
        "page.failed",
    } <= events
    assert "forged" not in events
    for told in (written, figures):
        for secret in (
            "presse.test",
            "ministere.test",
            "@",
            "Nadia",
            "Yassine",
            "الإدريسي",
            "Titre",
            "samira",
            "hunter2",
            "wrong-password",
            PASSWORD,
            signed,
            *tokens,
        ):
            assert secret not in told, secret


@pytest.mark.parametrize("name", NAMES)
def test_a_name_with_line_ends_makes_one_line(name):
    with logged() as stream:
        log.logger("sending").info("delivery.refused", answer=f"550 {name}")
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["event"] == "delivery.refused"
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028]", line)


def test_a_full_disk_under_the_log_stops_no_mail(tmp_path):
    """`/dev/full` takes no byte: each line of the log is lost, and everybody gets their mail."""
    kept = {key: value for key, value in os.environ.items() if "PARUTION" not in key}
    given = kept | {
        "PYTHONPATH": str(ROOT),
        "PARUTION_DATA_DIR": str(tmp_path / "office"),
        "PARUTION_LOG_LEVEL": "debug",
        "PARUTION_CHANNELS__OUTBOX__FOLDER": str(tmp_path / "outbox"),
    }
    settings = load(environment={k: v for k, v in given.items() if "PARUTION" in k})
    clock = SystemClock()
    now = clock.now().replace(second=0, microsecond=0, tzinfo=None)
    with open_office(settings) as office:
        make_tables(office.database)
        plan = {"wall": now, "channel": "outbox", "given": settings, "count": 10}
        planned(office.database, clock=clock, ids=RandomIds(), **plan)
    with (
        Path("/dev/full").open("wb") as full,
        subprocess.Popen(
            [sys.executable, "-m", "app.cli", "worker"], env=given, stderr=full
        ) as process,
    ):
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                mails = list((tmp_path / "outbox").glob("**/new/*"))
                if len(mails) == 10:
                    break
                assert process.poll() is None, "the worker ended"
                time.sleep(0.1)
        finally:
            process.terminate()
            process.wait(timeout=30)
    assert len(mails) == 10


class Hanging:
    """A channel that takes a message and never answers."""

    name = "smtp"
    wants_parts = False
    signs = False
    depth = 1

    def __init__(self):
        self.has_begun = threading.Event()
        self.may_end = threading.Event()

    def connect(self):
        return self

    def close(self):
        pass

    def send(self, messages):
        self.has_begun.set()
        self.may_end.wait(60)
        return Sent(outcomes=[Outcome(verdict=Verdict.ACCEPTED)] * len(messages))


@contextmanager
def a_switch():
    """A dead-man's switch on this machine: counts who asks."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"OK")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/ping/uuid", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_ping_falls_silent_when_the_sender_hangs_though_the_pages_are_up(
    tmp_path, clock, ids
):
    with a_switch() as (url, asked):
        given = {
            "channels": {"smtp": {"host": "127.0.0.1", "security": "none"}},
            "approval": "off",
            "alerts": {"ping_url": url},
            "fetch": {"allow_networks": ["127.0.0.0/8"], "pace_seconds": 0},
            "sending": {"connections": 1},
        }
        with seen_office(tmp_path, clock, RandomIds(), **given) as opened:
            channel = Hanging()
            office = replace(opened, channels={"smtp": channel})
            clock.move_to(NOON - timedelta(hours=1))
            a_dispatch(office.database, count=2, ids=RandomIds())
            clock.move_to(NOON)
            jobs = {one.name: one for one in all_jobs(office)}
            pages = TestClient(make_app(office), client=HOME)
            tick(jobs["standing"])
            tick(jobs["pulse"])
            tick(jobs["ping"])
            assert asked == ["/ping/uuid"]
            sender = threading.Thread(target=tick, args=[jobs["send"]])
            sender.start()
            assert channel.has_begun.wait(30)
            try:
                for _ in range(3):
                    clock.wait(timedelta(minutes=5))
                    tick(jobs["standing"])
                    tick(jobs["pulse"])
                    tick(jobs["ping"])
                assert pages.get("/health/live").status_code == 200
                # Those of the first ten minutes, when it might still have been slow.
                assert asked == ["/ping/uuid"] * 3
                with office.database.read() as session:
                    rules = {one.rule for one in open_alerts(session)}
                assert "sender-stuck" in rules
            finally:
                channel.may_end.set()
                sender.join(60)
            clock.wait(timedelta(minutes=5))
            tick(jobs["standing"])
            tick(jobs["pulse"])
            tick(jobs["ping"])
            assert asked == ["/ping/uuid"] * 4
