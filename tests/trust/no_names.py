"""An office whose name server is away, and comes back: FOLDER. Prints what was seen."""

import json
import subprocess
import sys
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from fastapi.testclient import TestClient
from sending_ground import NOON, a_dispatch, a_sink
from sqlalchemy import func, select

from app.bootstrap import open_office
from app.checkup import examine
from app.jobs import all_jobs
from app.migrations.history import upgrade
from app.web import make_app
from app.worker import tick
from core import accounts
from core.clock import StoppedClock
from core.ids import RandomIds
from core.models import Outlet
from core.settings import Settings
from core.values import Role
from distributor.models import Delivery, Dispatch
from monitor.models import Source

PEOPLE = 6
MAIL, PRESS = "mail.parution.test", "press.parution.test"
FEED = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>P</title><link>http://x/</link>'
    b"<item><title>Une nouvelle</title><link>http://press.parution.test/1</link>"
    b"<pubDate>Tue, 24 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>"
)
folder = Path(sys.argv[1])


class Press(BaseHTTPRequestHandler):
    def do_GET(self):
        body = FEED if self.path == "/feed.xml" else b"User-agent: *\nAllow: /\n"
        kind = "application/rss+xml" if body is FEED else "text/plain"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        """Says nothing: what is printed is read."""


def names(*known):
    """What this machine can look up without a name server."""
    (folder / "hosts").write_text(
        "127.0.0.1 localhost\n" + "".join(f"127.0.0.1 {name}\n" for name in known)
    )


def seen(office, client):
    with office.database.read() as session:
        dispatch = session.get_one(Dispatch, 1)
        source = session.get_one(Source, 1)
        rows = session.execute(
            select(Delivery.state, func.count()).group_by(Delivery.state)
        )
        return {
            "states": dict(rows.all()),
            "dispatch": [dispatch.state, dispatch.reason],
            "tries again": dispatch.resume_at is not None,
            "source": [source.state, source.fault, source.failures, source.detail],
            "next look": (source.next_poll_at - office.clock.now()).total_seconds(),
            "pages": {
                path: client.get(path).status_code
                for path in ("/", "/office", "/sources", "/dispatches/1", "/releases/1")
            },
            "told": client.get("/dispatches/1").text,
            "doctor": [
                [one.check, str(one.level), one.found]
                for one in examine(office, thorough=True)
            ],
        }


names()
subprocess.run(["mount", "--bind", folder / "hosts", "/etc/hosts"], check=True)
# A machine that has an address of its own: without one nothing is looked up.
subprocess.run(["ip", "address", "add", "10.9.9.9/32", "dev", "lo"], check=True)
press = ThreadingHTTPServer(("127.0.0.1", 80), Press)
threading.Thread(target=press.serve_forever, daemon=True).start()
with a_sink() as sink:
    clock = StoppedClock(NOON - timedelta(hours=1))
    settings = Settings.model_validate(
        {
            "data_dir": folder / "office",
            "language": "en",
            "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
            "channels": {"smtp": {"host": MAIL, "port": sink.port, "security": "none"}},
            "approval": "off",
            "web": {"sign_in_as": "samira"},
            "fetch": {"allow_networks": "127.0.0.0/8", "pace_seconds": 0},
        }
    )
    with open_office(settings, clock=clock, timer=clock) as office:
        upgrade(office.database)
        a_dispatch(office.database, count=PEOPLE, ids=RandomIds())
        with office.database.write() as session:
            accounts.add(
                session,
                name="samira",
                role=Role.ADMINISTRATOR,
                password="une phrase assez longue 42",
                now=clock.now(),
            )
            outlet = Outlet(name="Le Quotidien")
            session.add(outlet)
            session.flush()
            session.add(
                Source(
                    outlet_id=outlet.id,
                    kind="feed",
                    url=f"http://{PRESS}/feed.xml",
                    options={},
                    state="new",
                    state_since=clock.now(),
                    interval_seconds=900,
                    next_poll_at=clock.now(),
                )
            )
        jobs = all_jobs(office)
        client = TestClient(make_app(office), base_url="http://127.0.0.1")
        clock.move_to(NOON)
        for job in jobs:
            tick(job)
        found = {"without": seen(office, client), "sent without": len(sink.names)}
        names(MAIL, PRESS)
        clock.move_to(NOON + timedelta(hours=2))
        for _ in range(3):
            for job in jobs:
                tick(job)
        found |= {"after": seen(office, client), "mails": len(set(sink.names))}
        found["doubled"] = len(sink.names) - len(set(sink.names))
press.shutdown()
sys.stdout.write(json.dumps(found))
