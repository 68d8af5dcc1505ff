"""How often one address may ask the public pages."""

from collections.abc import Callable, Iterator
from typing import Final

from fastapi import Request

from app.api.limits import RETRY_SECONDS, Buckets, TooOften, caller
from core.clock import Timer
from core.errors import NotFound
from core.log import logger
from core.wording import worded

__all__ = ["RETRY_SECONDS", "Buckets", "TooOften", "caller", "limit"]

_log = logger("web")

# A newsroom behind one address stays far below; a guesser is stopped after a few.
_ROOM: Final = 120.0
_A_SECOND: Final = 2.0
_WRONG_LINK: Final = 11.0


def limit(timer: Timer) -> Callable[[Request], Iterator[None]]:
    """A dependency of pages that anybody may ask; a link that is not ours costs more."""
    buckets = Buckets(timer, room=_ROOM, a_second=_A_SECOND)

    def asked(request: Request) -> Iterator[None]:
        who = caller(request)
        if not buckets.take(who):
            _log.warning("page.too-often", path=request.url.path[:3], from_address=who)
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
