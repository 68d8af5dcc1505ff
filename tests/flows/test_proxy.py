"""The proxy of the profile standard, with its real program, before an office that is served."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import pytest
from boxes import need
from fastapi import APIRouter, Request
from screen_makers import an_office
from served_office import served

from app.tables import metadata
from core.clock import StoppedClock
from core.ids import CountedIds
from core.resources import folder

FILE = folder("config") / "Caddyfile"
PATIENCE = 60  # seconds
STRICT = "max-age=31536000; includeSubDomains"


def seen_by_pages(_pages):
    router = APIRouter()

    @router.get("/seen")
    def seen(request: Request):
        return {"from": request.client.host, "by": request.url.scheme}

    return router


def free_ports(count):
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Visitor:
    """Asks the proxy, and trusts only the authority that this proxy made."""

    def __init__(self, place, http_port, https_port, inner_port):
        self.place, self.http_port, self.inner_port = place, http_port, inner_port
        self.https_port = https_port

    def asked(self, path, **headers):
        authority = self.place / "caddy/pki/authorities/local/root.crt"
        context = ssl.create_default_context(cafile=authority)
        line = http.client.HTTPSConnection(
            "localhost", self.https_port, context=context, timeout=30
        )
        return answer(line, path, headers)

    def asked_plainly(self, path, port):
        line = http.client.HTTPConnection("localhost", port, timeout=30)
        return answer(line, path, {})

    def gets(self, status):
        try:
            return self.asked("/health/live").status == status
        except OSError:
            return False


def answer(line, path, headers):
    said = {key.replace("_", "-"): one for key, one in headers.items()}
    with closing(line):
        line.request("GET", path, headers=said)
        got = line.getresponse()
        got.text = got.read().decode()
    return got


@contextmanager
def a_proxy(place, office_port, *, serves=200):
    """The shipped file, with other ports, before an office on this machine."""
    ports = free_ports(3)
    text = FILE.read_text()
    for written, instead in {
        "admin off": f"admin off\n http_port {ports[0]}\n https_port {ports[1]}",
        "web:8321": f"127.0.0.1:{office_port}",
        "http://:8081": f"http://:{ports[2]}",
        "lb_try_duration 15s": "lb_try_duration 1s",
    }.items():
        assert written in text
        text = text.replace(written, instead)
    file = place / "Caddyfile"
    file.write_text(text)
    words = ["caddy", "run", "--config", file, "--adapter", "caddyfile"]
    given = os.environ | {"XDG_DATA_HOME": str(place), "XDG_CONFIG_HOME": str(place)}
    given.pop("PARUTION_SITE", None)
    with (
        (place / "log").open("w") as log,
        subprocess.Popen(words, env=given, stdout=log, stderr=log) as process,
    ):
        try:
            visitor = Visitor(place, *ports)
            deadline = time.monotonic() + PATIENCE
            while not visitor.gets(serves):
                assert time.monotonic() < deadline, (place / "log").read_text()
                time.sleep(0.1)
            yield visitor
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def visitor(tmp_path_factory):
    need(shutil.which("caddy"), "The proxy is missing: apt install caddy")
    place = tmp_path_factory.mktemp("proxy")
    web = {"public_url": "https://localhost"}
    clock = StoppedClock(datetime(2026, 11, 24, 9, tzinfo=UTC))
    with an_office(
        tmp_path_factory.mktemp("office"), clock, CountedIds(), web=web
    ) as office:
        metadata.create_all(office.database.engine)
        with served(office, extra_routers=[seen_by_pages]) as address:
            port = int(address.rpartition(":")[2])
            with a_proxy(place, port) as made:
                yield made


def test_a_visitor_is_served_over_https_and_only_so(visitor):
    page = visitor.asked("/login")
    assert page.status == 200
    assert "<form" in page.text
    # Said once, by the pages; the proxy adds nothing to what they say.
    assert page.headers.get_all("Strict-Transport-Security") == [STRICT]
    (policy,) = page.headers.get_all("Content-Security-Policy")
    assert "script-src 'self'" in policy
    assert page.headers["Server"] is None
    led = visitor.asked_plainly("/login", visitor.http_port)
    assert led.status == 308
    assert led.headers["Location"].startswith("https://localhost")


@pytest.mark.parametrize(
    "path",
    [
        "/metrics",
        "/METRICS",
        "/%6detrics",
        "//metrics",
        "/login/../metrics",
        "/metrics/",
        "/metrics?x=/health/live",
        "/health/ready",
        "/health/%72eady",
        "/health/live/../ready",
        "/health//ready",
        "/health",
    ],
)
def test_what_is_for_the_office_alone_is_not_shown(visitor, path):
    hidden = visitor.asked(path)
    assert hidden.status == 404
    assert hidden.text == ""
    assert hidden.headers["Strict-Transport-Security"] == STRICT


def test_the_pages_hear_where_a_visitor_comes_from_and_no_visitor_can_say_it(visitor):
    told = visitor.asked(
        "/seen",
        X_Forwarded_For="203.0.113.6",
        X_Real_IP="203.0.113.6",
        Forwarded="for=203.0.113.6",
        X_Forwarded_Proto="http",
    )
    assert re.search(r'"from":"(127\.0\.0\.1|::1)"', told.text)
    assert '"by":"https"' in told.text


def test_while_the_office_is_away_a_visitor_is_told_so_and_as_strictly(tmp_path):
    need(shutil.which("caddy"), "The proxy is missing: apt install caddy")
    (nobody,) = free_ports(1)
    with a_proxy(tmp_path, nobody, serves=502) as visitor:
        told = visitor.asked("/login")
        assert told.status == 502
        assert "does not answer at this moment" in told.text
        assert told.headers["Strict-Transport-Security"] == STRICT
        assert told.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert visitor.asked_plainly("/health/live", visitor.inner_port).status == 502


def test_its_health_check_asks_as_a_visitor_would(visitor):
    alive = visitor.asked_plainly("/health/live", visitor.inner_port)
    assert (alive.status, alive.text) == (200, '{"live":true}')


def test_its_file_is_valid_and_in_the_form_its_program_writes():
    need(shutil.which("caddy"), "The proxy is missing: apt install caddy")
    words = ["caddy", "validate", "--adapter", "caddyfile", "--config", FILE]
    assert subprocess.run(words, capture_output=True, check=False).returncode == 0
    formed = subprocess.run(["caddy", "fmt", FILE], capture_output=True, check=True)
    assert formed.stdout == FILE.read_bytes()
