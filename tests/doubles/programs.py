"""Programs that call the API of an office: each with a token of its own."""

from contextlib import ExitStack, contextmanager

from fastapi.testclient import TestClient
from screen_makers import an_office, fill
from starlette.applications import Starlette
from starlette.routing import Mount

from app.api import make_api
from core.accounts import Right
from core.models import Account
from core.programs import tokens
from core.values import Role

# Of each office that is open, by its database: the clients that keep one loop each.
_CLIENTS = {}


@contextmanager
def called_office(tmp_path, clock, ids, **changes):
    """An office with people, a release and a list, that programs may call."""
    with an_office(tmp_path, clock, ids, **changes) as opened:
        fill(opened)
        with ExitStack() as clients:
            _CLIENTS[opened.database] = clients
            yield opened
            del _CLIENTS[opened.database]


def token_of(office, name, *, scopes=tuple(Right), days=90, called="a program"):
    with office.database.write() as session:
        account = session.query(Account).filter_by(name=str(name)).one()
        _, said = tokens.make(
            session,
            account,
            name=called,
            scopes=scopes,
            days=days,
            ids=office.ids,
            now=office.clock.now(),
        )
    return said


def program(office, name=Role.ADMINISTRATOR, **given):
    """A client whose every call bears a new token of *name*."""
    # Without the pages, which take longer to make than the API.
    alone = Starlette(routes=[Mount("/api", app=make_api(office))])
    client = _CLIENTS[office.database].enter_context(
        TestClient(alone, base_url="http://testserver/api/v1")
    )
    client.headers["Authorization"] = f"Bearer {token_of(office, name, **given)}"
    return client


def busy(client):
    """Make one of each thing, so that ids 1 to 3 mean something."""
    made = [
        client.post(
            "/dispatches",
            json={
                "release": 1,
                "mailing_list": "nationale",
                "channel": "outbox",
                "at": "2026-11-25T09:00",
                "accept": {
                    one["check"]: "It follows."
                    for one in client.get("/releases/1/findings").json()
                    if one["level"] == "amber"
                },
            },
        ),
        client.post("/watches", json={"name": "Agences", "query": "agences"}),
        client.post(
            "/sources",
            json={
                "url": "https://lematin.test/feed",
                "kind": "feed",
                "outlet": "Matin",
            },
        ),
        client.post(
            "/articles",
            json={
                "outlet": "Al Massae",
                "title": "Les agences réunies",
                "medium": "print",
                "published": "2026-11-23",
                "page": "3",
            },
        ),
        client.post("/coverage", json={"article": 1, "release": 1}),
        client.post("/coverage/1/errors", json={"wrong": "Fès"}),
        client.post("/suppressions", json={"email": "no@press.test"}),
        client.post("/editions/2026-11-24/morning/freeze"),
        client.post(
            "/readers",
            json={"name": "Cabinet", "mailing_list": "nationale", "channel": "outbox"},
        ),
    ]
    wrong = [one.text for one in made if one.status_code not in {200, 201}]
    assert not wrong, wrong
