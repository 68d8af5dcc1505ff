"""The real `parution migrate`, `serve` and `worker` on PostgreSQL, each its own process."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from core.db import open_database

pytestmark = pytest.mark.postgres

RECIPIENTS = 60
PARUTION = (sys.executable, "-m", "app.cli")
# As where the extra is not installed.
_WITHOUT = (
    "import sys; sys.modules[{module!r}] = None; from app.cli import main; main()"
)


def environment(folder, url, **more):
    kept = {key: value for key, value in os.environ.items() if "PARUTION" not in key}
    return {
        **kept,
        "PARUTION_DATA_DIR": str(folder / "office"),
        "PARUTION_DATABASE_URL": url,
        "PARUTION_SECRET_KEY": "a-key-of-the-tests-that-is-long-enough",
        "PARUTION_LANGUAGE": "en",
        "PARUTION_WEB__PORT": "0",
        "PARUTION_CHANNELS__OUTBOX__FOLDER": str(folder / "outbox"),
        **more,
    }


def parution(given, *words):
    return subprocess.run(
        [*PARUTION, *words], env=given, capture_output=True, text=True, check=False
    )


@pytest.fixture
def office(tmp_path, postgres_url):
    given = environment(tmp_path, postgres_url)
    release = tmp_path / "note.fr.md"
    release.write_text("# Une note\n\nLe texte de la note.\n", encoding="utf-8")
    people = tmp_path / "people.csv"
    people.write_text(
        "email,languages,provenance\n"
        + "".join(f"p{n}@press.test,fr,annuaire\n" for n in range(RECIPIENTS)),
        encoding="utf-8",
    )
    assert "brought up to date" in parution(given, "migrate").stdout
    assert "is up to date" in parution(given, "migrate").stdout
    for words in (
        f"release import {release} --number 1/2026 --kind communique",
        f"contact import {people} --list tous",
    ):
        assert parution(given, *words.split()).returncode == 0
    return given


def test_serve_and_a_worker_share_one_database(office, tmp_path, postgres_url):
    other = office | {"PARUTION_DATA_DIR": str(tmp_path / "worker")}
    both = [
        subprocess.Popen([*PARUTION, "serve"], env=office),
        subprocess.Popen([*PARUTION, "worker"], env=other),
    ]
    database = open_database(postgres_url)
    try:
        now = time.strftime("%Y-%m-%dT%H:%M", time.gmtime())
        planned = parution(
            office,
            *f"dispatch plan 1 --list tous --at {now} --zone UTC --channel outbox".split(),
        )
        assert planned.returncode == 0, planned.stderr
        until(lambda: state(database) == "done")
        # One of them may still be starting.
        until(lambda: all(heeds_the_end(process.pid) for process in both))
        for process in both:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(timeout=30) for process in both] == [0, 0]
    finally:
        for process in both:
            process.kill()
            process.wait()
    with database.engine.connect() as connection:
        states = connection.execute(
            text("SELECT state, count(*) FROM delivery GROUP BY state")
        ).all()
        running = connection.scalar(
            text(
                "SELECT count(*) FROM parution_fleet.procrastinate_jobs"
                " WHERE status <> 'todo'"
            )
        )
    database.close()
    assert states == [("accepted", RECIPIENTS)]
    assert running == 0, "what was running was ended"


def heeds_the_end(pid):
    """Whether a process catches SIGTERM, by Linux's own word."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = int(re.search(r"SigCgt:\s*(\w+)", status)[1], 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def state(database):
    with database.engine.connect() as connection:
        return connection.scalar(text("SELECT state FROM dispatch"))


def until(condition, *, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize("module", ["psycopg", "procrastinate"])
def test_without_the_extra_it_is_named(tmp_path, postgres_url, module):
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT.format(module=module), "migrate"],
        env=environment(tmp_path, postgres_url),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "parution[fleet]" in done.stderr
    assert "requirements/fleet.txt" in done.stderr
    assert "Traceback" not in done.stderr
