"""A store that speaks S3's language on this machine, and a proxy before it that fails on demand."""

import http.client
import threading
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from moto.server import ThreadedMotoServer

_REFUSALS = {
    403: b"<Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>",
    507: b"<Error><Code>StorageFull</Code><Message>No room is left.</Message></Error>",
}


@contextmanager
def object_store():
    """The server of moto itself; answers its port."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield server.get_host_and_port()[1]
    finally:
        server.stop()


def make_bucket(port, name):
    address = f"http://127.0.0.1:{port}/{name}"
    with urllib.request.urlopen(urllib.request.Request(address, method="PUT")):
        pass


class FaultyProxy:
    """Hands requests on, but for what `fault` says; keeps each method, path and length.

    Faults: a status of `_REFUSALS`; "cut", which takes a part of what is put and hangs up;
    "stall", which never answers; "flip", which changes a byte of what is read.
    """

    def __init__(self, port, *, tls=None):
        self.fault = None
        self.asked = []
        self._ended = threading.Event()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def _any(self):
                proxy._serve(self, port)

            def __getattr__(self, name):
                """Every method alike."""
                if name.startswith("do_"):
                    return self._any
                raise AttributeError(name)

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                """Whoever hangs up, on either side, is what these tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _serve(self, request, port):
        length = int(request.headers.get("Content-Length") or 0)
        self.asked.append((request.command, request.path, length))
        if self.fault == "cut" and request.command == "PUT":
            request.rfile.read(length // 2)
            request.close_connection = True
            return
        body = request.rfile.read(length)
        if self.fault == "stall":
            self._ended.wait(60)
            request.close_connection = True
            return
        if self.fault in _REFUSALS:
            self._answer(request, self.fault, {}, _REFUSALS[self.fault])
            return
        behind = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        behind.request(request.command, request.path, body, dict(request.headers))
        answer = behind.getresponse()
        content = answer.read()
        behind.close()
        if self.fault == "flip" and request.command == "GET" and ".age" in request.path:
            content = bytes([content[0] ^ 1]) + content[1:]
        self._answer(request, answer.status, answer.headers, content)

    def _answer(self, request, status, headers, content):
        request.send_response(status)
        for name, value in headers.items():
            if name.lower() not in {
                "content-length",
                "connection",
                "transfer-encoding",
            }:
                request.send_header(name, value)
        is_told = request.command == "HEAD" and "content-length" in headers
        length = headers["content-length"] if is_told else len(content)
        request.send_header("Content-Length", str(length))
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(content)
