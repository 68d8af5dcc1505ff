"""How often one address may ask the public pages: a bucket each, filled by machine time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from ipaddress import IPv6Address, ip_address
from typing import Final

from fastapi import Request

from core.clock import Timer
from core.errors import NotFound, OfficeError
from core.wording import worded

# A newsroom behind one address stays far below; a guesser is stopped after a few.
_ROOM: Final = 120.0
_A_SECOND: Final = 2.0
_WRONG_LINK: Final = 11.0
_MOST_ADDRESSES: Final = 10_000
RETRY_SECONDS: Final = 60


class TooOften(OfficeError):
    code = "too-often"


class Buckets:
    """Safe to use from many threads; forgets who asked longest ago."""

    def __init__(self, timer: Timer) -> None:
        self._timer = timer
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str, cost: float = 1.0) -> bool:
        """Whether *who* had that much left."""
        now = self._timer.monotonic()
        with self._lock:
            left, then = self._left.pop(who, (_ROOM, now))
            left = min(_ROOM, left + (now - then) * _A_SECOND)
            self._left[who] = (max(0.0, left - cost), now)
            while len(self._left) > _MOST_ADDRESSES:
                self._left.popitem(last=False)
        return left >= cost


def limit(timer: Timer) -> Callable[[Request], Iterator[None]]:
    """A dependency of pages that anybody may ask; a link that is not ours costs more."""
    buckets = Buckets(timer)

    def asked(request: Request) -> Iterator[None]:
        who = caller(request)
        if not buckets.take(who):
            raise TooOften(
                worded("This page was asked for too often from your address."),
                to=request.url.path[:3],
                mend=worded("Wait a minute and try again."),
            )
        try:
            yield
        except NotFound:
            buckets.take(who, _WRONG_LINK)
            raise

    return asked


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
