"""Reports come in every format and layout there is, to a file or a pipe."""

from datetime import UTC, datetime

import pytest
from author_rows import a_sent_release, published
from engines import address, home
from report_readers import cells, sheets
from typer.testing import CliRunner

import core.reporting.formats
from app.cli import build
from app.cli.report import chosen
from core.catalogue import members
from core.db import open_database
from core.errors import BadInput, OfficeError, Unavailable
from core.i18n import words
from core.reporting.formats.base import is_text
from core.values import Language

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
EVERY = members(core.reporting.formats, "Format")


@pytest.fixture
def run(tmp_path):
    environment = {
        **home(tmp_path / "data"),
        "PARUTION_WEB__PUBLIC_URL": "https://presse.test/",
    }

    def run(*words):
        result = CliRunner().invoke(build(), [*map(str, words)], env=environment)
        if isinstance(result.exception, OfficeError):
            raise result.exception
        assert result.exit_code == 0, (result.output, result.exception)
        return result.stdout_bytes

    return run


@pytest.fixture(autouse=True)
def _office(run, tmp_path):
    run("contact", "list")
    opened = open_database(address(tmp_path / "data"))
    with opened.write() as session:
        release_id = a_sent_release(session, at=AT)
        published(session, release_id, outlet="Le Matin", author="", at=AT)
    opened.close()


@pytest.mark.parametrize("name", EVERY)
def test_every_format_goes_to_a_file_and_to_a_pipe(run, tmp_path, name):
    out = tmp_path / f"balance.{EVERY[name].suffix}"
    told = run("report", "balance", 1, "--format", name, "--out", out)
    assert str(out).encode() in told
    kept = out.read_bytes()
    piped = run("report", "balance", 1, "--format", name)
    assert kept[:4] == piped[:4]
    if is_text(EVERY[name].media_type):
        assert b"Le Matin" in kept


def test_a_review_comes_in_every_format_too(run):
    book = run("report", "review", "--date", "2026-11-25", "--format", "xlsx")
    assert "Articles" in sheets(book)


@pytest.mark.parametrize(
    ("layout", "spoken"),
    [
        ("ar", ["ar"]),
        ("en", ["en"]),
        ("bilingual", ["fr", "ar"]),
        (None, ["fr"]),
    ],
)
def test_a_layout_chooses_the_languages(run, layout, spoken):
    asked = ["--layout", layout] if layout else []
    table = cells(run("report", "balance", 1, "--format", "csv", *asked))
    called = [words(Language(one)).gettext("Outlet") for one in spoken]
    assert table[0][2] == " · ".join(dict.fromkeys(called))


def test_its_links_lead_to_our_pages_as_readers_reach_them(run):
    table = cells(run("report", "balance", 1, "--format", "csv"))
    assert "https://presse.test/coverage/1" in table[1]


def test_a_format_that_is_not_there_is_answered_by_those_that_are(run):
    with pytest.raises(BadInput, match="no format called 'odt'") as refused:
        run("report", "balance", 1, "--format", "odt")
    for name in EVERY:
        assert name in refused.value.mend


@pytest.mark.parametrize("name", EVERY)
def test_bytes_are_not_thrown_at_a_terminal(name):
    if is_text(EVERY[name].media_type):
        assert chosen(name, to_terminal=True).name == name
        return
    with pytest.raises(BadInput, match=f"cannot show {name}") as refused:
        chosen(name, to_terminal=True)
    assert f"--out report.{EVERY[name].suffix}" in refused.value.mend


def test_a_folder_that_is_not_there_is_named(run, tmp_path):
    out = tmp_path / "nowhere" / "balance.csv"
    with pytest.raises(Unavailable, match="cannot be written") as refused:
        run("report", "balance", 1, "--format", "csv", "--out", out)
    assert refused.value.to == str(out)
