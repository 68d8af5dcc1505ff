"""The release, contact and dispatch commands, as a person types them."""

import json

import pytest
from engines import home
from typer.testing import CliRunner

from app.cli import build
from core.errors import BadInput, Conflict

NOTE = "# Rencontre\n\nLe ministère réunit les agences."


@pytest.fixture
def parution(tmp_path):
    """Run one command; answers its JSON lines."""
    environment = {
        **home(tmp_path / "data"),
        "PARUTION_CHANNELS__OUTBOX__FOLDER": str(tmp_path / "outbox"),
    }

    def run(*words):
        result = CliRunner().invoke(build(), [*map(str, words)], env=environment)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]

    return run


@pytest.fixture
def files(tmp_path):
    note = tmp_path / "note.fr.md"
    note.write_text(NOTE, encoding="utf-8")
    people = tmp_path / "people.csv"
    people.write_text("Courriel;Nom\nn@presse.ma;Nadia\n", encoding="utf-8")
    return note, people


def test_a_release_is_imported_planned_shown_and_stopped(parution, files):
    note, people = files
    imported = ["release", "import", note, "--number", "7/2099", "--kind"]
    (release,) = parution(*imported, "communique", "--json")
    assert release["titles"] == {"fr": "Rencontre"}
    (seal,) = parution("release", "seal", release["id"], "--json")
    assert len(seal["seal"]) == 64
    (counts,) = parution("contact", "import", people, "--list", "n", "--json")
    assert (counts["new"], counts["changed"], counts["same"]) == (1, 0, 0)
    planned = ["dispatch", "plan", release["id"], "--list", "n", "--channel", "outbox"]
    (dispatch,) = parution(*planned, "--at", "2099-01-05T09:00", "--json")
    assert (dispatch["state"], dispatch["counts"]["waiting"]) == ("planned", 1)
    (line,) = parution("dispatch", "show", dispatch["id"], "--deliveries", "--json")
    assert (line["address"], line["state"]) == ("n@presse.ma", "waiting")
    (stopped,) = parution("dispatch", "stop", dispatch["id"], "--json")
    assert stopped["state"] == "stopped"
    with pytest.raises(Conflict):
        parution("dispatch", "resume", dispatch["id"])
    (listed,) = parution("dispatch", "list", "--json")
    assert listed["counts"]["cancelled"] == 1


def test_a_file_with_a_wrong_row_imports_nothing(parution, files):
    _, people = files
    people.write_text("email\ngood@presse.ma\nbad\n", encoding="utf-8")
    with pytest.raises(BadInput, match="1 of 2 rows"):
        parution("contact", "import", people, "--list", "n")
    assert parution("contact", "list", "--json") == []


def test_a_dry_run_writes_nothing_and_a_suppression_shows(parution, files):
    _, people = files
    words = ["contact", "import", people, "--list", "n", "--json"]
    (line,) = parution(*words, "--dry-run")
    assert (line["line"], line["status"]) == (2, "new")
    assert parution("contact", "list", "--json") == []
    parution(*words)
    parution("contact", "suppress", "N@presse.ma", "--json")
    (line,) = parution("contact", "list", "--json")
    assert line["suppressed"] is True
    parution("contact", "erase", "n@presse.ma", "--json")
    assert parution("contact", "export", "--json") == []


def test_a_token_of_nobody_approves_nothing(parution):
    with pytest.raises(Conflict, match="nobody"):
        parution("dispatch", "approve", 1, "--token", "x")
