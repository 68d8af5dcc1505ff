"""Makers of what tests of the screens need: an office to sign in to, and a form as it was shown."""

import re

from bs4 import BeautifulSoup
from engines import address
from fastapi.testclient import TestClient

from app.bootstrap import open_office
from app.web import make_app
from app.web.sessions import COOKIE
from core.accounts import sessions
from core.ids import RandomIds
from core.models import Account
from core.settings import Settings
from core.values import Role
from distributor.models import Contact, MailingList, Membership
from distributor.releases import importing

WHY = "The signed file follows."


def an_office(tmp_path, clock, ids, **changes):
    return open_office(
        Settings.model_validate(
            {
                "data_dir": tmp_path,
                "database_url": address(tmp_path),
                "approval": "two-person",
                "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
                "channels": {"outbox": {"folder": str(tmp_path / "out")}, "manual": {}},
            }
            | changes
        ),
        clock=clock,
        ids=ids,
    )


def fill(office, people=3):
    now = office.clock.now()
    with office.database.write() as session:
        session.add_all(
            Account(name=role, role=role, password_hash="", created_at=now)
            for role in Role
        )
        a_text(
            session,
            number="112/2026",
            kind="communique",
            title="Rencontre des agences",
            now=now,
        )
        listed = MailingList(name="nationale")
        found = [
            Contact(
                address=f"n{place}@press.test",
                address_key=f"n{place}@press.test",
                name=f"Nadia {place}",
                languages=["fr"],
                beats=[],
                created_at=now,
                updated_at=now,
            )
            for place in range(people)
        ]
        session.add_all([listed, *found])
        session.flush()
        session.add_all(
            [Membership(mailing_list_id=listed.id, contact_id=one.id) for one in found]
        )


def a_text(session, *, number, kind, title, now, parent=""):
    return importing.store(
        session,
        number=number,
        kind=kind,
        versions=[
            importing.ImportedVersion(
                language="fr",
                title=title,
                body="Le ministère réunit les agences à Rabat.",
                file_name="note.fr.md",
            )
        ],
        zone="Africa/Casablanca",
        embargo_wall=None,
        event_wall=None,
        now=now,
        details=importing.Details(
            place="Rabat",
            signatory="Le ministre",
            press_contact="Nadia",
            press_phone="+212500000000",
            press_email="presse@ministere.test",
            parent=parent,
        ),
    )


def a_correction(session, *, now):
    return a_text(
        session,
        number="113/2026",
        kind="correction",
        title="Rectificatif",
        now=now,
        parent="112/2026",
    )


def cookie(office, name):
    """What signing in leaves in a browser, without a slow password each time."""
    with office.database.write() as session:
        found = session.query(Account).filter_by(name=str(name)).one()
        return sessions.start(
            session,
            found.id,
            ids=RandomIds(),
            now=office.timer.stamp(),
            how="password",
        )


def signed_in(office, name):
    client = TestClient(_app_of(office), follow_redirects=False)
    client.cookies.set(COOKIE, cookie(office, name))
    client.cookies.set("parution_language", "en")
    return client


# The pages of the last office: making them takes as long as asking twenty.
_LAST = []


def _app_of(office):
    if not _LAST or _LAST[0] is not office:
        _LAST[:] = [office, make_app(office)]
    return _LAST[1]


def typed(page, **changes):
    """What a browser sends of the plan form of *page*."""
    form = page.text[page.text.index('id="plan"') :]
    checks = re.findall(r'name="check" value="([^"]+)"', form)
    return {
        "key": re.search(r'name="key" value="([^"]+)"', form)[1],
        "zone": "Africa/Casablanca",
        "list": "nationale",
        "channel": "outbox",
        "failover": "",
        "purpose": "release",
        "at": "",
        "check": checks,
        "reason": [WHY for _ in checks],
    } | changes


def sheet(client, **changes):
    """The confirmation of a plan, every finding of whose checks has its reason."""
    asked = client.post(
        "/releases/1/plan", data=typed(client.get("/releases/1"), **changes)
    )
    if asked.status_code == 409 and "finding-amber" in asked.text:
        asked = client.post("/releases/1/plan", data=typed(asked, **changes))
    return asked


def plan(client, **changes):
    asked = sheet(client, **changes)
    if asked.status_code == 200:
        asked = client.post("/releases/1/plan", data=confirmed(asked))
    assert asked.status_code == 303, asked.text[-3000:]
    return asked.headers["location"]


def confirmed(sheet):
    """What a browser sends of the confirmation, with the number it names typed in."""
    page = BeautifulSoup(sheet.text, "lxml")
    fields: dict[str, list[str]] = {}
    for one in page.select("#plan input[type=hidden]"):
        fields.setdefault(one["name"], []).append(one["value"])
    total = re.search(r"(\d+) recipient", page.select_one(".sentence").text)[1]
    return fields | {"confirmed": total}
