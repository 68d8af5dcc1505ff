"""A dispatch on a disk that fills up and is emptied again: FOLDER. Prints what was seen."""

import json
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

from fastapi.testclient import TestClient
from sending_ground import NOON, a_dispatch, a_sink
from sqlalchemy import func, select

from app.bootstrap import open_office
from app.jobs import all_jobs
from app.migrations.history import upgrade
from app.web import make_app
from app.worker import tick
from core import accounts
from core.clock import StoppedClock
from core.ids import RandomIds
from core.settings import Settings
from core.values import Role
from distributor.models import Delivery, Dispatch

PEOPLE = 40
folder = Path(sys.argv[1])
filler = folder / "filler"


def fill():
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 10, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


def states(office):
    with office.database.read() as session:
        rows = session.execute(
            select(Delivery.state, func.count()).group_by(Delivery.state)
        )
        return dict(rows.all())


with a_sink() as sink:
    clock = StoppedClock(NOON - timedelta(hours=1))
    smtp = {"host": "127.0.0.1", "port": sink.port, "security": "none"}
    settings = Settings.model_validate(
        {
            "data_dir": folder / "office",
            "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
            "channels": {"smtp": smtp},
            "approval": "off",
            "web": {"sign_in_as": "samira"},
        }
    )
    with open_office(settings, clock=clock) as office:
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
        jobs = all_jobs(office)
        send = next(one for one in jobs if one.name == "send")
        clock.move_to(NOON)
        fill()
        for job in jobs:
            tick(job)
        client = TestClient(
            make_app(office), base_url="http://127.0.0.1", raise_server_exceptions=False
        )
        found = {
            "on a full disk": states(office),
            "pages": {
                path: client.get(path).status_code
                for path in ("/", "/dispatches/1", "/releases/1", "/coverage")
            },
        }
        hold = client.post("/dispatches/1/pause", data={"because": "full"})
        found["pause"] = [hold.status_code, hold.text]
        found["sent on a full disk"] = len(sink.names)
        filler.unlink()
        for _ in range(20):
            tick(send)
            with office.database.read() as session:
                state = session.get_one(Dispatch, 1).state
            if state == "done":
                break
        found["state"] = state
        found["after"] = states(office)
        found["mailed twice"] = max(Counter(sink.names).values(), default=0) > 1
        found["mails"] = len(set(sink.names))
sys.stdout.write(json.dumps(found))
