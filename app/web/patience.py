"""A body that drips in is not waited for: who sends it holds a place that others need."""

import asyncio
from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.clock import Timer

# From a weak line a photo comes at a hundred times this pace.
_SECONDS: Final = 30.0
_BYTES_A_SECOND: Final = 8192
_TIMED_OUT: Final = 408


class Patience:
    """Half a minute, and then as long as the body comes at a pace of its own."""

    def __init__(self, app: ASGIApp, timer: Timer) -> None:
        self._app = app
        self._timer = timer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(receive, self._timer)
        await self._app(scope, body.receive, send)


class _Body:
    def __init__(self, receive: Receive, timer: Timer) -> None:
        self._receive = receive
        self._timer = timer
        self._began = timer.monotonic()
        self._size = 0
        self._is_whole = False

    async def receive(self) -> Message:
        if self._is_whole:
            # What comes now is that the visitor went away: that may take as long as the answer.
            return await self._receive()
        passed = self._timer.monotonic() - self._began
        left = _SECONDS + self._size / _BYTES_A_SECOND - passed
        try:
            message = await asyncio.wait_for(self._receive(), max(left, 0))
        except TimeoutError:
            raise HTTPException(
                _TIMED_OUT, "the rest of the request did not come"
            ) from None
        self._size += len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        return message
