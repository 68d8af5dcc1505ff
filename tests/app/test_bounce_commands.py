"""Reading returned mail from the command line, as a mail server's pipe does."""

import pytest
from engines import home
from typer.testing import CliRunner

from app.cli import build

BOUNCE = b"From: a@b.test\nAuto-Submitted: auto-replied\nSubject: away\n\nAway.\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    for name, value in home(tmp_path / "office").items():
        monkeypatch.setenv(name, value)

    def runs(*words, send=b""):
        return CliRunner().invoke(build(), ["bounce", "read", *words], input=send)

    return runs


def test_a_pipe_says_what_became_of_its_mail(run):
    done = run("-", "--json", send=BOUNCE)
    assert done.exit_code == 0
    assert '"automatic"' in done.output


def test_a_pipe_asks_the_mail_server_to_try_again_when_the_office_cannot(
    run, monkeypatch, tmp_path
):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PARUTION_DATA_DIR", str(tmp_path / "file" / "below"))
    assert run("-", send=BOUNCE).exit_code == 75


def test_a_maildir_is_read_whole(run, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "1.a").write_bytes(BOUNCE)
    done = run("--maildir", str(tmp_path), "--json")
    assert done.exit_code == 0
    assert '"mails": 1' in done.output
    assert [path.name for path in (tmp_path / "cur").iterdir()] == ["1.a:2,S"]
