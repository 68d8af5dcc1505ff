"""Case 100: somebody who has only the pages comes to a rehearsal send; every block is run as it stands."""

import email
import email.policy
import os
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from socket import socket

import pytest
from doc_blocks import PORT_OF_PAGES, ROOT, Terminal, blocks

from core.settings import load

PAGES = ("README.md", "docs/install.md", "docs/first-hour.md")
SECONDS = 120  # for one block, on a busy machine


def ready(port):
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/health/ready", timeout=10
        ) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def page_of(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/?lang=en") as answer:
        return answer.read().decode()


def until(condition, *, what):
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.2)
    raise AssertionError(f"not within {SECONDS} s: {what}")


@pytest.fixture
def port():
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def tree(tmp_path):
    """A folder that looks like an unpacked source, and whose `make setup` is done."""
    for name in ("Makefile", "pyproject.toml", "requirements", "config", "docs"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "ready").touch()
    return tmp_path


@pytest.fixture
def environment(tree, port):
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tree),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "PARUTION_WEB__PORT": port,
        "MAKEFLAGS": f"PORT={port} READY={tree}/ready",
    }


class Reader:
    """Follows a page from top to bottom, one terminal at a time."""

    def __init__(self, folder, environment, port, *, settled=lambda: True):
        self._new = lambda: Terminal(folder, environment)
        self._port, self._settled = port, settled
        self._terminals = [self._new()]
        # What goes on until its part of the page ends, and the terminal it is in.
        self._going = []
        self._part = 0
        self.shown = []

    def follow(self, page):
        try:
            for block in blocks(page):
                if block.part != self._part:
                    self._end_part(block.part)
                if block.is_run:
                    self._do(block)
            self._end_part(0)
        finally:
            for terminal in self._terminals:
                terminal.close()
        return self

    def _do(self, block):
        if block.wants_new_terminal:
            self._terminals.append(self._new())
        terminal = self._terminals[-1]
        text = block.text.replace(PORT_OF_PAGES, self._port)
        if not block.goes_on:
            self.shown.append(terminal.run(text, seconds=SECONDS))
            return
        self._going.append((terminal, terminal.begin(text)))
        until(lambda: ready(self._port), what=text)
        until(self._settled, what=f"what follows {text}")

    def _end_part(self, part):
        self._part = part
        while self._going:
            terminal, number = self._going.pop()
            terminal.interrupt(number, seconds=SECONDS)


def test_every_block_says_what_becomes_of_it():
    for page in PAGES:
        found = blocks(page)
        assert found, page
        assert not blocks(page, ""), f"{page}: a block without a language"
        for block in found:
            assert block.is_run or block.said.startswith("not run: "), block
            assert not block.said.startswith("not run") or len(block.reason) > 10


def test_what_is_not_run_is_not_more_than_this():
    """Whoever adds one says here that no test can run it."""
    reasons = {
        (page, block.reason)
        for page in PAGES
        for block in blocks(page)
        if not block.is_run
    }
    assert reasons == {
        ("README.md", "it would run this test inside itself"),
        ("docs/install.md", "it makes a user and a service of the whole machine"),
        ("docs/install.md", "the service is not there where the tests run"),
        ("docs/install.md", "no container engine runs where the tests do"),
    }


@pytest.mark.parametrize("page", PAGES)
def test_the_settings_a_page_shows_can_be_read(page, tmp_path):
    for number, block in enumerate(blocks(page, "toml")):
        path = tmp_path / f"{number}.toml"
        path.write_text(block.text)
        load(path=path, environment={})


def test_the_readme_says_what_the_first_hour_runs():
    runnable = {
        page: {block for block in blocks(page) if block.is_run} for page in PAGES
    }
    texts = {block.text for block in runnable["docs/first-hour.md"]}
    assert {block.text for block in runnable["README.md"]} == {"make demo\n"} <= texts


@pytest.mark.timeout(600)
def test_the_office_is_installed_and_started(tree, environment, port):
    reader = Reader(tree, environment, port).follow("docs/install.md")
    assert "Usage: parution" in reader.shown[0]
    assert "fuseaux horaires" in reader.shown[1]
    assert (tree / "data" / "parution.db").is_file()


@pytest.mark.timeout(600)
def test_the_first_hour_ends_with_a_right_send(tree, environment, port):
    outbox = tree / "trial-outbox" / "new"

    def settled():
        """What a reader sees before they read on: the rehearsal's pages, then the mails."""
        if (tree / "trial").is_dir():
            return len(mails(outbox)) == 3
        return "Rehearsal: " in page_of(port)

    reader = Reader(tree, environment, port, settled=settled)
    reader.follow("docs/first-hour.md")
    assert {
        mail["To"].addresses[0].addr_spec: subject_of(mail) for mail in mails(outbox)
    } == {
        "nadia.alami@quotidien.example": "Rencontre des agences urbaines",
        "redaction@hebdo.example": "Rencontre des agences urbaines",
        "o.benali@jarida.example": "لقاء الوكالات الحضرية",
    }
    (told,) = [shown for shown in reader.shown if "accepted" in shown]
    assert told.count("accepted") == 3
    assert (tree / "revue.pdf").read_bytes().startswith(b"%PDF")


def mails(folder):
    if not folder.is_dir():
        return []
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in Path(folder).iterdir()
    ]


def subject_of(mail):
    return str(mail["Subject"]).rpartition(" : ")[2] or str(mail["Subject"])
