"""Case 87: every answer carries the strict headers, tells nothing of our insides, and odd requests are refused."""

import re
import socket
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from routes import METHODS, NOBODY, SAFE, ask, routes, table
from routes_world import a_world
from served_office import served

from app.web import make_app, make_public_app
from app.web.patience import Patience
from core.values import Role

TABLE = table()
INSIDES = ("Traceback", "site-packages", "sqlalchemy", ".py", "SELECT ", "fastapi")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with a_world(tmp_path_factory.mktemp("headers")) as made:
        yield made


@pytest.fixture(scope="module")
def address(world):
    with served(world.office) as base:
        there = urlsplit(base)
        yield there.hostname, there.port


def lacks(answer, *, is_kept=False):
    """What of the strict headers an answer has not."""
    wanted = {
        "content-security-policy": "default-src 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cache-control": "" if is_kept else "no-store",
    }
    found = answer.headers
    missing = [name for name, part in wanted.items() if part not in found.get(name, "")]
    strange = [
        name
        for name in found
        if name.startswith("access-control-") or name in {"server", "x-powered-by"}
    ]
    policy = found.get("content-security-policy", "")
    if "sandbox;" in policy and "default-src 'none'" in policy:
        # A mail in its frame: its own styles, and nothing else of it, may be in it.
        policy = policy.replace("style-src 'unsafe-inline'", "")
    unsafe = [one for one in ("unsafe-inline", "unsafe-eval", "http:") if one in policy]
    frames = [] if "frame-ancestors" in policy else ["frame-ancestors"]
    return missing + strange + unsafe + frames


def test_every_answer_of_every_route_carries_them(world):
    wrong = []
    for route in routes(world.app):
        for who in (Role.READER, NOBODY):
            answer = ask(world.client(who), route, world.things)
            # What everybody may read, whoever asks.
            is_kept = route.path.startswith(("/static/", "/n", "/robots", "/sitemap"))
            missing = lacks(answer, is_kept=is_kept)
            if missing:
                wrong.append((route.name, answer.status_code, missing))
    assert wrong == []


def test_so_does_every_refusal(world):
    client = world.client(Role.ADMINISTRATOR)
    answers = {
        404: client.get("/no/such/page"),
        405: client.delete("/releases"),
        400: client.get("/journal?before=0"),
        403: client.post("/logout", headers={"Origin": "https://evil.test"}),
        413: client.post("/hold", data={"because": "x" * 3_000_000}),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert lacks(answer) == []
        assert not [one for one in INSIDES if one in answer.text]


def test_an_error_of_ours_shows_nothing_of_our_insides(world):
    def broken(pages):
        del pages
        found = APIRouter()

        @found.get("/broken")
        def fail():
            raise RuntimeError("the secret of our insides")

        return found

    app = make_app(world.office, extra_routers=[broken])
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/broken")
    assert answer.status_code == 500
    assert lacks(answer) == []
    assert "secret" not in answer.text
    assert not [one for one in INSIDES if one in answer.text]


def test_no_other_site_is_let_in(world):
    client = world.client(Role.ADMINISTRATOR)
    asked = {"Origin": "https://evil.test", "Access-Control-Request-Method": "POST"}
    for path in ("/", "/releases", "/hold", "/api/openapi.json", "/u/x"):
        for method in METHODS:
            if method in SAFE:
                answer = client.request(method, path, headers=asked)
                assert not [
                    name for name in answer.headers if name.startswith("access-control")
                ]


def test_trace_is_off(world):
    client = world.client(Role.ADMINISTRATOR)
    for path in ("/", "/releases", "/login", "/static/parution.css"):
        answer = client.request("TRACE", path, headers={"X-Secret": "mirror"})
        assert answer.status_code in {404, 405}
        assert "mirror" not in answer.text


def test_where_the_outside_comes_by_https_it_is_told_to_stay(tmp_path):
    with a_world(tmp_path, web={"public_url": "https://presse.test"}) as world:
        for app in (world.app, make_public_app(world.office)):
            client = TestClient(app, raise_server_exceptions=False)
            for path in ("/health/live", "/nothing"):
                assert (
                    "max-age=" in client.get(path).headers["strict-transport-security"]
                )


class Clock:
    """Machine time that jumps at each look."""

    def __init__(self, step):
        self._now, self._step = 0.0, step

    def monotonic(self):
        self._now += self._step
        return self._now


@pytest.mark.parametrize(("step", "status"), [(1.0, 200), (40.0, 408)])
def test_a_body_that_drips_in_is_not_waited_for(step, status):
    router = APIRouter()

    @router.post("/take")
    def take(form: dict):
        return form

    app = FastAPI()
    app.include_router(router)
    app.add_middleware(Patience, timer=Clock(step))

    def drip():
        yield b'{"a": '
        yield b"1"
        yield b"}"

    client = TestClient(app)
    headers = {"Content-Type": "application/json"}
    answer = client.post("/take", content=drip(), headers=headers)
    assert answer.status_code == status


def raw(address, text):
    """What a real server answers to exactly these bytes, and to one more request after them."""
    found = b""
    with socket.create_connection(address, timeout=60) as line:
        # It may hang up while we are still talking.
        with suppress(OSError):
            line.sendall(text + LAST)
        with suppress(ConnectionResetError):
            while part := line.recv(65536):
                found += part
    return found


def statuses(found):
    return [int(one) for one in re.findall(rb"HTTP/1\.1 (\d{3}) ", found)]


HEAD = b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
INNER = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
SMUGGLED = {
    "length and chunks": HEAD
    + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    + INNER,
    "two lengths": HEAD + b"Content-Length: 0\r\nContent-Length: 40\r\n\r\n" + INNER,
    "two lengths in one": HEAD + b"Content-Length: 0, 40\r\n\r\n" + INNER,
    "a length with a sign": HEAD + b"Content-Length: +0\r\n\r\n" + INNER,
    "a length that is none": HEAD + b"Content-Length: 0x5\r\n\r\n" + INNER,
    "another coding": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + INNER,
    "two codings": HEAD
    + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"
    + INNER,
    "a blank before the colon": HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a bare return in a header": HEAD + b"X: a\rTransfer-Encoding: chunked\r\n\r\n",
    "a chunk that is no number": HEAD
    + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "headers without end": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 20_000,
    "a header too long": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 200_000,
    "an address too long": b"GET /" + b"y" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("name", sorted(SMUGGLED))
def test_a_request_that_two_readers_would_read_differently_is_refused(address, name):
    found = raw(address, SMUGGLED[name])
    # What is far too long may be cut off before the answer is read.
    assert statuses(found) in ([400], [431]) or "long" in name, found[:300]
    assert b'{"live":true}' not in found
    assert b"<html" not in found
    assert not [one for one in INSIDES if one.encode() in found]


def test_a_folded_header_is_one_value_and_sets_no_length(address):
    """The standard lets a server unfold it; then it says nothing but its own header."""
    folded = b"X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n"
    found = raw(address, HEAD + folded + b"name=x")
    assert statuses(found) == [400, 200]
