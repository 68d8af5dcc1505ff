"""The SendGrid API: the only place that knows the library, with a bound on every call.

The library has no time-out by itself, and the one it takes is for each sign of life: a
server that sends a byte a second would hold us for hours. So the line is cut when the
whole call takes too long. It would also follow redirects with our key, and write the key
and every address into a debug log.
"""

import contextlib
import http.client
import logging
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.error import HTTPError, URLError
from urllib.request import BaseHandler, HTTPSHandler, OpenerDirector, Request

import python_http_client
import sendgrid
from python_http_client.exceptions import HTTPError as Refusal

# Before the library's own handlers, which are at 500.
_FIRST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    # By their names in lower case.
    headers: Mapping[str, str]
    body: bytes


class NotSent(Exception):
    """The request certainly never arrived as a whole."""


class AnswerLost(Exception):
    """The request was written; what became of it is not known."""


class Api:
    """Safe to use from many threads."""

    def __init__(self, *, key: str, address: str, timeout: float) -> None:
        made = sendgrid.SendGridAPIClient(key, host=address)
        self._headers: Mapping[str, str] = made.client.request_headers
        self._address = address
        self._timeout = timeout
        logging.getLogger("python_http_client").setLevel(logging.WARNING)

    def post(self, path: str, body: Any) -> Answer:
        return self._call("post", path, request_body=body)

    def get(self, path: str, query: Mapping[str, object] | None = None) -> Answer:
        return self._call("get", path, query_params=dict(query or {}))

    def _call(self, verb: str, path: str, **given: Any) -> Answer:
        """Raises NotSent and AnswerLost."""
        with _Watch(self._timeout) as watch:
            client = _Client(
                host=self._address,
                request_headers=dict(self._headers),
                version=3,
                url_path=path.split("/"),
                timeout=self._timeout,
            )
            client.watch = watch
            try:
                answer = getattr(client, verb)(**given)
            except Refusal as error:
                answer = error
            except URLError as error:
                # The library says so only until the last byte of the request is written.
                raise NotSent(watch.words(error.reason)) from error
            except (OSError, http.client.HTTPException) as error:
                raise AnswerLost(watch.words(error)) from error
            if watch.is_cut:
                # The library takes half an answer for a whole one.
                raise AnswerLost(watch.words(None))
        return Answer(
            status=answer.status_code,
            headers={
                name.lower(): str(value) for name, value in answer.headers.items()
            },
            body=answer.body or b"",
        )


class _Watch:
    """Cuts the line when a whole call takes longer than so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._line: socket.socket | None = None
        self.is_cut = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def hold(self, line: socket.socket) -> None:
        self._line = line
        if self.is_cut:
            self._cut()

    def words(self, reason: object) -> str:
        if self.is_cut or isinstance(reason, TimeoutError):
            return f"it took longer than {self._seconds:g} seconds"
        if isinstance(reason, OSError) and reason.strerror:
            return reason.strerror
        return str(reason) or type(reason).__name__

    def _cut(self) -> None:
        self.is_cut = True
        if self._line is not None:
            with contextlib.suppress(OSError):
                # Not SSLSocket's own, which forgets its state under a thread that reads.
                socket.socket.shutdown(self._line, socket.SHUT_RDWR)


class _Client(python_http_client.Client):  # type: ignore[misc]  # it has no types
    """The library's client, with our handlers in the seam it keeps for tests."""

    watch: _Watch

    def _make_request(
        self, opener: OpenerDirector, request: Request, timeout: float | None = None
    ) -> Any:
        opener.add_handler(_Watched(self.watch))
        opener.add_handler(_NoRedirect())
        return super()._make_request(opener, request, timeout=timeout)


class _Watched(HTTPSHandler):
    """Opens lines that the watch can cut."""

    handler_order = _FIRST

    def __init__(self, watch: _Watch) -> None:
        super().__init__()
        self._watch = watch

    def http_open(self, request: Request) -> http.client.HTTPResponse:
        return self.do_open(self._plain, request)

    def https_open(self, request: Request) -> http.client.HTTPResponse:
        return self.do_open(self._protected, request)

    def _plain(self, host: str, **given: Any) -> http.client.HTTPConnection:
        return _held(http.client.HTTPConnection(host, **given), self._watch)

    def _protected(self, host: str, **given: Any) -> http.client.HTTPConnection:
        made = http.client.HTTPSConnection(
            host, context=ssl.create_default_context(), **given
        )
        return _held(made, self._watch)


def _held(
    connection: http.client.HTTPConnection, watch: _Watch
) -> http.client.HTTPConnection:
    connect = connection.connect

    def connect_and_hold() -> None:
        connect()
        watch.hold(connection.sock)

    connection.connect = connect_and_hold  # type: ignore[method-assign]
    return connection


class _NoRedirect(BaseHandler):
    """The key goes to the address in the settings and nowhere else."""

    handler_order = _FIRST

    def http_error_302(
        self, request: Request, answer: Any, code: int, words: str, headers: Any
    ) -> None:
        raise HTTPError(request.full_url, code, words, headers, answer)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302
