"""A site on this machine that answers each path as told, well or ill."""

import socket
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from core.clock import SystemTimer
from core.settings import Fetch
from core.web import open_web


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 200

    def handle_error(self, request, client_address):
        """A caller that hangs up is what many of these tests are about."""


class Site:
    """A web server of the test.

    `answers` holds for each path (status, headers, body), raw bytes, or a function of the
    handler. `asked` is every request: host, path, headers. `posted` is every body.
    """

    def __init__(self):
        self.answers = {}
        self.asked = []
        self.posted = []
        # Set when the test is over, so that who keeps a caller waiting may end.
        self.ended = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.asked.append((self.headers["Host"], self.path, dict(self.headers)))
                answer = site.answers.get(self.path)
                if callable(answer):
                    self.close_connection = True
                    with suppress(OSError):
                        answer(self)
                elif isinstance(answer, bytes):
                    self.close_connection = True
                    self.wfile.write(answer)
                else:
                    self._plain(*(answer or (404, {}, b"")))

            def do_POST(self):
                size = int(self.headers.get("Content-Length", 0))
                site.posted.append(self.rfile.read(size))
                self.do_GET()

            def _plain(self, status, headers, body):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = _Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def hosts(self, *names):
        """These names lead here."""
        return dict.fromkeys(names, f"127.0.0.1:{self.port}")

    def paths(self):
        return [path for _, path, _ in self.asked if path != "/robots.txt"]

    def robots_reads(self):
        return [host for host, path, _ in self.asked if path == "/robots.txt"]


@contextmanager
def web_site():
    made = Site()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield made
    finally:
        made.ended.set()
        made.server.shutdown()
        made.server.server_close()
        thread.join()


@contextmanager
def web_to(hosts, *, timer=None, **given):
    """A web that may ask the loopback, whose names are *hosts*; the rest are settings."""
    ways = {name: given.pop(name) for name in ("wait", "resolve") if name in given}
    settings = Fetch(
        **{
            "hosts": hosts,
            "allow_networks": ("127.0.0.0/8",),
            "pace_seconds": 0,
            "most_bytes": 100_000,
            "total_seconds": 20,
            **given,
        }
    )
    web = open_web(settings, timer=timer or SystemTimer(), **ways)
    try:
        yield web
    finally:
        web.close()


def pouring(chunk, *, head=b"HTTP/1.1 200 OK\r\n\r\n"):
    """An answer without an end."""

    def answer(handler):
        handler.wfile.write(head)
        while True:
            handler.wfile.write(chunk)

    return answer


def hanging(site, start=b""):
    """An answer that begins with *start* and never goes on."""

    def answer(handler):
        handler.wfile.write(start)
        handler.wfile.flush()
        site.ended.wait(30)

    return answer


def dripping(site, start, drop, seconds=0.02):
    """An answer that comes drop by drop."""

    def answer(handler):
        handler.wfile.write(start)
        while not site.ended.wait(seconds):
            handler.wfile.write(drop)

    return answer


@contextmanager
def listening(address):
    """A socket on *address* that accepts nothing by itself; gives its port and a look."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, 0), family=family) as server:
        server.setblocking(False)

        def was_dialled():
            try:
                server.accept()[0].close()
            except BlockingIOError:
                return False
            return True

        yield server.getsockname()[1], was_dialled
