"""Case 49: settings with every mistake: `doctor` names all at once, the start refuses, no secret is said."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECRET = "hunter2-and-more-of-it"
FILE = """
langage = "fr"
[web]
prot = 8400
metrics_token = "{secret}"
[organisation]
zone = "Africa/Casa"
from = "presse@ministere.test"
[review]
cut_off = "late"
[channels.smtp]
hots = "mail.test"
password = "{secret}"
[channels.fax]
number = 1
"""


@pytest.fixture
def given(tmp_path):
    file = tmp_path / "parution.toml"
    file.write_text(FILE.format(secret=SECRET), encoding="utf-8")
    kept = {key: value for key, value in os.environ.items() if "PARUTION" not in key}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "PARUTION_CONFIG": str(file),
        "PARUTION_DATA_DIR": str(tmp_path / "office"),
        "PARUTION_SECRET_KEY_FILE": str(tmp_path / "nobody-put-it-there"),
        "PARUTION_WEB__PORT": SECRET,
        "PARUTION_DATABASE_URL": f"mysql://parution:{SECRET}@db/parution",
        "PARUTION_ALERTS__PING_URL": f"ftp://{SECRET}",
    }


def parution(given, *words):
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        env=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


# What is wrong, and the mend or the reason a person reads.
WRONG = {
    "langage": "Did you mean language?",
    "web.prot": "Did you mean web.port?",
    "web.port": "whole number",
    "organisation.zone": "Africa/Casablanca",
    "review.cut_off": "not written as it must be",
    "channels.smtp.hots": "Did you mean channels.smtp.host?",
    "channels.smtp.host": "must be given",
    "channels.fax": "The channels are: manual, outbox, sendgrid, smtp.",
    "database_url": "sqlite:///",
    "alerts.ping_url": "http://",
    # A whole file: its variable is its name.
    "": "Check the path",
}


def test_doctor_names_every_mistake_with_its_place_and_its_mend(given, tmp_path):
    done = parution(given, "doctor", "--json")
    assert done.returncode == 1, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["setting"] for row in rows} == set(WRONG)
    for row in rows:
        assert WRONG[row["setting"]] in f"{row['what']} {row['mend']}", row
        assert row["origin"]
        assert not row["ok"]
    file = str(tmp_path / "parution.toml")
    origins = {row["setting"]: row["origin"] for row in rows}
    assert origins["web.prot"] == origins["channels.fax"] == file
    assert origins["web.port"] == "PARUTION_WEB__PORT"
    assert origins[""].startswith("PARUTION_SECRET_KEY_FILE=")
    assert SECRET not in done.stdout + done.stderr


def test_doctor_says_the_same_to_people(given):
    done = parution(given, "doctor")
    assert done.returncode == 1
    for said in WRONG.values():
        assert said in done.stdout
    assert "Traceback" not in done.stderr
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_nothing_starts_and_one_sentence_says_why(given, command):
    done = parution(given, command)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "parution doctor" in done.stderr
    assert SECRET not in done.stdout + done.stderr


def test_with_right_settings_doctor_ends_well_and_names_what_wants_a_look(tmp_path):
    kept = {key: value for key, value in os.environ.items() if "PARUTION" not in key}
    given = kept | {
        "PYTHONPATH": str(ROOT),
        "PARUTION_LANGUAGE": "en",
        "PARUTION_DATA_DIR": str(tmp_path / "office"),
        "PARUTION_CHANNELS__OUTBOX__FOLDER": str(tmp_path / "outbox"),
    }
    assert parution(given, "migrate").returncode == 0
    done = parution(given, "doctor")
    assert done.returncode == 0, done.stdout
    assert "✓ Mail leaves through outbox." in done.stdout
    assert "Start parution serve, or parution worker." in done.stdout


def test_a_data_folder_that_cannot_be_made_is_named_by_doctor_too(tmp_path):
    (tmp_path / "file").write_text("no folder")
    kept = {key: value for key, value in os.environ.items() if "PARUTION" not in key}
    given = kept | {
        "PYTHONPATH": str(ROOT),
        "PARUTION_DATA_DIR": str(tmp_path / "file" / "office"),
    }
    done = parution(given, "doctor")
    assert done.returncode == 1
    assert "PARUTION_DATA_DIR" in done.stdout
    assert "Traceback" not in done.stderr
