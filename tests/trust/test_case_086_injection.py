"""Case 86: whatever is typed into an address or a form, no page breaks and no query is bent."""

from itertools import cycle
from urllib.parse import quote

import pytest
from routes import SAFE, address, ask, routes, table
from routes_world import a_world

from core.models import Account, Release
from core.values import Role

TABLE = table()
# On each engine: each field meets some, and all of them meet some field.
MOST = 700
EVIL = [
    "' OR '1'='1",
    "1; DROP TABLE account--",
    '" UNION SELECT password_hash FROM account--',
    "id) DESC; DELETE FROM release--",
    "name COLLATE nocase, (SELECT 1)",
    "%' AND randomblob(900000000) AND '%",
    "\\'; SELECT pg_sleep(9)--",
    'NEAR(a b, 9) OR "*" NOT title:',
    "%s%n{0.__class__}{{7*7}}${7*7}",
    "a\x00b",
    "\ud800",
    "\x1b[2J\r\nX-Evil: 1",
    "٣٤\u202e١",
    "(" * 400,
    "-1",
    "0",
    "NaN",
    "1e309",
    "9" * 40,
    "2147483648",
    "9223372036854775808",
    "0000-00-00",
    "9999-12-31",
    "-9999-12-31T99:99",
    "../../../etc/passwd",
    "",
    "x" * 5000,
]
# What others call their order and their filters: where we do not read it, it does nothing.
GUESSED = ("sort", "order_by", "order", "filter", "page", "limit", "offset", "fields")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with a_world(tmp_path_factory.mktemp("fuzz")) as made:
        yield made


def written(text):
    """As an address has it; half of a pair of surrogates by the bytes it would have."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def sound(text):
    """What a client can send in a form at all."""
    return text.encode("utf-8", "replace").decode()


def requests(there, turn):
    """Parameters of every route, each time with the next evil."""
    evil = cycle(EVIL)
    fields = [
        (route, name)
        for route in there
        if route.path not in {"/login", "/logout"}
        for name in (*route.query, *route.form, *route.json, *GUESSED[:2])
    ]
    places = [
        (route, name)
        for route in there
        for name in [
            part[1:-1] for part in route.path.split("/") if part.startswith("{")
        ]
    ]
    every = [
        *((*one, next(evil), False) for one in fields * 2),
        *((*one, next(evil), True) for one in places * 2),
    ]
    # Spread evenly over all of them; the two engines are asked different ones.
    step = max(1, len(every) // MOST)
    return every[turn % step :: step][:MOST]


def test_no_page_breaks_and_nothing_is_lost(world):
    broken = []
    turn = 0 if world.office.database.engine.dialect.name == "sqlite" else 1
    asked = requests(routes(world.app), turn)
    for route, name, evil, is_place in asked:
        answer = one(world, route, name, evil, is_place=is_place)
        if answer.status_code >= 500:
            broken.append((route.name, name, evil, answer.status_code))
        assert "x-evil" not in answer.headers
    assert broken == []
    assert len(asked) > MOST // 2
    with world.office.database.read() as session:
        names = {one.name for one in session.query(Account)}
        assert names >= {*map(str, Role), "spare"}
        assert session.get(Release, 1) is not None


def one(world, route, name, evil, *, is_place):
    client = world.client(Role.ADMINISTRATOR)
    if is_place:
        # Not a dot alone, which a client takes out of an address before it is sent.
        things = dict.fromkeys([name, f"{route.path.split('/')[1]}:{name}"], evil)
        there = {key: written(str(value)) or "%20" for key, value in things.items()}
        return ask(client, route, world.things | there)
    if route.method not in SAFE and name in {*route.form, *route.json}:
        return ask(client, route, world.things, typed={name: sound(evil)})
    path = f"{address(route, world.things)}?{name}={written(evil)}"
    return client.request(route.method, path)


@pytest.mark.parametrize("path", ["/search", "/sources", "/journal", "/watches"])
def test_an_order_that_is_asked_for_is_one_of_ours_or_none(world, path):
    client = world.client(Role.ADMINISTRATOR)
    usual = client.get(path)
    for name in GUESSED:
        bent = client.get(f"{path}?{name}=(SELECT%20password_hash%20FROM%20account)")
        assert bent.status_code in {200, 400}
        assert bent.status_code == 400 or len(bent.text) == len(usual.text)
