"""`parution release check`, as a person types it."""

import json

import pytest
from engines import home
from typer.testing import CliRunner

from app.cli import build
from core.errors import NotFound

NOTE = "# Rencontre\n\nRabat, jeudi 5 décembre 2018\n\nLe ministère [nom] réunit."


@pytest.fixture
def parution(tmp_path):
    environment = {
        **home(tmp_path / "data"),
        "PARUTION_CHANNELS__OUTBOX__FOLDER": str(tmp_path / "outbox"),
    }

    def run(*words):
        result = CliRunner().invoke(build(), [*map(str, words)], env=environment)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def release(parution, tmp_path):
    def imported(text=NOTE):
        note = tmp_path / "note.fr.md"
        note.write_text(text, encoding="utf-8")
        given = ["--number", "7/2099", "--kind", "press-kit", "--json"]
        return json.loads(parution("release", "import", note, *given).stdout)["id"]

    return imported


def test_a_red_finding_ends_with_2_and_says_what_to_do(parution, release):
    result = parution("release", "check", release(), "--json")
    assert result.exit_code == 2
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(one["level"], one["check"], one["to"]) for one in found] == [
        ("red", "placeholder", "fr:3"),
        ("red", "weekday", "fr:1"),
        ("amber", "no-press-contact", "press_contact"),
        ("amber", "no-press-email", "press_email"),
    ]
    assert found[1]["values"]["day"] == "2018-12-05"


def test_amber_findings_end_with_0(parution, release):
    good = "# Dossier\n\nContact presse : Mme Alaoui, a@ministere.test"
    result = parution(
        "release", "check", release(good), "--at", "2099-01-03T23:00", "--json"
    )
    assert result.exit_code == 0
    found = [json.loads(line)["check"] for line in result.stdout.splitlines()]
    assert found == ["night", "weekend"]


def test_nothing_found_is_said(parution, release):
    good = "# Dossier\n\nContact presse : Mme Alaoui, a@ministere.test"
    result = parution("release", "check", release(good))
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 1


def test_the_audience_of_a_list_is_looked_at(parution, release, tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("Courriel;Nom\nn@presse.ma;Nadia\n", encoding="utf-8")
    parution("contact", "import", people, "--list", "n")
    parution("contact", "suppress", "n@presse.ma")
    good = "# Dossier\n\nContact presse : Mme Alaoui, a@ministere.test"
    result = parution("release", "check", release(good), "--list", "n", "--json")
    assert [json.loads(line)["check"] for line in result.stdout.splitlines()] == [
        "no-audience"
    ]
    assert result.exit_code == 2


def test_a_release_that_is_not_there_is_named(parution):
    with pytest.raises(NotFound, match="no release 9"):
        parution("release", "check", 9)
