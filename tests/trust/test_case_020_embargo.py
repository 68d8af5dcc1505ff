"""Case 20: whoever is not signed in learns nothing of a release, before its embargo or after."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from engines import address
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sending_makers import RULES, contacts

from app.bootstrap import open_office
from app.web import make_app, make_public_app
from core import accounts
from core.models import Attachment
from core.settings import Settings
from core.values import Role
from distributor.releases import importing
from distributor.sending.plan import plan

EMBARGO = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECRETS = (
    "Grande annonce",
    "agences fusionnent",
    "secret-note",
    "secret-plan",
    "secret-photo",
    "112/2026",
    "presse.test",
    "Nationale confidentielle",
)
MOMENTS = {
    "a day before": timedelta(days=-1),
    "a second before": timedelta(seconds=-1),
    "at it": timedelta(0),
    "a day after": timedelta(days=1),
}
FEWEST = {make_app: 40, make_public_app: 10}
# What a person might try in each place of an address.
GUESSES = ("1", "2026-11-24", "secret-photo.png", "112%2F2026")


@pytest.fixture
def office(tmp_path, clock, ids):
    given = Settings.model_validate(
        {
            "data_dir": tmp_path,
            "database_url": address(tmp_path),
            "channels": {"outbox": {"folder": str(tmp_path / "outbox")}},
            "web": {"public_port": 8400},
        }
    )
    with open_office(given, clock=clock, timer=clock, ids=ids) as opened:
        fill(opened)
        yield opened


def fill(office):
    """A release under embargo with its files, planned for the hour the embargo ends."""
    now = office.clock.now()
    with office.database.write() as session:
        accounts.add(
            session, name="v", role=Role.VALIDATOR, password="a long password", now=now
        )
        release = importing.store(
            session,
            number="112/2026",
            kind="communique",
            versions=[
                importing.ImportedVersion(
                    language="fr",
                    title="Grande annonce",
                    body="Les agences fusionnent. ![x](secret-photo.png)",
                    file_name="secret-note.fr.md",
                )
            ],
            zone="Africa/Abidjan",
            embargo_wall=EMBARGO.replace(tzinfo=None),
            event_wall=None,
            now=now,
        )
        release.attachments = [
            attachment(name, media_type)
            for name, media_type in (
                ("secret-plan.pdf", "application/pdf"),
                ("secret-photo.png", "image/png"),
            )
        ]
        contacts(session, 2, now=now, list_name="Nationale confidentielle")
        plan(
            session,
            release_id=release.id,
            list_name="Nationale confidentielle",
            wall=EMBARGO.replace(tzinfo=None),
            zone="Africa/Abidjan",
            channel="outbox",
            settings=office.settings,
            zone_rules=RULES,
            ids=office.ids,
            now=now,
        )


def attachment(name, media_type):
    return Attachment(
        file_name=name,
        media_type=media_type,
        role="annex",
        content=b"Grande annonce",
        digest=name,
        size=14,
    )


def ways_in(app):
    """Every method and address of an application, with each guess in its places."""
    return sorted(
        {
            (method, re.sub(r"\{[^}]+\}", guess, route.path))
            for route in iter_route_contexts(app.routes)
            for method in route.methods or ()
            for guess in GUESSES
        }
    )


@pytest.mark.parametrize("make", [make_app, make_public_app])
@pytest.mark.parametrize("moment", MOMENTS)
def test_no_address_tells_a_visitor_anything_of_a_release(office, clock, make, moment):
    app = make(office)
    clock.move_to(EMBARGO + MOMENTS[moment])
    asked = ways_in(app)
    # None of the pages was overlooked.
    assert len({address for _, address in asked}) > FEWEST[make]
    with TestClient(app, base_url="https://testserver") as visitor:
        for method, address in asked:
            answer = visitor.request(method, address, follow_redirects=False)
            told = f"{answer.text}{answer.headers}".casefold()
            # What a guess itself says, an answer may repeat.
            known = unquote(address).casefold()
            leaked = [
                secret
                for secret in map(str.casefold, SECRETS)
                if secret in told and secret not in known
            ]
            assert not leaked, (method, address, answer.status_code)


def test_the_office_shows_a_visitor_of_each_page_the_door_only(office):
    app = make_app(office)
    with TestClient(app, base_url="https://testserver") as visitor:
        for method, address in ways_in(app):
            if method != "GET" or not address.startswith(("/releases", "/dispatches")):
                continue
            answer = visitor.get(address, follow_redirects=False)
            assert answer.status_code in {303, 307, 400, 404, 405, 422}, address
            if answer.is_redirect:
                assert answer.headers["location"].startswith("/login"), address


def test_what_somebody_signed_in_saw_is_kept_by_no_cache_between(office):
    app = make_app(office)
    with TestClient(app, base_url="https://testserver") as member:
        member.post("/login", data={"name": "v", "password": "a long password"})
        page = member.get("/releases/1")
        assert "Grande annonce" in page.text
        assert "no-store" in page.headers["cache-control"]
