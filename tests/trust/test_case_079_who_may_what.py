"""Case 79: every route, asked by everybody, lets in whom the reviewed table names and nobody else."""

import pytest
from routes import (
    EVERYBODY,
    METHODS,
    NOBODY,
    Route,
    address,
    answers,
    ask,
    may_pass,
    routes,
    table,
    who_passes,
)
from routes_world import a_world, things_of

from core import accounts
from core.accounts.models import SignedIn
from core.programs.models import ApiToken
from core.values import Role

TABLE = table()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with a_world(tmp_path_factory.mktemp("matrix")) as made:
        yield made


@pytest.fixture(scope="module")
def there(world):
    return routes(world.app)


def test_every_route_was_reviewed(there):
    missing = [one.name for one in there if one.name not in TABLE]
    assert missing == [], (
        "Nobody said who may ask these. Run `python -m tests.doubles.routes`, read what it "
        "prints and add it to tests/data/trust/routes.toml."
    )


def test_the_table_names_no_route_that_is_gone(there):
    assert sorted(set(TABLE) - {one.name for one in there}) == []


def test_everybody_meets_the_doors_of_the_table(world, there):
    """Everybody who is refused, and in turn one of those who are not."""
    wrong = []
    for place, route in enumerate(there):
        known = TABLE.get(route.name)
        if known is None:
            continue
        allowed = sorted(may_pass(known["needs"]))
        let_in = NOBODY if NOBODY in allowed else allowed[place % len(allowed)]
        asked = {let_in, *set(EVERYBODY).difference(allowed)}
        found = who_passes(world, route, known, asked)
        wrong += [(route.name, "lets in", who) for who in found - {let_in}]
        wrong += [(route.name, "keeps out", who) for who in {let_in} - found]
    assert wrong == []


def test_nobody_is_shown_what_belongs_to_another(world, there):
    """Where things belong to persons, the table says what another person is answered."""
    wrong = []
    with world.office.database.write() as session:
        spare = accounts.by_name(session, "spare")
        theirs = things_of(session, spare, world.office, name="other")
    for route in there:
        for known in TABLE.get(route.name, {}).get("others", []):
            client = world.client(known.get("by", Role.READER))
            answer = ask(client, route, world.things | theirs | known["with"])
            if answer.status_code != known["status"]:
                wrong.append((route.name, known["with"], answer.status_code))
    assert wrong == []
    with world.office.database.read() as session:
        assert session.get(SignedIn, theirs["session_id"]) is not None
        assert session.get_one(ApiToken, theirs["token_id"]).ended_at is None


def test_a_method_that_is_not_in_the_table_is_refused(world, there):
    """A method that nobody wrote down answers no, to whoever may do everything."""
    client, wrong = world.client(Role.ADMINISTRATOR), []
    for place, path in enumerate(sorted({one.path for one in there})):
        # Each in turn, and the one that mirrors what it is sent.
        for method in (METHODS[place % len(METHODS)], "TRACE"):
            here = address(Route(method, path), world.things)
            # HEAD may stand for GET.
            if answers(there, "GET" if method == "HEAD" else method, here):
                continue
            answer = client.request(method, here)
            if answer.status_code not in {404, 405}:
                wrong.append((method, path, answer.status_code))
    assert wrong == []
