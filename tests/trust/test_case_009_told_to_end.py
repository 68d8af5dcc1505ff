"""SIGTERM in the middle of a dispatch: what is in the air ends, and the rest waits for the next."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from engines import home
from sending_ground import (
    PATIENCE,
    AnyPort,
    PacedSink,
    assert_nobody_lost_or_doubled,
    until_done,
)

from core.clock import SystemClock
from core.db import open_database

PARUTION = Path(sys.executable).with_name("parution")
RECIPIENTS = 400


def test_a_worker_that_is_told_to_end_leaves_nobody_in_doubt(tmp_path):
    sink = PacedSink(0.05, stops_after=RECIPIENTS // 4, now=SystemClock().now)
    server = AnyPort(sink, hostname="127.0.0.1", port=0)
    server.start()
    try:
        given = environment(tmp_path, server.port)
        planned(given, tmp_path)
        with subprocess.Popen([PARUTION, "worker"], env=given) as worker:
            assert sink.wait_for(sink.stops_after)
            worker.send_signal(signal.SIGTERM)
            # So slowly that it is told before all are sent.
            sink.seconds = 0.3
            sink.goes_on.set()
            assert worker.wait(timeout=PATIENCE) == 0
        sink.seconds = 0.05
        at_the_end = len(sink.names)
        assert at_the_end < RECIPIENTS
        with subprocess.Popen([PARUTION, "worker"], env=given) as worker:
            database = open_database(given["PARUTION_DATABASE_URL"])
            until_done(database, 1)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(timeout=PATIENCE) == 0
    finally:
        server.stop()
    _, unsure = assert_nobody_lost_or_doubled(database, sink, recipients=RECIPIENTS)
    database.close()
    assert not unsure


def environment(folder, port):
    kept = {key: value for key, value in os.environ.items() if "PARUTION" not in key}
    return {
        **kept,
        **home(folder),
        "PARUTION_DATABASE_URL": f"sqlite:///{folder}/office.db",
        "PARUTION_LANGUAGE": "en",
        "PARUTION_CHANNELS__SMTP__HOST": "127.0.0.1",
        "PARUTION_CHANNELS__SMTP__PORT": str(port),
        "PARUTION_CHANNELS__SMTP__SECURITY": "none",
    }


def planned(given, folder):
    release = folder / "note.fr.md"
    release.write_text("# Une note\n\nLe texte de la note.\n", encoding="utf-8")
    people = folder / "people.csv"
    people.write_text(
        "email,languages,provenance\n"
        + "".join(
            f"p{number}@press.test,fr,annuaire\n" for number in range(RECIPIENTS)
        ),
        encoding="utf-8",
    )
    now = time.strftime("%Y-%m-%dT%H:%M", time.gmtime())
    for words in (
        f"release import {release} --number 1/2026 --kind communique",
        f"contact import {people} --list tous",
        f"dispatch plan 1 --list tous --at {now} --zone UTC --channel smtp",
    ):
        subprocess.run(
            [PARUTION, *words.split()], env=given, check=True, capture_output=True
        )
