"""Case 79, for programs: every call, made by everybody, is let in where the reviewed list says."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from programs import busy, called_office, program
from routes import may_pass

from core.accounts import Right
from core.clock import StoppedClock
from core.ids import CountedIds
from core.values import Role

LIST = Path(__file__).parents[1] / "data" / "trust" / "api.txt"
# Whether a person may sign is decided by the approval: the right may be delegated.
SIGNED = ("/approve", "/refuse")


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    clock = StoppedClock(datetime(2026, 11, 24, 9, tzinfo=UTC))
    with called_office(folder, clock, CountedIds()) as opened:
        busy(program(opened, called="busy"))
        yield opened


@pytest.fixture(scope="module")
def calls(office):
    """Method, path and the scope each asks for, as the description says."""
    asked = program(office, called="reads").get("http://testserver/api/openapi.json")
    return sorted(
        (path, method.upper(), one["security"][0]["token"][0])
        for path, ways in asked.json()["paths"].items()
        for method, one in ways.items()
    )


def ask(client, method, path):
    """With what names nothing: who is let in is told that it is not there, or wrong."""
    named = {"day": "1900-01-01", "name": "morning", "language": "zz", "place": "1"}
    words = [
        named.get(part[1:-1], "999999") if part.startswith("{") else part
        for part in path.split("/")
    ]
    there = f"http://testserver{'/'.join(words)}"
    sent = {} if method in {"GET", "DELETE"} else {"json": {}}
    return client.request(method, there, **sent)


def test_every_call_was_reviewed(calls):
    reviewed = LIST.read_text("utf-8").splitlines()
    assert [f"{right:<10} {method:<6} {path}" for path, method, right in calls] == [
        line for line in reviewed if line and not line.startswith("#")
    ]


def test_every_role_is_let_in_where_the_list_says(office, calls):
    clients = {role: program(office, role, called=f"as {role}") for role in Role}
    wrong = [
        (method, path, role)
        for path, method, right in calls
        for role, client in clients.items()
        if (ask(client, method, path).status_code != 403)
        != (path.endswith(SIGNED) or role in may_pass(right))
    ]
    assert wrong == []


def test_no_call_is_let_in_without_its_scope(office, calls):
    clients = {
        right: program(
            office, scopes=[one for one in Right if one is not right], called=right
        )
        for right in Right
    }
    wrong = [
        (method, path)
        for path, method, right in calls
        if ask(clients[right], method, path).status_code != 403
    ]
    assert wrong == []


def test_no_call_is_let_in_without_a_token(office, calls):
    stranger = program(office, called="gone")
    del stranger.headers["Authorization"]
    for path, method, _ in calls:
        assert ask(stranger, method, path).status_code == 401, (method, path)
