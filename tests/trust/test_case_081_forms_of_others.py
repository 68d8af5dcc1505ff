"""Case 81: no other site has a form sent here, and looking at a page changes nothing."""

import pytest
from fastapi.testclient import TestClient
from routes import NOBODY, SAFE, address, ask, routes, table
from routes_world import a_world
from screen_makers import an_office

from app.web import make_app
from core import accounts
from core.values import Role
from distributor.sending.hold import on_hold

TABLE = table()
STRANGERS = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.test"},
    {"Origin": "null"},
    {"Origin": "http://testserver.evil.test"},
    {"Origin": "http://testserver@evil.test"},
    {"Origin": "evil.test/testserver"},
]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with a_world(tmp_path_factory.mktemp("forms")) as made:
        yield made


@pytest.fixture(scope="module")
def there(world):
    return routes(world.app)


def unsafe(there):
    """Those that a browser sends a cookie to; signed links, hooks and the API read none."""
    return [
        one
        for one in there
        if one.method not in SAFE
        and not one.path.startswith("/api/")
        and (TABLE[one.name]["needs"] != "public" or one.path in {"/login", "/logout"})
    ]


def test_a_form_of_another_site_is_refused_everywhere(world, there):
    before, wrong = world.rows(), []
    for route in unsafe(there):
        client = world.client(Role.ADMINISTRATOR)
        for headers in STRANGERS:
            answer = ask(client, route, world.things, headers=headers)
            if answer.status_code != 403 or "set-cookie" in answer.headers:
                wrong.append((route.name, headers, answer.status_code))
    assert wrong == []
    assert world.rows() == before
    assert on_hold(world.office.settings.data_dir) is None


def test_our_own_forms_are_taken(world):
    (login,) = [one for one in routes(world.app) if one.name == "POST /login"]
    for headers in (
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://testserver"},
        {},
    ):
        answer = ask(world.client(NOBODY), login, world.things, headers=headers)
        assert answer.status_code == 401


def test_looking_at_any_page_changes_nothing(world, there):
    before = world.rows()
    for who in (Role.ADMINISTRATOR, NOBODY):
        for route in there:
            if route.method in SAFE:
                things = world.things | TABLE[route.name].get("with", {})
                answer = ask(world.client(who), route, things)
                assert answer.status_code < 500, route.name
    after = world.rows()
    assert [name for name in after if after[name] != before[name]] == []
    assert on_hold(world.office.settings.data_dir) is None


@pytest.mark.parametrize("kind", ["text/plain", "application/json", ""])
def test_what_is_no_form_is_not_read_as_one(world, there, kind):
    """A page of another site may send text without asking first."""
    before = world.rows()
    client = world.client(Role.ADMINISTRATOR)
    for route in unsafe(there):
        if route.required and not route.json:
            answer = client.request(
                route.method,
                address(route, world.things),
                content='{"because": "x", "name": "x", "role": "administrator"}',
                headers={"Content-Type": kind},
            )
            assert answer.status_code in {400, 415, 422}, route.name
    assert world.rows() == before


def test_the_cookie_of_a_sign_in_stays_with_us(tmp_path, clock, ids):
    with an_office(
        tmp_path, clock, ids, web={"public_url": "https://presse.test"}
    ) as office:
        with office.database.write() as session:
            accounts.add(
                session,
                name="salma",
                role=Role.WRITER,
                password="a long password of hers",
                now=clock.now(),
            )
        client = TestClient(
            make_app(office), base_url="https://presse.test", follow_redirects=False
        )
        typed = {"name": "salma", "password": "a long password of hers"}
        answer = client.post("/login", data=typed)
    assert answer.status_code == 303
    made = answer.headers["set-cookie"].lower()
    assert "httponly" in made
    assert "secure" in made
    assert "samesite=lax" in made or "samesite=strict" in made
    assert "domain=" not in made
