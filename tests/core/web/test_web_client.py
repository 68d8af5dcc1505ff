"""The one way out, asked against a real server on this machine."""

import gzip
import threading
import zlib
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core.clock import StoppedClock, SystemTimer
from core.errors import FetchFailed, FetchRefused, TooManyRedirects
from core.settings import Fetch
from core.web import Hop, open_web

MOST = 100_000


class Site:
    """A server that answers each path as told and remembers what it was asked."""

    def __init__(self):
        self.answers = {}
        self.asked = []
        self.ended = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append((self.headers["Host"], self.path, dict(self.headers)))
                answer = site.answers.get(self.path)
                if callable(answer):
                    answer(self)
                    return
                status, headers, body = answer or (404, {}, b"")
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def paths(self):
        return [path for _, path, _ in self.asked if path != "/robots.txt"]


@pytest.fixture
def site():
    made = Site()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.ended.set()
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def opening(site):
    opened = []

    def make(**given):
        settings = Fetch(
            **{
                "hosts": {
                    "a.test": f"127.0.0.1:{site.port}",
                    "b.test": f"127.0.0.1:{site.port}",
                },
                "allow_networks": ("127.0.0.0/8",),
                "pace_seconds": 0,
                "most_bytes": MOST,
                "total_seconds": 20,
                **given,
            }
        )
        opened.append(open_web(settings, timer=SystemTimer()))
        return opened[-1]

    yield make
    for web in opened:
        web.close()


def endless(chunk):
    def answer(handler):
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(chunk)
        except OSError:
            handler.close_connection = True

    return answer


def test_a_page_is_fetched_under_its_own_name(site, opening):
    site.answers["/feed"] = (200, {"ETag": '"1"'}, b"news")
    fetched = opening().get("http://a.test/feed", headers={"If-None-Match": '"0"'})
    assert (fetched.status, fetched.body, fetched.headers["etag"]) == (
        200,
        b"news",
        '"1"',
    )
    host, _, headers = site.asked[-1]
    assert host == "a.test"
    assert "Parution" in headers["User-Agent"]
    assert headers["If-None-Match"] == '"0"'
    assert headers["Accept-Encoding"] == "gzip, deflate"


def test_a_private_address_is_refused_before_anything_is_sent(site, opening):
    web = opening(allow_networks=())
    for url in ("http://a.test/", "http://127.0.0.1/", "http://[::1]/"):
        with pytest.raises(FetchRefused, match="private network"):
            web.get(url)
    assert site.asked == []


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/",
        "file:///etc/passwd",
        "http://user@a.test/",
        "http://[::1/",
        "//2130706433/",
    ],
)
def test_a_redirect_is_vetted_like_the_first_address(site, opening, target):
    site.answers["/"] = (302, {"Location": target}, b"")
    with pytest.raises(FetchRefused):
        opening().get("http://a.test/")


def test_redirects_are_followed_and_counted(site, opening):
    site.answers["/old"] = (301, {"Location": "http://b.test/new"}, b"")
    site.answers["/new"] = (200, {}, b"here")
    site.answers["/round"] = (302, {"Location": "/round"}, b"")
    web = opening()
    fetched = web.get("http://a.test/old")
    assert (fetched.url, fetched.hops) == (
        "http://b.test/new",
        (Hop(url="http://a.test/old", status=301),),
    )
    with pytest.raises(TooManyRedirects, match="redirects more than"):
        web.get("http://a.test/round")
    assert site.paths().count("/round") == 6


def test_an_unusual_port_is_refused(site, opening):
    with pytest.raises(FetchRefused, match="Port 8080"):
        opening().get("http://c.test:8080/")
    assert site.asked == []


def test_a_gzipped_answer_is_inflated(site, opening):
    site.answers["/"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"news" * 9))
    assert opening().get("http://a.test/").body == b"news" * 9


def test_a_gzip_bomb_is_refused(site, opening):
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < MOST
    site.answers["/"] = (200, {"Content-Encoding": "gzip"}, bomb)
    with pytest.raises(FetchRefused, match="larger than"):
        opening().get("http://a.test/")


def test_a_broken_or_unknown_coding_fails(site, opening):
    site.answers["/broken"] = (200, {"Content-Encoding": "gzip"}, b"no gzip")
    site.answers["/twice"] = (
        200,
        {"Content-Encoding": "gzip, gzip"},
        zlib.compress(b"x"),
    )
    web = opening()
    with pytest.raises(FetchFailed, match="broken"):
        web.get("http://a.test/broken")
    with pytest.raises(FetchFailed, match="did not ask for"):
        web.get("http://a.test/twice")


def test_an_endless_answer_is_cut_off(site, opening):
    site.answers["/"] = endless(b"x" * 10_000)
    with pytest.raises(FetchRefused, match="larger than"):
        opening().get("http://a.test/")


def test_a_site_that_never_ends_its_answer_fails_in_time(site, opening):
    def silent(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "10")
        handler.end_headers()
        handler.wfile.write(b"x")
        handler.wfile.flush()
        site.ended.wait(30)

    site.answers["/"] = silent
    with pytest.raises(FetchFailed, match="No whole answer"):
        opening(total_seconds=0.5).get("http://a.test/")


def test_a_site_that_is_down_fails_with_its_address(opening):
    web = opening(hosts={"a.test": "127.0.0.1:1"})
    with pytest.raises(FetchFailed) as failed:
        web.get("http://a.test/feed")
    assert failed.value.to == "http://a.test/feed"


def test_an_answer_that_is_no_http_fails(site, opening):
    def rubbish(handler):
        handler.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n")

    site.answers["/"] = rubbish
    with pytest.raises(FetchFailed):
        opening().get("http://a.test/")


@pytest.mark.parametrize("host", ["a" * 64 + ".test", "a..test"])
def test_a_host_no_resolver_takes_is_an_error_of_ours(opening, host):
    with pytest.raises((FetchRefused, FetchFailed)):
        opening(hosts={}).get(f"http://{host}/")


def test_robots_are_asked_once_and_obeyed(site, opening):
    site.answers["/robots.txt"] = (
        200,
        {},
        b"User-agent: *\nDisallow: /closed\n",
    )
    site.answers["/open"] = (200, {}, b"")
    web = opening()
    web.get("http://a.test/open")
    with pytest.raises(FetchRefused, match=r"robots\.txt"):
        web.get("http://a.test/closed")
    assert [path for _, path, _ in site.asked] == ["/robots.txt", "/open"]


def test_a_site_is_not_asked_faster_than_its_pace(site):
    timer = StoppedClock(datetime(2026, 11, 24, tzinfo=UTC))

    async def wait(seconds):
        timer.wait(timedelta(seconds=seconds))

    web = open_web(
        Fetch(
            hosts={"a.test": f"127.0.0.1:{site.port}"},
            allow_networks=("127.0.0.0/8",),
            pace_seconds=5,
        ),
        timer=timer,
        wait=wait,
    )
    try:
        for _ in range(3):
            web.get("http://a.test/x")
    finally:
        web.close()
    # The robots file and the first page are one visit that counts for two pauses.
    assert timer.monotonic() == 15
