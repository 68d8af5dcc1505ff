"""Coverage is decided by command, a release's profile is corrected, a balance is written."""

import json
from datetime import UTC, datetime

import pytest
from author_rows import a_sent_release, published
from engines import address, home
from typer.testing import CliRunner

from app.cli import build
from core.db import open_database
from core.errors import BadInput, NotFound, OfficeError
from monitor.models import Coverage

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
PEOPLE = "email,name,outlet,provenance\nnadia@x.test,Nadia El Amrani,Le 360,annuaire\n"


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
    """An office whose release three outlets may have covered."""
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    run("contact", "import", people, "--list", "presse")
    opened = open_database(address(tmp_path / "data"))
    with opened.write() as session:
        release_id = a_sent_release(session, at=AT)
        for outlet in ("Le 360", "Hespress", "Le Matin"):
            published(session, release_id, outlet=outlet, author="", at=AT)
    opened.close()


@pytest.fixture
def decisions(run):
    return lambda: {
        row["id"]: row["decision"]
        for row in map(
            json.loads, run("coverage", "list", "--json").strip().splitlines()
        )
    }


def test_lines_are_confirmed_rejected_and_taken_back(run, decisions):
    assert "Coverage line 1 is confirmed." in run("coverage", "confirm", 1, 2)
    run("coverage", "reject", 3, "--as", "homonym")
    assert decisions() == {1: "confirmed", 2: "confirmed", 3: "rejected"}
    run("coverage", "take-back", 1)
    assert decisions()[1] == "proposed"
    row = json.loads(run("coverage", "backtest", "--json"))
    assert (row["confirmed"], row["rejected"]) == (1, 1)


def test_one_wrong_line_leaves_all_of_them_as_they_were(run, decisions):
    run("coverage", "confirm", 1)
    with pytest.raises(NotFound, match="no coverage line 99"):
        run("coverage", "take-back", 1, 99)
    assert decisions()[1] == "confirmed"


def test_a_reason_that_is_none_is_told_with_those_there_are(run):
    with pytest.raises(BadInput, match="no reason called") as raised:
        run("coverage", "reject", 1, "--as", "wrong")
    assert "another-edition" in raised.value.mend


def test_a_profile_is_shown_corrected_and_reset(run):
    run("release", "profile", 1, "--set", "people=Salma Tazi;سلمى التازي")
    row = json.loads(run("release", "profile", 1, "--json"))
    assert row["people"] == ["Salma Tazi", "سلمى التازي"]
    assert row["edited"] == ["people"]
    row = json.loads(run("release", "profile", 1, "--reset", "--json"))
    assert row["edited"] == []
    with pytest.raises(BadInput, match="names no part"):
        run("release", "profile", 1, "--set", "people")


def test_a_balance_is_written_to_a_file(run, tmp_path):
    out = tmp_path / "balance.html"
    assert "was written to" in run("report", "balance", 1, "--out", out)
    assert "<html" in out.read_text("utf-8")
    row = json.loads(run("report", "balance", 1, "--format", "json"))
    assert row["kind"] == "balance"


def test_the_proposals_that_lessons_lowered_are_listed(run, tmp_path):
    opened = open_database(address(tmp_path / "data"))
    with opened.write() as session:
        for row in session.query(Coverage):
            row.label, row.score, row.decision = "mention", 0.6, "proposed"
            row.signs = {"core": 0.5, "kind": 1.0, "names": 0.25}
    opened.close()
    run("coverage", "reject", 3, "--as", "homonym")
    listed = run("coverage", "lessons", "--json").strip().splitlines()
    rows = [json.loads(one) for one in listed]
    assert {row["coverage_id"] for row in rows} == {1, 2}
    assert {row["because"] for row in rows} == {"homonym"}
