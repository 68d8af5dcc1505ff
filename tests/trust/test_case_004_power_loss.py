"""The database's files as a power cut would leave them: whole, and true to what was sent."""

import shutil
import signal
from collections import Counter

import pytest
from sending_ground import a_dispatch, a_sink, a_worker
from sqlalchemy import select, text

from core.db import open_database
from core.ids import RandomIds
from distributor.models import Delivery

# A server writes its own files: what a power cut leaves of them is its own promise.
pytestmark = pytest.mark.sqlite

RECIPIENTS = 600


def test_a_copy_of_the_files_in_mid_write_is_whole_and_true(database, tmp_path):
    a_dispatch(database, count=RECIPIENTS, ids=RandomIds())
    file = tmp_path / "parution.db"
    with a_sink() as sink, a_worker(database, tmp_path, sink.port) as worker:
        for number in range(5):
            assert sink.wait_for((number + 1) * RECIPIENTS // 8)
            # Stopped, it can finish no write; what is on disk is all there would be.
            worker.send_signal(signal.SIGSTOP)
            after = tmp_path / f"cut-{number}"
            after.mkdir()
            for part in tmp_path.glob("parution.db*"):
                shutil.copy(part, after / part.name)
            taken = set(sink.names)
            worker.send_signal(signal.SIGCONT)
            _assert_true(after / file.name, taken)


def _assert_true(file, taken):
    found = open_database(f"sqlite:///{file}")
    try:
        with found.read() as session:
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
            rows = session.execute(select(Delivery.token, Delivery.state)).all()
    finally:
        found.close()
    states = Counter(row.state for row in rows)
    assert states.total() == RECIPIENTS
    assert {row.token for row in rows if row.state == "accepted"} <= taken
    # What the server has is never thought to be waiting: it would be sent again.
    assert not {row.token for row in rows if row.state == "waiting"} & taken
