"""Slows guessing down: for each name and each address, twice as long after each failure.

Kept in memory of one process, by its own clock; a restart costs a guesser more than it
gives. A name is slowed whether it exists or not, and never for longer than five minutes, so
that nobody locks a colleague out for good.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from core.clock import Timer

_FREE_FOR_NAME: Final = 5
_FREE_FOR_ADDRESS: Final = 20
_LONGEST_FOR_NAME: Final = 300.0
_LONGEST_FOR_ADDRESS: Final = 900.0
# After so long without a failure all is forgotten.
_FORGOTTEN: Final = 3600.0
_MOST: Final = 20_000
_MOST_DOUBLINGS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failures:
    count: int
    last: float


class Slowing:
    """Safe to use from many threads."""

    def __init__(self, timer: Timer) -> None:
        self._timer = timer
        self._lock = threading.Lock()
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def admit(self, *, name: str, address: str) -> float:
        """The seconds to wait before another try; 0 lets this one through.

        It is counted as a failure until `welcome` says otherwise, so that a thousand tries
        at once are not one.
        """
        with self._lock:
            now = self._timer.monotonic()
            keys = _keys(name, address)
            left = max(self._left(key, now) for key in keys)
            if left <= 0:
                for key in keys:
                    self._count(key, now)
            return left

    def welcome(self, *, name: str, address: str) -> None:
        """They proved who they are: their name begins anew, their address gets one back."""
        named, there = _keys(name, address)
        with self._lock:
            self._failures.pop(named, None)
            before = self._failures.get(there)
            if before is not None:
                self._failures[there] = _Failures(
                    count=max(0, before.count - 1), last=before.last
                )

    def _left(self, key: str, now: float) -> float:
        before = self._failures.get(key)
        if before is None or now - before.last > _FORGOTTEN:
            return 0.0
        free, longest = _bounds(key)
        over = before.count - free
        if over < 0:
            return 0.0
        pause = min(longest, 2.0 ** min(over, _MOST_DOUBLINGS))
        return max(0.0, before.last + pause - now)

    def _count(self, key: str, now: float) -> None:
        before = self._failures.pop(key, None)
        is_new = before is None or now - before.last > _FORGOTTEN
        count = 1 if before is None or is_new else before.count + 1
        self._failures[key] = _Failures(count=count, last=now)
        while len(self._failures) > _MOST:
            self._failures.popitem(last=False)


def _keys(name: str, address: str) -> tuple[str, str]:
    return f"name {name.casefold()[:200]}", f"from {address}"


def _bounds(key: str) -> tuple[int, float]:
    if key.startswith("name "):
        return _FREE_FOR_NAME, _LONGEST_FOR_NAME
    return _FREE_FOR_ADDRESS, _LONGEST_FOR_ADDRESS
