"""Tone, front page, errors, goal and messages by command."""

import json
from datetime import UTC, datetime

import pytest
from balance_rows import MESSAGE, PRESS, a_release, an_article
from engines import address, home
from typer.testing import CliRunner

from app.cli import build
from core.db import open_database
from core.errors import BadInput, NotFound, OfficeError

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def run(tmp_path):
    environment = {**home(tmp_path / "data"), "COLUMNS": "300"}

    def run(*words):
        result = CliRunner().invoke(build(), [*map(str, words)], env=environment)
        if isinstance(result.exception, OfficeError):
            raise result.exception
        assert result.exit_code == 0, (result.output, result.exception)
        return result.stdout

    return run


@pytest.fixture(autouse=True)
def _office(run, tmp_path):
    run("release", "list")
    opened = open_database(address(tmp_path / "data"))
    with opened.write() as session:
        release = a_release(session, at=AT)
        an_article(session, release, PRESS[0], at=AT)
    opened.close()


def line(run):
    return json.loads(run("coverage", "list", "--json"))


def test_the_tone_and_the_front_page_are_said_and_taken_back(run):
    run("coverage", "tone", 1, "negative")
    run("coverage", "front", 1)
    assert (line(run)["tone"], line(run)["on_front"]) == ("negative", True)
    run("coverage", "tone", 1, "none")
    assert "not on the front page" in run("coverage", "front", 1, "--no")
    assert (line(run)["tone"], line(run)["on_front"]) == ("", False)
    with pytest.raises(BadInput, match="no tone called"):
        run("coverage", "tone", 1, "warm")


def test_an_error_is_noted_asked_and_mended(run):
    said = run("coverage", "rectify", 1, "--wrong", "1 420", "--right", "1 240")
    assert "`parution coverage redress 1 asked`" in said
    run("coverage", "redress", 1, "asked")
    assert line(run)["to_rectify"]
    run("coverage", "redress", 1, "obtained")
    assert not line(run)["to_rectify"]
    row = json.loads(run("coverage", "errors", "--release", 1, "--json"))
    assert (row["wrong"], row["right"], row["stage"]) == ("1 420", "1 240", "obtained")


def test_an_error_that_was_none_is_dropped(run):
    run("coverage", "rectify", 1, "--wrong", "1 420")
    run("coverage", "redress", 1, "dropped")
    assert run("coverage", "errors", "--json") == ""
    assert not line(run)["to_rectify"]


def test_a_goal_is_set_part_by_part(run):
    run("release", "goal", 1, "--objective", "Faire connaître", "--audience", "Élus")
    row = json.loads(run("release", "goal", 1, "--audience", "Tous", "--json"))
    assert (row["objective"], row["audience"]) == ("Faire connaître", "Tous")
    assert row["set_by"] == "command line"


def test_a_message_is_set_in_languages_and_removed(run):
    run("release", "message", 1, "--place", 1, "--lang", "fr", MESSAGE)
    arabic = "شباك رقمي موحد يعوض الملف الورقي"
    run("release", "message", 1, "--place", 1, "--lang", "ar", arabic)
    row = json.loads(run("release", "goal", 1, "--json"))
    assert [(one["place"], one["language"]) for one in row["messages"]] == [
        (1, "fr"),
        (1, "ar"),
    ]
    run("release", "message", 1, "--place", 1, "--lang", "fr", "--remove")
    assert MESSAGE not in run("release", "goal", 1)
    run("release", "message", 1, "--place", 1, "--remove")
    with pytest.raises(NotFound, match="no message 1"):
        run("release", "message", 1, "--place", 1, "--remove")


@pytest.mark.parametrize("words", [("--lang", "fr"), ("--lang", "zz", MESSAGE)])
def test_a_message_without_words_or_language_is_refused(run, words):
    with pytest.raises(BadInput):
        run("release", "message", 1, "--place", 1, *words)
