"""A sender that was stopped past its lease wakes up, and leaves alone what others took over."""

import signal
import time
from pathlib import Path

from sending_ground import (
    CONNECTIONS,
    PATIENCE,
    PIPELINE,
    PacedSink,
    a_dispatch,
    a_sink,
    a_worker,
    assert_nobody_lost_or_doubled,
    in_doubt,
    until_done,
    watching,
)

from core.ids import RandomIds

RECIPIENTS = 800


def test_a_sender_that_wakes_up_sends_nothing_a_second_time(database, tmp_path):
    dispatch_id = a_dispatch(database, count=RECIPIENTS, ids=RandomIds())
    silent = PacedSink(0, stops_after=RECIPIENTS // 4)
    with a_sink(silent) as sink, a_worker(database, tmp_path, sink.port) as sleeper:
        checker = watching(database, sink)
        assert sink.wait_for(sink.stops_after)
        # While it waits for answers it holds neither a transaction nor its folder: what a
        # stopped process holds would stop everybody.
        until_idle(sleeper)
        sleeper.send_signal(signal.SIGSTOP)
        sink.goes_on.set()
        with a_worker(database, tmp_path, sink.port):
            until_done(database, dispatch_id)
            # It was taken for dead, and whom it had in the air is in doubt.
            assert 0 < in_doubt(database) <= CONNECTIONS * PIPELINE
            sleeper.send_signal(signal.SIGCONT)
            until_idle(sleeper)
    # Awake, it adds nothing but the answers it had read, and they end the doubt.
    assert_nobody_lost_or_doubled(
        database, sink, recipients=RECIPIENTS, deaths=1, checker=checker
    )


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
