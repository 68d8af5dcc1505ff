"""Case 80: what a form does not ask for is ignored or refused, on every route that writes."""

import pytest
from routes import SAFE, ask, routes, table
from routes_world import a_world

from core.values import Role

TABLE = table()
REFUSED = {400, 422}
# So many requests between two looks at every row of both.
EVERY = 20
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
    asked = []
    for place, route in enumerate(routes(plain.app)):
        if route.method in SAFE:
            continue
        known = TABLE[route.name]
        typed = {"typed": known.get("typed")}
        extra = {n: v for n, v in MORE.items() if n not in {*route.form, *route.json}}
        things = plain.things | known.get("with", {})
        boss = Role.ADMINISTRATOR
        expected = ask(plain.client(boss), route, things, **typed)
        answer = ask(more.client(boss), route, things, more=extra, **typed)
        if answer.status_code in REFUSED and expected.status_code not in REFUSED:
            # Refused, so nothing was done: then it is asked as it should be.
            ask(more.client(boss), route, things, **typed)
        asked.append(route.name)
        if place % EVERY == 0:
            assert differing(plain, more) == [], asked[-EVERY:]
    assert differing(plain, more) == [], asked[-EVERY:]


def differing(plain, more):
    one, other = plain.rows(), more.rows()
    return [name for name in one if one[name] != other[name]]
