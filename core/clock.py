"""The only place that knows what time it is.

Two clocks, never mixed. Office time (plans, embargoes, polling, editions) comes from a
`Clock` and may run fast in a rehearsal. Machine time (leases, time-outs, pace) comes from
a `Timer` and never does.
"""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells office time, in UTC."""

    def now(self) -> datetime: ...


class Timer(Protocol):
    """Measures machine time."""

    def monotonic(self) -> float:
        """Seconds on a scale that never goes back and belongs to this process."""
        ...

    def stamp(self) -> datetime:
        """The machine's own UTC time, comparable between workers: for leases in rows.

        It may jump when the machine's clock is set. Nothing's safety may depend on it:
        a lease is also conditional on its token.
        """
        ...

    def wait(self, duration: timedelta) -> None: ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SystemTimer:
    def monotonic(self) -> float:
        return time.monotonic()

    def stamp(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, duration: timedelta) -> None:
        threading.Event().wait(duration.total_seconds())


class StoppedClock:
    """Stands still until moved. Plays both clocks in tests; waiting moves it."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._origin = at

    def now(self) -> datetime:
        return self._at

    def stamp(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return (self._at - self._origin).total_seconds()

    def wait(self, duration: timedelta) -> None:
        self._at += duration

    def move_to(self, at: datetime) -> None:
        self._at = at
