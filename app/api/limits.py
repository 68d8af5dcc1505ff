"""How often somebody may ask: a bucket each, filled by machine time; and who asks, by address."""

import threading
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address
from typing import Final

from fastapi import Request

from core.clock import Timer
from core.errors import OfficeError
from core.wording import worded

RETRY_SECONDS: Final = 60
_MOST_WHO: Final = 10_000
# A program that reads a whole office page by page stays below; one in a loop does not.
_CALLS: Final = 1_200.0
_CALLS_A_SECOND: Final = 20.0
# A token has 128 bits, so that guessing one is hopeless; this keeps the log short.
_WRONG: Final = 30.0
_WRONG_A_SECOND: Final = 0.2


class TooOften(OfficeError):
    code = "too-often"


class Buckets:
    """Safe to use from many threads; forgets who asked longest ago."""

    def __init__(self, timer: Timer, *, room: float, a_second: float) -> None:
        self._timer = timer
        self._room = room
        self._a_second = a_second
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str, cost: float = 1.0) -> bool:
        """Whether *who* had that much left."""
        now = self._timer.monotonic()
        with self._lock:
            left, then = self._left.pop(who, (self._room, now))
            left = min(self._room, left + (now - then) * self._a_second)
            self._left[who] = (max(0.0, left - cost), now)
            while len(self._left) > _MOST_WHO:
                self._left.popitem(last=False)
        return left >= cost


class Turns:
    """Of programs: by token, and by address for those whose token is none."""

    def __init__(self, timer: Timer) -> None:
        self._calls = Buckets(timer, room=_CALLS, a_second=_CALLS_A_SECOND)
        self._wrong = Buckets(timer, room=_WRONG, a_second=_WRONG_A_SECOND)

    def count_call(self, token_id: int) -> None:
        """Raises TooOften."""
        if not self._calls.take(str(token_id)):
            raise TooOften(
                worded("This program calls too often."),
                to="token",
                mend=worded("Wait a minute, then ask no more than 20 times a second."),
            )

    def count_wrong(self, address: str) -> None:
        """Raises TooOften."""
        if not self._wrong.take(address):
            raise TooOften(
                worded("This page was asked for too often from your address."),
                to="Authorization",
                mend=worded("Wait a minute and try again."),
            )


def caller(request: Request) -> str:
    """Who asks, by address: what a proxy of `web.proxies` says, or the connection itself."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    # One subscriber has a whole /64 of addresses.
    if isinstance(address, IPv6Address):
        return address.exploded[:19]
    return str(address)
