"""One request at a time to one domain, and a pause between two, in machine time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from core.clock import Timer


class Pace:
    def __init__(self, seconds: float, timer: Timer) -> None:
        self._seconds = seconds
        self._timer = timer
        self._locks: dict[str, threading.Lock] = {}
        self._ended: dict[str, float] = {}
        self._guard = threading.Lock()

    @contextmanager
    def turn(self, domain: str) -> Iterator[None]:
        """Wait for *domain*'s turn, and keep others waiting until it is used."""
        with self._guard:
            lock = self._locks.setdefault(domain, threading.Lock())
        with lock:
            ended = self._ended.get(domain)
            if ended is not None:
                left = ended + self._seconds - self._timer.monotonic()
                if left > 0:
                    self._timer.wait(timedelta(seconds=left))
            try:
                yield
            finally:
                self._ended[domain] = self._timer.monotonic()
