"""Putting a release in the newsroom and taking it out, as a person types it."""

import json

import pytest
from engines import home
from newsroom_makers import a_picture
from typer.testing import CliRunner

from app.cli import build
from core.errors import BadInput, Conflict

PASSWORD = "a long enough password, to be sure\n"
NOTE = "# Rencontre\n\nLe ministère réunit les agences."


@pytest.fixture
def office(tmp_path):
    environment = {
        **home(tmp_path / "data"),
        "PARUTION_NEWSROOM__ENABLED": "true",
    }

    def run(*words, given=None, asked=None):
        result = CliRunner().invoke(
            build(),
            [*map(str, words), "--json"],
            env=environment | (given or {}),
            input=asked,
        )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]

    note = tmp_path / "note.fr.md"
    note.write_text(NOTE, encoding="utf-8")
    run("release", "import", note, "--number", "7/2026", "--kind", "communique")
    return run


@pytest.fixture
def token(office):
    def of(role):
        office("user", "add", role, "--role", role, asked=PASSWORD * 2)
        return {"PARUTION_TOKEN": office("user", "token", role)[0]["token"]}

    return of


def test_a_validator_publishes_and_takes_out_with_one_command_each(office, token):
    mine = token("validator")
    (row,) = office("release", "publish", 1, given=mine)
    assert row["slug"] == "7-2026"
    assert row["decided_at"]
    (gone,) = office("release", "withdraw", 1, "--because", "Faux", given=mine)
    assert gone["withdrawn_at"]


def test_a_writers_command_asks_and_waits(office, token):
    at = "2099-01-06T09:00"
    (row,) = office("release", "publish", 1, "--at", at, given=token("writer"))
    assert row["decided_at"] is None
    assert row["publish_at"].startswith("2099-01-06")


def test_whoever_says_not_who_they_are_publishes_nothing(office):
    with pytest.raises(Conflict, match="token"):
        office("release", "publish", 1, given={"PARUTION_TOKEN": "guess"})


def test_a_picture_is_published_with_its_credit(office, token, tmp_path):
    mine = token("validator")
    picture = tmp_path / "salle.jpg"
    picture.write_bytes(a_picture())
    said = ("--alternative", "Une salle")
    office("release", "attach", 1, picture, "--role", "picture", *said)
    with pytest.raises(BadInput, match="whose it is"):
        office("release", "publish", 1, given=mine)
    office("release", "publish", 1, "--credit", "salle.jpg=M. Alami", given=mine)
    with pytest.raises(BadInput, match="does not name a file"):
        office("release", "publish", 1, "--credit", "M. Alami", given=mine)
