"""Case 80: what a form does not ask for is ignored or refused, on every route that writes."""

import pytest
from routes import SAFE, ask, routes, table
from routes_world import a_world

from core.values import Role

TABLE = table()
# What somebody adds who would like to be somebody else, or to have it decided already.
MORE = {
    "id": "999",
    "role": "administrator",
    "is_admin": "true",
    "state": "done",
    "seal": "0",
    "approved_by": "1",
    "planned_by": "1",
    "account_id": "1",
    "author_id": "1",
    "decided_by": "somebody",
    "by": "somebody",
    "made_by": "somebody",
    "created_at": "2020-01-01T00:00:00Z",
    "disabled_at": "",
    "password_hash": "x",
    "session_epoch": "9",
}


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    """Two offices that are alike to the last row."""
    first, second = (tmp_path_factory.mktemp(name) for name in ("plain", "more"))
    with a_world(first) as plain, a_world(second) as more:
        yield plain, more


def test_fields_that_a_form_does_not_have_change_nothing(worlds):
    plain, more = worlds
    assert plain.rows() == more.rows()
    wrong = []
    for route in routes(plain.app):
        known = TABLE.get(route.name, {})
        if route.method in SAFE:
            continue
        asked = {"typed": known.get("typed")}
        extra = {n: v for n, v in MORE.items() if n not in {*route.form, *route.json}}
        things = plain.things | known.get("with", {})
        boss = Role.ADMINISTRATOR
        expected = ask(plain.client(boss), route, things, **asked)
        before = more.rows()
        answer = ask(more.client(boss), route, things, more=extra, **asked)
        if answer.status_code in {400, 422} and answer.status_code != (
            expected.status_code
        ):
            if more.rows() != before:
                wrong.append((route.name, "refused, and changed something"))
            ask(more.client(boss), route, things, **asked)
        one, other = plain.rows(), more.rows()
        if one != other:
            changed = [name for name in one if one[name] != other[name]]
            wrong.append((route.name, changed))
            break
    assert wrong == []
