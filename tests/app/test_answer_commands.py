"""Answers that came by telephone, as a person types them."""

import json

import pytest
from engines import home
from typer.testing import CliRunner

from app.cli import build
from core.errors import BadInput, NotFound, OfficeError

NADIA = "nadia@presse.test"


@pytest.fixture
def run(tmp_path):
    """Run one command; answers its rows, or raises what it would say."""
    environment = {**home(tmp_path / "data")}

    def run(*words):
        words = [*map(str, words), "--json"]
        result = CliRunner().invoke(build(), words, env=environment)
        if isinstance(result.exception, OfficeError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]

    return run


@pytest.fixture
def invitation(run, tmp_path):
    """The id of an invitation; Nadia is a contact."""
    note = tmp_path / "note.fr.md"
    note.write_text("# Rencontre\n\nLe ministère invite.\n", encoding="utf-8")
    people = tmp_path / "people.csv"
    people.write_text(f"email,name,provenance\n{NADIA},Nadia,salon\n", encoding="utf-8")
    run("contact", "import", "--list", "presse", people)
    [row] = run(
        *("release", "import", note, "--kind", "invitation"),
        *("--event-at", "2099-01-05T10:00", "--place", "Rabat"),
    )
    return row["id"]


@pytest.mark.parametrize("said", ["coming", "declined", "replied", "present", "absent"])
def test_what_a_contact_said_by_telephone_is_listed(run, invitation, said):
    [told] = run("contact", "answer", NADIA.upper(), invitation, said)
    assert (told["email"], told["answer"], told["said_by"]) == (
        NADIA,
        said,
        "telephone",
    )
    assert run("release", "answers", invitation) == [told]


def test_the_last_answer_counts(run, invitation):
    run("contact", "answer", NADIA, invitation, "coming")
    run("contact", "answer", NADIA, invitation, "declined")
    assert [one["answer"] for one in run("release", "answers", invitation)] == [
        "declined"
    ]


def test_an_answer_of_nobody_known_or_to_nothing_that_asks_is_refused(
    run, invitation, tmp_path
):
    with pytest.raises(NotFound, match="No contact has"):
        run("contact", "answer", "x@presse.test", invitation, "coming")
    with pytest.raises(NotFound, match="no release 99"):
        run("contact", "answer", NADIA, 99, "coming")
    [other] = run(
        *("release", "import", tmp_path / "note.fr.md", "--kind", "communique")
    )
    with pytest.raises(BadInput, match="asks nobody for an answer"):
        run("release", "answers", other["id"])
