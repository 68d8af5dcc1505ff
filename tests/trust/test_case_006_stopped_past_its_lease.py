"""A sender that was stopped past its lease wakes up, and leaves alone what others took over."""

import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from sending_ground import (
    PATIENCE,
    a_dispatch,
    a_sink,
    a_worker,
    assert_nobody_lost_or_doubled,
    until_done,
)

from core.ids import RandomIds

RECIPIENTS = 800


def test_a_sender_that_wakes_up_sends_nothing_a_second_time(database, tmp_path):
    dispatch_id = a_dispatch(database, count=RECIPIENTS, ids=RandomIds())
    url = str(database.engine.url)
    with a_sink() as sink, a_worker(url, sink.port) as sleeper:
        assert sink.wait_for(RECIPIENTS // 4)
        stop_between_writes(sleeper, tmp_path / "parution.db")
        with a_worker(url, sink.port):
            until_done(database, dispatch_id)
            sleeper.send_signal(signal.SIGCONT)
            until_idle(sleeper)
    assert_nobody_lost_or_doubled(database, sink, recipients=RECIPIENTS)


def stop_between_writes(worker, file):
    """Stop the process while it does not hold the file: a held file stops everybody."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        worker.send_signal(signal.SIGSTOP)
        while _fields(worker.pid)[0] != "T":
            assert time.monotonic() < deadline
        with closing(sqlite3.connect(file, timeout=0.05)) as probe:
            try:
                probe.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                worker.send_signal(signal.SIGCONT)
            else:
                return
    raise AssertionError("the worker writes without a pause")


def until_idle(worker):
    """Wait until the process spends next to no time: it has ended what it had begun."""
    before, deadline = -1, time.monotonic() + PATIENCE
    while (spent := _ticks(worker.pid)) - before > 10:
        assert time.monotonic() < deadline
        before = spent
        time.sleep(0.5)


def _ticks(pid):
    """Processor time of a process, in hundredths of a second."""
    return sum(int(field) for field in _fields(pid)[11:13])


def _fields(pid):
    """What the kernel says of a process, from its state on."""
    line = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    return line.rsplit(") ", 1)[1].split()
