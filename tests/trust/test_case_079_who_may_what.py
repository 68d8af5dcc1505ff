"""Case 79: every route, asked by everybody, lets in whom the reviewed table names and nobody else."""

import pytest
from routes import METHODS, NOBODY, Route, ask, may_pass, routes, table, who_passes
from routes_world import a_world

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
    wrong = []
    for route in there:
        known = TABLE.get(route.name)
        if known is None:
            continue
        allowed, found = may_pass(known["needs"]), who_passes(world, route, known)
        if found != allowed:
            wrong.append((route.name, "let in", sorted(found - allowed)))
            wrong.append((route.name, "kept out", sorted(allowed - found)))
    assert [one for one in wrong if one[2]] == []


def test_nobody_is_shown_what_belongs_to_another(world, there):
    """Where things belong to persons, the table says what another person is answered."""
    wrong = []
    for route in there:
        for known in TABLE.get(route.name, {}).get("others", []):
            client = world.client(known.get("by", Role.READER))
            answer = ask(client, route, world.things | known["with"])
            if answer.status_code != known["status"]:
                wrong.append((route.name, known["with"], answer.status_code))
    assert wrong == []


def test_a_method_that_is_not_in_the_table_is_refused_to_everybody(world, there):
    """HEAD may stand for GET; a method that nobody wrote down answers no."""
    named = {}
    for one in there:
        named.setdefault(one.path, set()).add(one.method)
    wrong = []
    for who in (Role.ADMINISTRATOR, NOBODY):
        client = world.client(who)
        for path, methods in named.items():
            for method in set(METHODS) - methods:
                answer = ask(client, Route(method, path), world.things)
                is_head = method == "HEAD" and "GET" in methods
                if answer.status_code not in {404, 405} and not is_head:
                    wrong.append((method, path, who, answer.status_code))
    assert wrong == []
