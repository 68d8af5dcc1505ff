"""Contacts one by one, and an event's door, from the command line."""

import json

import pytest
from alembic import command
from contact_rows import filled
from engines import home
from event_rows import an_event, comes
from screen_makers import an_office
from typer.testing import CliRunner

from app.cli import build
from app.migrations.history import config


@pytest.fixture
def run(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        filled(opened)
        with opened.database.write() as session:
            number = an_event(
                session,
                now=clock.now(),
                guests={"Amal": {"outlet": "Atlas"}, "Zaki": {}},
            )
            comes(session, number, 4, now=clock.now(), crew="Omar")
        _stamp(opened.database)
    environment = {**home(tmp_path)}

    def run(*words, fails=False):
        result = CliRunner().invoke(build(), [*map(str, words)], env=environment)
        assert (result.exit_code != 0) is fails, result.output
        return result.stdout

    return run


def _stamp(database):
    """Its tables are the newest."""
    made = config()
    with database.engine.begin() as connection:
        made.attributes["connection"] = connection
        command.stamp(made, "head")


def rows(text):
    return [json.loads(line) for line in text.splitlines()]


def test_a_contact_is_added_changed_verified_and_tried(run):
    run("contact", "add", "new@press.test", "--provenance", "salon", "--name", "New")
    (told,) = rows(
        run("contact", "change", "new@press.test", "--outlet", "A", "--json")
    )
    assert told["changed"] is True
    (told,) = rows(
        run("contact", "change", "new@press.test", "--outlet", "A", "--json")
    )
    assert told["changed"] is False
    assert "verified_at" in run("contact", "verify", "new@press.test")
    run("contact", "add", "new@press.test", "--provenance", "salon", fails=True)
    told = rows(run("contact", "audience", "nationale", 1, "--json"))
    assert [one["language_because"] for one in told] == ["preferred"] * 3


def test_the_door_is_kept_and_its_list_written(run, tmp_path):
    told = rows(run("event", "list", 2, "--wanted", "silent", "--json"))
    assert [one["name"] for one in told] == ["Zaki"]
    (told,) = rows(run("event", "present", 2, "guest0@press.test", "--json"))
    assert told["answer"] == "present"
    (told,) = rows(run("event", "turnout", 2, "--json"))
    assert (told["inside"], told["people"]) == (2, 2)
    (told,) = rows(run("event", "present", 2, "guest0@press.test", "--undo", "--json"))
    assert told["answer"] == "coming"
    out = tmp_path / "list.csv"
    run("event", "export", 2, "--format", "csv", "--out", out)
    assert "Omar" in out.read_text(encoding="utf-8-sig")
    run("event", "export", 2, "--format", "odt", "--out", out, fails=True)
    words = ("contact", "answer", "guest1@press.test", 2, "coming with camera")
    run(*words, "--crew-size", "2", "--plate", "A 1")
    (_, told) = rows(run("event", "list", 2, "--json"))
    assert (told["crew_size"], told["plate"]) == (2, "A 1")
