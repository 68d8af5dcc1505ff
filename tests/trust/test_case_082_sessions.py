"""A session: a new id at each sign-in, a strict cookie, an end on the server."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from people_makers import (
    SENTENCE,
    an_office_of_people,
    hold,
    rows,
    sign_in,
    somebody,
    token_of,
    visitor,
)
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from core import accounts
from core.accounts import people
from core.accounts.models import SignedIn
from core.accounts.passwords import hashed
from core.models import Account
from core.values import Role

AT_HOME = "http://127.0.0.1:8321"
OUTSIDE = "https://presse.ministere.test"
PLAIN, STRICT = "parution_session", "__Host-parution_session"


@pytest.fixture
def office(tmp_path, clock):
    with an_office_of_people(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def samira(office):
    return somebody(office)


def cookie_of(answer):
    return next(
        said
        for said in answer.headers.get_list("set-cookie")
        if said.startswith((PLAIN, STRICT))
    )


def test_the_cookie_is_strict_over_https_and_plain_at_home(office, samira):
    strict = cookie_of(sign_in(visitor(office, OUTSIDE)))
    assert strict.startswith(f"{STRICT}=")
    parts = {part.strip().lower() for part in strict.split(";")[1:]}
    assert parts == {"secure", "httponly", "samesite=lax", "path=/"}
    plain = cookie_of(sign_in(visitor(office, AT_HOME)))
    assert plain.startswith(f"{PLAIN}=")
    assert {part.strip().lower() for part in plain.split(";")[1:]} == {
        "httponly",
        "samesite=lax",
        "path=/",
    }


def test_over_https_a_plain_cookie_is_not_believed(office, samira):
    client = visitor(office, OUTSIDE)
    hold(client, PLAIN, token_of(office, samira))
    assert client.get("/account").status_code == 303


def test_each_sign_in_has_a_new_id_and_ends_the_one_before(office, samira):
    client = visitor(office)
    hold(client, PLAIN, "chosen-by-an-attacker")
    sign_in(client)
    first = client.cookies[PLAIN]
    assert first != "chosen-by-an-attacker"
    sign_in(client)
    assert client.cookies[PLAIN] != first
    old = visitor(office)
    hold(old, PLAIN, first)
    assert old.get("/account").status_code == 303
    assert len(rows(office, SignedIn)) == 1


def test_only_a_hash_of_the_id_is_kept(office, samira):
    token = token_of(office, samira)
    assert len(token) == 64
    [row] = rows(office, SignedIn)
    assert token not in {row.digest, row.agent}


def test_leaving_ends_the_session_on_the_server(office, samira):
    client = visitor(office, account=samira)
    stolen = client.cookies[PLAIN]
    assert client.post("/logout").headers["location"] == "/login"
    thief = visitor(office)
    hold(thief, PLAIN, stolen)
    assert thief.get("/account").status_code == 303
    assert rows(office, SignedIn) == []


def test_a_session_nobody_uses_ends_and_one_in_use_ends_when_it_is_old(
    office, samira, clock
):
    client, left = (visitor(office, account=samira) for _ in range(2))
    began = clock.now()
    for hours in range(8, 14 * 24, 8):
        clock.move_to(began + timedelta(hours=hours))
        assert client.get("/account").status_code == 200, hours
    assert left.get("/account").status_code == 303
    clock.move_to(began + timedelta(days=14))
    assert client.get("/account").status_code == 303


def test_reading_pages_writes_at_most_every_few_minutes(office, samira, clock):
    client = visitor(office, account=samira)
    began = clock.now()
    for minutes, seen in ((1, 0), (4, 0), (5, 5), (9, 5), (10, 10)):
        clock.move_to(began + timedelta(minutes=minutes))
        client.get("/account")
        [row] = rows(office, SignedIn)
        assert row.seen_at == began + timedelta(minutes=seen)


CHANGES = {
    "password": lambda session, account, _: people.set_password(
        session, account, hashed(SENTENCE)
    ),
    "role": lambda session, account, _: accounts.change_role(
        session, account, Role.WATCHER
    ),
    "disable": lambda session, account, now: accounts.disable(
        session, account, now=now
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_account_ends_all_its_sessions(office, samira, clock, change):
    other = visitor(office, account=somebody(office, "driss"))
    browsers = [visitor(office, account=samira) for _ in range(2)]
    with office.database.write() as session:
        account = session.get(Account, samira.id)
        CHANGES[change](session, account, clock.now())
    assert [one.get("/account").status_code for one in browsers] == [303, 303]
    assert other.get("/account").status_code == 200


def test_a_reset_ends_all_sessions_at_once(office, samira, clock):
    browser = visitor(office, account=samira)
    with office.database.write() as session:
        account = session.get(Account, samira.id)
        people.reset(session, account, ids=office.ids, now=clock.now())
    assert browser.get("/account").status_code == 303


def test_changing_ones_password_keeps_this_browser_under_a_new_id(office, samira):
    here, there = (visitor(office, account=samira) for _ in range(2))
    before = here.cookies[PLAIN]
    other = "sept chats dorment au soleil"
    changed = here.post(
        "/account/password",
        data={"current": SENTENCE, "password": other, "password_again": other},
    )
    assert changed.status_code == 303
    assert here.cookies[PLAIN] != before
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303


def test_a_full_disk_keeps_nobody_from_reading(office, samira, clock):
    client = visitor(office, account=samira)
    clock.move_to(clock.now() + timedelta(minutes=6))
    with _every_write_fails(office):
        assert client.get("/account").status_code == 200


@contextmanager
def _every_write_fails(office):
    """The database as it is on a full disk: what is there can be read."""
    engine = office.database.engine
    event.listen(engine, "before_cursor_execute", _refuse)
    yield
    event.remove(engine, "before_cursor_execute", _refuse)


def _refuse(_, __, statement, *___):
    if statement.startswith(("UPDATE", "INSERT", "DELETE")):
        raise OperationalError(statement, {}, Exception("database or disk is full"))
