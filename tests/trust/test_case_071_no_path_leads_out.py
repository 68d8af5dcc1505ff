"""Case 71: no path of ours leads out of what is served, however it is written.

Attached files are rows and are asked for by number; styles, scripts and fonts are a fixed
list. So there is no path to climb, and this shows that none has come back.
"""

import socket
import threading
from contextlib import closing, contextmanager
from time import monotonic, sleep

import pytest
import uvicorn
from screen_makers import an_office, cookie, fill

from app.web import make_app
from app.web.sessions import COOKIE
from app.web.static import files_in
from core.resources import folder
from core.values import Role

SECRET = "only-for-those-who-climb"
# As a browser never writes them, and as an attacker does.
CLIMBS = (
    "../{}",
    "../../../../../../../..{}",
    "..%2f..%2f..%2f..%2f..{}",
    "%2e%2e/%2e%2e/%2e%2e{}",
    "%2e%2e%2f%2e%2e%2f{}",
    "%252e%252e%252f%252e%252e{}",
    "..%5c..%5c{}",
    "..\\..\\{}",
    "....//....//{}",
    "..;/..;/{}",
    "{}",
    "/{}",
    "%2f{}",
    "file:{}",
    "parution.css%00{}",
    "parution.css%00",
    "%00",
    "%c0%ae%c0%ae/{}",
    "%uff0e%uff0e/{}",
    "parution.css/../../{}",
    ".",
    "..",
    "%2e%2e",
)
PLACES = (
    "/static/",
    "/releases/1/files/",
    "/releases/",
    "/review/",
    "/dispatches/1/",
    "/coverage/",
    "/",
)


@pytest.fixture
def secret(tmp_path):
    file = tmp_path / "secret.txt"
    file.write_text(SECRET)
    return file


@pytest.fixture
def ask(tmp_path, clock, ids):
    """Sends a path as it is written, signed in, to the server we really run."""
    with an_office(tmp_path / "office", clock, ids) as office:
        fill(office)
        signed = f"{COOKIE}={cookie(office, Role.ADMINISTRATOR)}"
        with serving(make_app(office)) as port:
            yield lambda path: asked(port, path, signed)


@contextmanager
def serving(app):
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None))
    with closing(socket.create_server(("127.0.0.1", 0))) as line:
        thread = threading.Thread(target=server.run, args=([line],))
        thread.start()
        deadline = monotonic() + 60
        while not server.started and monotonic() < deadline:
            sleep(0.01)
        yield line.getsockname()[1]
        server.should_exit = True
        thread.join(20)


def asked(port, path, signed):
    """The status and the body of one answer."""
    with closing(socket.create_connection(("127.0.0.1", port), 60)) as line:
        line.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {signed}\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        whole = b"".join(iter(lambda: line.recv(65_536), b""))
    head, _, body = whole.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), body


def test_what_is_served_is_served(ask):
    status, body = ask("/static/parution.css")
    assert status == 200
    assert body == (folder("templates") / "web/static/parution.css").read_bytes()


@pytest.mark.parametrize("place", PLACES)
def test_no_climbing_path_is_answered_with_a_file(ask, place, secret):
    for climb in CLIMBS:
        for target in (str(secret), "/etc/passwd", "parution.db"):
            path = place + climb.format(target)
            status, body = ask(path)
            assert status == 404, path
            assert SECRET.encode() not in body, path
            assert b"root:" not in body, path


def test_a_link_in_the_folder_is_not_followed(tmp_path, secret):
    served = tmp_path / "static"
    served.mkdir()
    (served / "own.css").write_text("p {}")
    (served / "link.css").symlink_to(secret)
    (served / "below").symlink_to(secret.parent, target_is_directory=True)
    assert set(files_in(served)) == {"own.css"}
