"""The register, requests and one person, as they are typed on the command line."""

import json
import zipfile

import pytest
from typer.testing import CliRunner

from app.cli import build
from core.errors import BadInput, NotFound, OfficeError

NADIA = "nadia@presse.test"


@pytest.fixture
def run(tmp_path):
    environment = {
        "PARUTION_DATA_DIR": str(tmp_path / "data"),
        "PARUTION_LEGAL__DECLARATION": "D-W-123/2026",
        "COLUMNS": "200",
    }

    def run(*words):
        result = CliRunner().invoke(build(), [*map(str, words)], env=environment)
        if isinstance(result.exception, OfficeError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result

    return run


@pytest.fixture
def nadia(run, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(f"email,name,provenance\n{NADIA},Nadia Alami,salon\n")
    run("contact", "import", "--list", "presse", file)


def test_the_register_is_written_in_each_format(run, tmp_path):
    told = json.loads(run("register").stdout)
    assert told["controller"]["declaration"] == "D-W-123/2026"
    out = tmp_path / "register.pdf"
    said = run("register", "--format", "pdf", "--layout", "bilingual", "--out", out)
    assert "register.pdf was written" in said.stdout
    assert out.read_bytes().startswith(b"%PDF")
    with pytest.raises(NotFound, match="no format"):
        run("register", "--format", "exe")


def test_a_person_s_file_holds_pages_and_data(run, nadia, tmp_path):
    out = tmp_path / "nadia.zip"
    run("contact", "export", NADIA, "--out", out)
    with zipfile.ZipFile(out) as file:
        told = json.loads(file.read("data.json"))
        assert set(file.namelist()) == {"index.html", "index.pdf", "data.json"}
    assert told == json.loads(run("contact", "export", NADIA).stdout)


def test_a_dry_run_says_what_goes_and_changes_nothing(run, nadia):
    before = run("contact", "export", NADIA).stdout
    told = json.loads(run("contact", "erase", NADIA, "--dry-run", "--json").stdout)
    assert told["would_erase"] == NADIA
    assert (told["contact"], told["membership"], told["contact_change"]) == (1, 1, 1)
    assert run("contact", "export", NADIA).stdout == before
    done = json.loads(run("contact", "erase", NADIA, "--json").stdout)
    assert done["contact"] == 1
    with pytest.raises(NotFound):
        run("contact", "export", NADIA)


def test_requests_are_noted_listed_and_answered(run, nadia):
    noted = json.loads(
        run("request", "note", "access", NADIA, "--came-by", "letter", "--json").stdout
    )
    assert noted["outcome"] == ""
    assert noted["was_open"] is False
    again = ("request", "note", "access", NADIA, "--note", "boîte 3", "--json")
    said = json.loads(run(*again).stdout)
    assert (said["id"], said["was_open"], said["note"]) == (
        noted["id"],
        True,
        "boîte 3",
    )
    (listed,) = map(
        json.loads, run("request", "list", "--open", "--json").stdout.splitlines()
    )
    assert listed["address"] == NADIA
    with pytest.raises(BadInput, match="needs its reason"):
        run("request", "answer", noted["id"], "refused")
    run("request", "answer", noted["id"], "granted")
    assert run("request", "list", "--open", "--json").stdout == ""
