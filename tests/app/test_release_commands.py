"""The release commands, as a person types them."""

import json

import pytest
from docx import Document
from engines import home
from typer.testing import CliRunner

from app.cli import build
from core.errors import BadInput, NotFound

PDF = b"%PDF-1.7\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def run(tmp_path):
    """Run one command; answers its result."""
    environment = {
        **home(tmp_path / "data"),
        "PARUTION_ORGANISATION__ZONE": "Pacific/Kiritimati",
    }

    def run(*words):
        result = CliRunner().invoke(build(), [*map(str, words)], env=environment)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result

    return run


@pytest.fixture
def note(tmp_path):
    """A Word file with a page header, in French."""
    document = Document()
    document.add_paragraph("Rencontre", style="Title")
    document.add_paragraph("Le ministère réunit les agences.")
    document.sections[0].header.paragraphs[0].text = "Royaume du Maroc"
    path = tmp_path / "note.fr.docx"
    document.save(path)
    return path


def test_everything_a_release_says_is_shown(run, note, tmp_path):
    tifinagh = tmp_path / "note.zgh.md"
    tifinagh.write_text("# ⴰⵎⵢⴰⵡⴰⴹ\n\nⴰⴹⵕⵉⵚ.", encoding="utf-8")
    (tmp_path / "signe.pdf").write_bytes(PDF)
    (tmp_path / "plan.csv").write_bytes(b"a;b\n")
    (made,) = map(
        json.loads,
        run(
            *("release", "import", note, tifinagh, "--kind", "invitation"),
            *("--event-at", "2099-12-05T09:00", "--place", "Rabat"),
            *("--signatory", "Le ministre", "--press-contact", "Mme Alaoui"),
            *("--press-phone", "05 37 57 73 72", "--press-email", "p@m.ma"),
            *(
                "--signed",
                f"{tmp_path}/signe.pdf:fr",
                "--attach",
                tmp_path / "plan.csv",
            ),
            "--json",
        ).stdout.splitlines(),
    )
    assert made["titles"] == {"fr": "Rencontre", "zgh": "ⴰⵎⵢⴰⵡⴰⴹ"}
    assert made["number"].startswith("1/20")
    shown = json.loads(run("release", "show", made["id"], "--json").stdout)
    assert {name: shown[name] for name in ("place", "signatory", "press_contact")} == {
        "place": "Rabat",
        "signatory": "Le ministre",
        "press_contact": "Mme Alaoui",
    }
    assert (shown["press_phone"], shown["press_email"]) == ("05 37 57 73 72", "p@m.ma")
    assert [
        (one["file_name"], one["role"], one["language"]) for one in shown["attachments"]
    ] == [("signe.pdf", "signed", "fr"), ("plan.csv", "annex", "")]
    assert shown["dropped"] == [
        {
            "language": "fr",
            "what": "The page header was dropped: «Royaume du Maroc».",
            "place": "note.fr.docx, header",
        }
    ]
    told = run("release", "show", made["id"])
    assert "warning: note.fr.docx, header: The page header" in told.stderr
    assert "signe.pdf (signed:fr), plan.csv (annex)" in told.stdout


def test_what_was_dropped_is_said_beside_the_answer(run, note):
    result = run("release", "import", note, "--kind", "communique", "--number", "auto")
    assert result.stderr.startswith("warning: note.fr.docx, header: ")
    assert "warning" not in result.stdout


def test_a_correction_needs_the_release_it_corrects(run, note):
    words = ("release", "import", note, "--kind")
    run(*words, "communique", "--number", "112/2026")
    with pytest.raises(BadInput, match="speaks of another one"):
        run(*words, "correction")
    with pytest.raises(NotFound):
        run(*words, "correction", "--parent", "113/2026")
    corrected = run(*words, "correction", "--parent", "112-2026", "--json")
    assert json.loads(corrected.stdout)["parent"] == 1
    assert len(run("release", "list", "--json").stdout.splitlines()) == 2


def test_a_file_that_is_added_breaks_the_seal(run, note, tmp_path):
    (tmp_path / "signe.pdf").write_bytes(PDF)
    run("release", "import", note, "--kind", "communique")
    before = run("release", "seal", "1", "--json").stdout
    added = run(
        "release", "attach", "1", tmp_path / "signe.pdf", "--role", "signed", "--json"
    )
    assert [one["role"] for one in json.loads(added.stdout)["attachments"]] == [
        "signed"
    ]
    assert run("release", "seal", "1", "--json").stdout != before
    with pytest.raises(BadInput, match="role"):
        run("release", "attach", "1", tmp_path / "signe.pdf", "--role", "stamp")


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--press-email", "presse", "not an e-mail address"),
        ("--attach", "no-such.pdf", "cannot be read"),
        ("--signed", "no-such.pdf:fr", "cannot be read"),
    ],
)
def test_a_wrong_option_imports_nothing(run, note, option, value, said):
    with pytest.raises(BadInput, match=said):
        run("release", "import", note, "--kind", "communique", option, value)
    assert run("release", "list", "--json").stdout == ""
