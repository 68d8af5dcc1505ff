"""The review by command: its editions, who validates them, and who reads them."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from engines import address, home
from report_makers import a_review
from typer.testing import CliRunner

from app.cli import build
from app.reviews.models import Edition
from core.db import open_database
from core.errors import BadInput, Conflict, NotFound, OfficeError
from core.models import Account
from core.reporting.formats import json as json_format
from core.values import Role
from distributor.models import MailingList

DAY = date(2026, 3, 3)
AT = datetime(2026, 3, 3, 7, 30, tzinfo=UTC)
KEY = "2026-03-03"
FROZEN = f"{KEY}/morning"


@pytest.fixture
def run(tmp_path):
    """Run one command; answers what it printed."""
    environment = {
        **home(tmp_path / "data"),
        "PARUTION_CHANNELS__OUTBOX__FOLDER": str(tmp_path / "outbox"),
        "COLUMNS": "300",
    }

    def run(*words, token=""):
        result = CliRunner().invoke(
            build(), [*map(str, words)], env=environment | {"PARUTION_TOKEN": token}
        )
        if isinstance(result.exception, OfficeError):
            raise result.exception
        assert result.exit_code == 0, (result.output, result.exception)
        return result.stdout

    return run


@pytest.fixture
def told(run):
    """The same with --json; answers the objects."""
    return lambda *words, **given: [
        json.loads(line) for line in run(*words, "--json", **given).splitlines()
    ]


@pytest.fixture(autouse=True)
def session_of(run, tmp_path):
    """An office with its people, one frozen edition and a list of readers."""
    run("contact", "list")
    opened = open_database(address(tmp_path / "data"))
    with opened.write() as session:
        session.add(MailingList(name="lecteurs"))
        session.add_all(
            Account(name=role, role=role, password_hash="", created_at=AT)
            for role in Role
        )
        session.add(
            Edition(
                key=FROZEN,
                day=DAY,
                number=231,
                version=1,
                since=AT - timedelta(days=1),
                until=AT,
                state="frozen",
                content=json_format.plain(a_review(count=3)),
                frozen_at=AT,
                ready_at=AT,
            )
        )
    yield opened.write
    opened.close()


def token_of(run, role):
    return json.loads(run("user", "token", role, "--json"))["token"]


def test_editions_are_listed_and_shown(told, run):
    (row,) = told("review", "list")
    assert (row["edition"], row["number"], row["version"]) == (FROZEN, 231, 1)
    assert row["until"] == "2026-03-03T07:30:00Z"
    assert told("review", "show", KEY) == [row]
    assert told("review", "show", FROZEN) == [row]
    assert FROZEN in run("review", "list")


def test_an_edition_is_validated_reopened_and_validated_by_whoever_may(told, run):
    token = token_of(run, Role.WATCHER)
    (row,) = told("review", "validate", KEY, token=token)
    assert (row["state"], row["validated_by"]) == ("validated", "watcher")
    assert "to be validated again" in run("review", "reopen", KEY)
    said = run("review", "validate", KEY, token=token)
    assert said == f"Edition {FROZEN} is validated by watcher.\n"


def test_a_token_is_read_from_a_pipe(tmp_path, run, told):
    token = token_of(run, Role.VALIDATOR)
    result = CliRunner().invoke(
        build(),
        ["review", "validate", KEY],
        env={**home(tmp_path / "data")},
        input=f"{token}\n",
    )
    assert result.exit_code == 0, result.output
    assert told("review", "show", KEY)[0]["validated_by"] == "validator"


@pytest.mark.parametrize("role", [Role.READER, Role.WRITER, None])
def test_nobody_else_validates(told, run, role):
    token = token_of(run, role) if role else "nobody's"
    with pytest.raises(Conflict):
        run("review", "validate", KEY, token=token)
    assert told("review", "show", KEY)[0]["state"] == "frozen"


def test_a_sent_edition_is_corrected_with_a_reason(told, run, session_of):
    with pytest.raises(Conflict, match="sent"):
        run("review", "correct", KEY, "--because", "Une erreur.")
    with session_of() as session:
        session.query(Edition).one().state = "sent"
    with pytest.raises(BadInput, match="reason"):
        run("review", "correct", KEY, "--because", " ")
    (row,) = told("review", "correct", KEY, "--because", "Une erreur.")
    assert (row["version"], row["number"], row["state"]) == (2, 231, "frozen")
    assert row["because"] == "Une erreur."
    assert [one["version"] for one in told("review", "list")] == [2, 1]


def test_an_edition_is_frozen_once_and_not_before_its_hour(told, run):
    assert "is skipped" in run("review", "freeze", "2026-03-02")
    assert "frozen before" in run("review", "freeze", "2026-03-02")
    (row,) = told("review", "freeze", FROZEN)
    assert row["number"] == 231
    with pytest.raises(Conflict, match="still come in"):
        run("review", "freeze", "2126-03-04")
    with pytest.raises(NotFound, match="not frozen yet"):
        run("review", "show", "2126-03-04")


def test_readers_are_added_listed_and_removed(told, run):
    asked = ["--list", "lecteurs", "--channel", "outbox", "--layout", "bilingual"]
    (row,) = told(
        "review", "readers", "--add", "Cabinet", *asked, "--section", "releases"
    )
    assert row == {
        "name": "Cabinet",
        "list": "lecteurs",
        "readers": 0,
        "channel": "outbox",
        "layout": "bilingual",
        "kinds": ["morning"],
        "sections": ["releases"],
        "pdf": True,
    }
    assert told("review", "readers") == [row]
    assert told("review", "readers", "--remove", "Cabinet") == []


@pytest.mark.parametrize(
    "wrong",
    [
        ["--add", " ", "--list", "lecteurs", "--channel", "outbox"],
        ["--add", "A", "--list", "lecteurs", "--channel", "pigeon"],
        ["--add", "A", "--list", "lecteurs", "--channel", "outbox", "--layout", "xx"],
        ["--add", "A", "--list", "lecteurs", "--channel", "outbox", "--kind", "xx"],
        ["--add", "A", "--list", "lecteurs", "--channel", "outbox", "--section", "xx"],
    ],
)
def test_a_group_that_cannot_be_is_refused_and_nothing_is_written(told, run, wrong):
    with pytest.raises(BadInput):
        run("review", "readers", *wrong)
    assert told("review", "readers") == []


@pytest.mark.parametrize("verb", ["show", "freeze", "validate", "reopen"])
@pytest.mark.parametrize("key", ["tomorrow", "2026-03-03/noon"])
def test_what_names_no_edition_is_bad_input(run, verb, key):
    token = token_of(run, Role.WATCHER)
    with pytest.raises(BadInput):
        run("review", verb, key, token=token)


def test_bad_input_ends_with_status_two_and_says_what_to_do(tmp_path):
    ended = subprocess.run(
        [sys.executable, "-m", "app.cli", "review", "show", "tomorrow"],
        env={**home(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "2026-11-24" in ended.stderr
