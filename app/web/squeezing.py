"""Text answers, squeezed (gzip) for a weak line, where the size of an answer betrays nothing.

An answer that repeats what its request said beside something secret would betray the secret
by its size (BREACH). So only an answer to a plain GET is squeezed: never one to a form, and of
the addresses with a query only those of the public newsroom and of our own files, which
hold no secret. Pages have no form token to guess: where a form comes from is said by
Sec-Fetch-Site and the cookie's SameSite.
"""

import gzip
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NO_SECRETS: Final = ("/n/", "/static/")
_TEXTS: Final = ("text/", "application/json", "application/rss+xml", "image/svg+xml")
# Below it, what is saved is less than one packet.
_LEAST: Final = 600
# Level 9 takes twice the time of 5 and saves one byte in a hundred.
_LEVEL: Final = 5


class Squeezing:
    """Middleware. Answers that come in parts pass as they are: they were made to flow."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _may_squeeze(scope):
            await self._app(scope, receive, _Held(send).send)
        else:
            await self._app(scope, receive, send)


class _Held:
    """Keeps the head of an answer back until its body tells the size."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._head: Message | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._head = message
            return
        head, self._head = self._head, None
        if head is not None:
            if message["type"] == "http.response.body":
                message = _squeezed(head, message)
            await self._send(head)
        await self._send(message)


def _may_squeeze(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    if scope["query_string"] and not scope["path"].startswith(_NO_SECRETS):
        return False
    return "gzip" in Headers(scope=scope).get("accept-encoding", "")


def _squeezed(head: Message, body: Message) -> Message:
    """The body to send; the head is put right beside it."""
    headers = MutableHeaders(raw=head["headers"])
    content = body.get("body", b"")
    if (
        head["status"] != 200  # noqa: PLR2004 - what is known to be whole
        or body.get("more_body", False)
        or len(content) < _LEAST
        or "content-encoding" in headers
        or not headers.get("content-type", "").startswith(_TEXTS)
    ):
        return body
    small = gzip.compress(content, _LEVEL, mtime=0)
    headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(small))
    headers.add_vary_header("Accept-Encoding")
    return {**body, "body": small}
