"""A dispatch on a volume that turns read-only under a running office: FOLDER. Prints what was seen."""

import json
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

from fastapi.testclient import TestClient
from sending_ground import NOON, Sink, a_dispatch, a_sink
from sqlalchemy import func, select

from app.bootstrap import open_office
from app.checkup import examine
from app.jobs import all_jobs
from app.migrations.history import upgrade
from app.web import make_app
from app.worker import tick
from core.clock import StoppedClock
from core.ids import RandomIds
from core.settings import Settings
from distributor.models import Delivery, Dispatch

PEOPLE = 40
FIRST = 10
# Looks for whoever asks in the database.
ASKS = "/api/v1/releases"
folder = Path(sys.argv[1])


def remount(how):
    # The kernel lets no volume turn read-only while a file of it is open for writing, but
    # for a broken disk: what the next connection finds is the same.
    office.database.engine.dispose()
    subprocess.run(["mount", "-o", f"remount,{how}", folder], check=True)


def states():
    with office.database.read() as session:
        rows = session.execute(
            select(Delivery.state, func.count()).group_by(Delivery.state)
        )
        return dict(rows.all())


class Half(Sink):
    """Takes the first few, and then hangs up until it is told to go on."""

    goes_on = False

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        if len(self.names) >= FIRST and not self.goes_on:
            return "421 closing"
        return await super().handle_DATA(server, session, envelope)


with a_sink(Half()) as sink:
    clock = StoppedClock(NOON - timedelta(hours=1))
    smtp = {"host": "127.0.0.1", "port": sink.port, "security": "none"}
    settings = Settings.model_validate(
        {
            "data_dir": folder / "office",
            "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
            "channels": {"smtp": smtp},
            "approval": "off",
            # One line, so that it is known how far it came.
            "sending": {"connections": 1},
        }
    )
    with open_office(settings, clock=clock) as office:
        upgrade(office.database)
        a_dispatch(office.database, count=PEOPLE, ids=RandomIds())
        send = next(one for one in all_jobs(office) if one.name == "send")
        client = TestClient(
            make_app(office), base_url="http://127.0.0.1", raise_server_exceptions=False
        )
        clock.move_to(NOON)
        tick(send)
        before = states()
        remount("ro")
        sink.goes_on = True
        clock.move_to(NOON + timedelta(minutes=5))
        # SQLite tries for five seconds to make its memory of the log: so one job is enough.
        tick(send)
        pages = {
            path: client.get(path, headers={"authorization": "Bearer parution_any"})
            for path in ("/login", "/health/live", "/health/ready", ASKS)
        }
        found = {
            "before": before,
            "sent while read-only": len(sink.names) - before["accepted"],
            "pages": {path: one.status_code for path, one in pages.items()},
            "words": pages[ASKS].text,
            "not ready": [
                one["check"]
                for one in pages["/health/ready"].json()["checks"]
                if not one["ok"]
            ],
            "doctor": [
                [one.check, str(one.level), one.found] for one in examine(office)
            ],
        }
        remount("rw")
        found["kept"] = states()
        for _ in range(20):
            tick(send)
            with office.database.read() as session:
                state = session.get_one(Dispatch, 1).state
            if state == "done":
                break
        found["state"] = state
        found["after"] = states()
        found["mails"] = len(set(sink.names))
        found["mailed twice"] = max(Counter(sink.names).values(), default=0) > 1
sys.stdout.write(json.dumps(found))
