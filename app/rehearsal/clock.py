"""A clock that plays days in minutes and waits for the work to be done.

Office time runs fast but never past the *barrier*, the earliest moment at which a job falls
due. While something is due or in progress the barrier lies at or before now, and office
time stands still: nothing is ever late because the clock ran ahead of the network.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from core.clock import Timer
from core.jobs import Job

_REFRESH = timedelta(milliseconds=60)


class RehearsalClock:
    def __init__(
        self, *, start: datetime, end: datetime, speed: float, timer: Timer
    ) -> None:
        self._at = start
        self._end = end
        self._speed = speed
        self._timer = timer
        self._asked = timer.monotonic()
        # Nothing moves before the first barrier is known.
        self._barrier: datetime | None = start
        self._guard = threading.Lock()

    def now(self) -> datetime:
        with self._guard:
            asked = self._timer.monotonic()
            speed = self._speed if self._at < self._end else 1.0
            reached = self._at + timedelta(seconds=(asked - self._asked) * speed)
            if self._at < self._end:
                reached = min(reached, self._end)
            self._asked = asked
            if self._barrier is not None:
                reached = min(reached, self._barrier)
            # A barrier may lie in the past; the clock still never goes back.
            self._at = max(self._at, reached)
            return self._at

    def stand_before(self, barrier: datetime | None) -> None:
        """Run up to *barrier*; None lets the clock run freely."""
        self.now()
        with self._guard:
            self._barrier = barrier


def earliest_due(jobs: Sequence[Job]) -> datetime | None:
    due = [moment for job in jobs if (moment := job.next_due()) is not None]
    return min(due, default=None)


@contextmanager
def conducted(
    clock: RehearsalClock, jobs: Sequence[Job], timer: Timer
) -> Iterator[None]:
    """Keep the barrier where the jobs are, in a thread, until leaving."""
    ended = threading.Event()

    def conduct() -> None:
        while not ended.is_set():
            clock.stand_before(earliest_due(jobs))
            timer.wait(_REFRESH)

    thread = threading.Thread(target=conduct, name="rehearsal clock", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
