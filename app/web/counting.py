"""Counts and names each request: how long it took by its route, and a number for the log.

The number is on every line that is logged meanwhile, and in answers that tell of an error of
ours; others bear none, so that equal pages are equal to the byte (an embargo's, say). It is
ours alone: what a visitor says of its own is not believed.
"""

from typing import Final

import structlog
from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.instruments import Instruments
from core.ids import Ids

HEADER: Final = "X-Request-Id"
_LENGTH: Final = 16
_OURS: Final = 500
# What is asked every few seconds, and what is no work: without a trace.
_UNTRACED: Final = ("/health/", "/metrics", "/static/")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
# Whatever strangers ask for that is not there.
_NOWHERE: Final = "none"


def number_of(request: Request) -> str:
    return str(request.scope.get("state", {}).get("request_number", ""))


def route_of(request: Request) -> str:
    return _route(request.scope)


class Counting:
    """Middleware; the outermost of ours."""

    def __init__(self, app: ASGIApp, instruments: Instruments, ids: Ids) -> None:
        self._app = app
        self._instruments = instruments
        self._ids = ids

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = self._ids.token()[:_LENGTH]
        scope.setdefault("state", {})["request_number"] = number
        with structlog.contextvars.bound_contextvars(request=number):
            if scope["path"].startswith(_UNTRACED):
                await self._counted(scope, receive, _Answer(send, number))
                return
            with self._instruments.request(_method(scope)) as span:
                answer = _Answer(send, number)
                try:
                    await self._counted(scope, receive, answer)
                finally:
                    told: dict[str, str | int] = {
                        "http.request.method": _method(scope),
                        "http.route": _route(scope),
                        "http.response.status_code": answer.status,
                    }
                    span.note(**told)

    async def _counted(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        timer = self._instruments.timer
        began = timer.monotonic()
        try:
            await self._app(scope, receive, answer.send)
        finally:
            self._instruments.counts.requests.labels(
                _method(scope), _route(scope), f"{answer.status // 100}xx"
            ).observe(timer.monotonic() - began)


class _Answer:
    def __init__(self, send: Send, number: str) -> None:
        self._send = send
        self._number = number
        # Of one that ends without an answer: an error that only the server takes.
        self.status = _OURS

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self.status >= _OURS:
                MutableHeaders(scope=message)[HEADER] = self._number
        await self._send(message)


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else "other"


def _route(scope: Scope) -> str:
    """The template and never the path: that may hold a token, and there is no end to them."""
    path = getattr(scope.get("route"), "path", "")
    return f"{scope.get('root_path', '')}{path}" if path else _NOWHERE
