"""The contact commands, as a person types them."""

import json

import pytest
from engines import home
from typer.testing import CliRunner

from app.cli import build
from core.errors import BadInput, Conflict, NotFound, OfficeError

NADIA = "nadia@presse.test"


@pytest.fixture
def run(tmp_path):
    """Run one command; answers its output, or raises what it would say."""
    environment = {**home(tmp_path / "data"), "COLUMNS": "200"}

    def run(*words):
        result = CliRunner().invoke(build(), [*map(str, words)], env=environment)
        if isinstance(result.exception, OfficeError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result

    return run


@pytest.fixture
def parution(run):
    return lambda *words: [
        json.loads(line) for line in run(*words, "--json").stdout.splitlines()
    ]


@pytest.fixture
def people(tmp_path):
    def people(text):
        path = tmp_path / "people.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return people


IMPORT = ("contact", "import", "--list", "presse")


def test_a_file_without_provenance_is_told_what_is_kept_instead(run, people):
    result = run(*IMPORT, people(f"email\n{NADIA}\n"))
    assert "imported from people.csv on 20" in result.stderr
    assert "--provenance" in result.stderr


def test_provenance_given_for_the_file_stands_where_lines_do_not_say_it(
    run, parution, people
):
    file = people(f"email,provenance\n{NADIA},salon\ns@presse.test,\n")
    with pytest.raises(BadInput, match="1 of 2 rows"):
        run(*IMPORT, file)
    assert not run(*IMPORT, file, "--provenance", "annuaire").stderr
    listed = parution("contact", "list")
    assert [row["provenance"] for row in listed] == ["salon", "annuaire"]


def test_a_file_that_does_not_say_it_leaves_the_provenance_that_is_known(
    run, parution, people
):
    run(*IMPORT, people(f"email,provenance\n{NADIA},salon\n"))
    (counts,) = parution(*IMPORT, people(f"email\n{NADIA}\n"))
    assert (counts["same"], counts["batch"]) == (1, None)


def test_a_dry_run_for_people_shows_what_asks_for_a_look_and_counts_the_rest(
    run, people
):
    run(*IMPORT, people(f"email,name,outlet\n{NADIA},Nadia,Le Matin\n"))
    result = run(
        *IMPORT,
        people(f"email,name,outlet\n{NADIA},Nadia,Atlas\ns@presse.test,Saïd,\n"),
        "--dry-run",
    )
    assert "outlet: Le Matin -> Atlas" in result.stdout
    counts = "1 new, 1 changed, 0 same, 0 conflict, 0 rejected."
    assert result.stdout.splitlines()[-1] == counts


def test_a_wrong_file_says_each_line_and_the_way_on(tmp_path, people):
    result = CliRunner().invoke(
        build(),
        [*IMPORT, str(people("email\n" + "bad\n" * 60))],
        env={**home(tmp_path / "data")},
    )
    assert "people.csv, line 2, email: “bad” is not a mail address." in result.stderr
    assert "... and 10 more." in result.stderr
    assert isinstance(result.exception, BadInput)
    assert "--skip-rejected" in result.exception.mend


def test_an_error_file_that_cannot_be_written_stops_the_import(run, people, tmp_path):
    with pytest.raises(BadInput, match="cannot be written"):
        run(
            *(*IMPORT, people(f"email\n{NADIA}\nbad\n"), "--skip-rejected"),
            *("--errors", tmp_path / "nowhere" / "errors.csv"),
        )
    assert not run("contact", "list", "--json").stdout


def test_what_was_imported_and_merged_is_listed_and_undone(parution, people):
    file = people(f"email,name\n{NADIA},Nadia\nn@autre.test,N. A.\n")
    (counts,) = parution(*IMPORT, file)
    (merged,) = parution("contact", "merge", NADIA, "n@autre.test")
    assert (merged["kept"], merged["joined"]) == (NADIA, "n@autre.test")
    listed = parution("contact", "batches")
    assert [row["kind"] for row in listed] == ["merge", "import"]
    with pytest.raises(Conflict, match=r"n@autre\.test"):
        parution("contact", "undo", counts["batch"])
    parution("contact", "undo", merged["batch"])
    (undone,) = parution("contact", "undo", counts["batch"])
    assert undone["removed"] == 2
    assert parution("contact", "lists") == []


def test_a_rule_is_tried_and_kept(run, parution, people):
    run(*IMPORT, people(f"email,beats\n{NADIA},ville\ns@presse.test,eau\n"))
    words = ["contact", "list-rule", "la  ville", "beat:ville"]
    (tried,) = parution(*words, "--dry-run")
    assert (tried["contacts"], tried["first"]) == (1, [NADIA])
    assert [row["name"] for row in parution("contact", "lists")] == ["presse"]
    run(*words)
    (row,) = parution("contact", "list", "--list", "la ville")
    assert row["email"] == NADIA
    with pytest.raises(BadInput, match="no field"):
        run("contact", "list-rule", "x", "ville:Rabat")


def test_a_suppression_is_lifted_with_a_reason_only(run, parution):
    run("contact", "suppress", NADIA)
    with pytest.raises(BadInput, match="needs a reason"):
        run("contact", "unsuppress", NADIA, "--because", " ")
    (lifted,) = parution("contact", "unsuppress", NADIA, "--because", "asked by mail")
    assert (lifted["suppressed"], lifted["was"]) == (False, "asked")
    known = json.loads(run("contact", "export", NADIA).stdout)
    assert [one["because"] for one in known["liftings"]] == ["asked by mail"]


def test_a_person_is_exported_and_erased(run, people):
    run(*IMPORT, people(f"email,phone\n{NADIA},0600\n"))
    known = json.loads(run("contact", "export", NADIA.upper()).stdout)
    assert known["contacts"][0]["contact"]["phone"] == "0600"
    run("contact", "erase", NADIA)
    with pytest.raises(NotFound, match="Nothing is known"):
        run("contact", "export", NADIA)
