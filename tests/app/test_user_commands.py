"""People by command: the same as on screen."""

import json

import pytest
from engines import address, home
from typer.testing import CliRunner

from app.cli import build
from core import accounts
from core.accounts import sessions
from core.accounts.models import OneTime, SignedIn
from core.clock import SystemTimer
from core.db import open_database
from core.errors import BadInput, Conflict, OfficeError
from core.ids import RandomIds
from core.models import Account
from core.values import Role

SENTENCE = "sept chats dorment au soleil"


@pytest.fixture
def run(tmp_path):
    environment = {
        **home(tmp_path / "data"),
        "PARUTION_WEB__PUBLIC_URL": "https://presse.ministere.test",
        "COLUMNS": "300",
    }

    def run(*words, given=""):
        result = CliRunner().invoke(
            build(), ["user", *words, "--json"], env=environment, input=given
        )
        if isinstance(result.exception, OfficeError):
            raise result.exception
        assert result.exit_code == 0, (result.output, result.exception)
        return [json.loads(line) for line in result.stdout.splitlines()]

    return run


@pytest.fixture
def database(run, tmp_path):
    run("list")
    opened = open_database(address(tmp_path / "data"))
    yield opened
    opened.close()


def rows(database, kind):
    with database.read() as session:
        return session.query(kind).order_by(kind.id).all()


def test_a_person_is_added_with_a_password_of_a_pipe(run, database):
    [made] = run("add", "samira", "--role", "administrator", given=f"{SENTENCE}\n")
    assert (made["name"], made["role"]) == ("samira", "administrator")
    with database.read() as session:
        assert accounts.sign_in(session, name="samira", password=SENTENCE)


def test_a_weak_password_is_refused_and_nobody_is_added(run, database):
    with pytest.raises(BadInput, match="too short"):
        run("add", "samira", "--role", "administrator", given="admin\n")
    assert rows(database, Account) == []


def test_a_person_is_added_by_a_link(run, database):
    [made] = run("add", "driss", "--role", "writer", "--link")
    assert made["link"].startswith("https://presse.ministere.test/reset/")
    [link] = rows(database, OneTime)
    assert link.account_id == made["id"]
    assert rows(database, Account)[0].password_hash == ""


def test_a_reset_ends_the_link_before_it_and_every_session(run, database):
    [first] = run("add", "driss", "--role", "writer", "--link")
    with database.write() as session:
        sessions.start(
            session,
            first["id"],
            ids=RandomIds(),
            now=SystemTimer().stamp(),
            how="password",
        )
    [second] = run("reset", "driss")
    assert first["link"] != second["link"]
    assert len(rows(database, OneTime)) == 1
    assert rows(database, SignedIn) == []


def test_role_disable_enable_and_sessions_are_one_command_each(run, database):
    run("add", "samira", "--role", "administrator", "--link")
    [made] = run("add", "driss", "--role", "writer", "--link")
    with database.write() as session:
        sessions.start(
            session,
            made["id"],
            ids=RandomIds(),
            now=SystemTimer().stamp(),
            how="password",
        )
    assert run("end-sessions", "driss") == [{"name": "driss", "sessions_ended": 1}]
    assert run("role", "driss", "validator")[0]["role"] == "validator"
    assert run("disable", "driss")[0]["disabled_at"] is not None
    assert run("enable", "driss")[0]["disabled_at"] is None
    assert run("remove-factor", "driss")[0]["sessions_ended"] == 0
    assert rows(database, Account)[1].role == Role.VALIDATOR


def test_the_last_administrator_stays(run, database):
    run("add", "samira", "--role", "administrator", "--link")
    for words in (("role", "samira", "reader"), ("disable", "samira")):
        with pytest.raises(Conflict, match="last administrator"):
            run(*words)
    run("add", "driss", "--role", "administrator", "--link")
    run("role", "samira", "reader")
    assert [one.role for one in rows(database, Account)] == ["reader", "administrator"]
