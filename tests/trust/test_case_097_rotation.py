"""Case 97: a mail password and the key ring change under a dispatch and a signed-in user.

Nobody is thrown out, no request is refused, no mail is lost or doubled, and links of before
still unsubscribe.
"""

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager

import pytest
from aiosmtpd.smtp import AuthResult
from sending_ground import (
    PATIENCE,
    ROOT,
    AnyPort,
    PacedSink,
    assert_nobody_lost_or_doubled,
    state_of,
    until_done,
)
from smtp_double import Certificate
from typer.testing import CliRunner

from app.cli import build
from core.db import open_database
from core.keys import Links, Purpose, split

PARUTION = [sys.executable, "-m", "app.cli"]
RECIPIENTS = 120
OLD, NEW = "the-old-mail-password", "the-new-mail-password"
PHRASE = "une phrase assez longue 42"
CUT = "the line was cut"


class Server(PacedSink):
    """Takes a while for each mail, keeps the texts, and knows one password at a time."""

    def __init__(self):
        super().__init__(0.03, stops_after=20)
        self.password = OLD
        self.texts = []
        self.refused = 0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.texts.append(envelope.content.decode())
        return await super().handle_DATA(server, session, envelope)

    def authenticate(self, server, session, envelope, mechanism, data):
        good = data.password.decode() == self.password
        self.refused += not good
        return AuthResult(success=good, handled=good)


@contextmanager
def a_server(certificate):
    kept = Server()
    controller = AnyPort(
        kept,
        hostname="127.0.0.1",
        port=0,
        tls_context=certificate.context,
        require_starttls=True,
        authenticator=kept.authenticate,
        auth_required=True,
    )
    controller.start()
    kept.port = controller.port
    try:
        yield kept
    finally:
        controller.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(folder, *, mail, certificate):
    (folder / "password").write_text(f"{OLD}\n")
    return {
        "PARUTION_DATA_DIR": str(folder / "office"),
        "PARUTION_LANGUAGE": "en",
        "PARUTION_WEB__PORT": str(free_port()),
        "PARUTION_WEB__PUBLIC_URL": "https://presse.example.org",
        "PARUTION_CHANNELS__SMTP__HOST": "127.0.0.1",
        "PARUTION_CHANNELS__SMTP__PORT": str(mail),
        "PARUTION_CHANNELS__SMTP__SECURITY": "starttls",
        "PARUTION_CHANNELS__SMTP__USER": "presse",
        "PARUTION_CHANNELS__SMTP__PASSWORD_FILE": str(folder / "password"),
        "PARUTION_CHANNELS__SMTP__CERTIFICATES": str(certificate.path),
        "PARUTION_CHANNELS__SMTP__MAX_MESSAGES_PER_CONNECTION": "5",
        "PARUTION_CHANNELS__SMTP__PIPELINE": "5",
    }


def say(given, *words, stdin=None):
    done = CliRunner().invoke(build(), [*map(str, words)], env=given, input=stdin)
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done.output


def planned(given, folder):
    release, people = folder / "note.fr.md", folder / "people.csv"
    release.write_text("# Une note\n\nLe texte de la note.\n", encoding="utf-8")
    people.write_text(
        "email,languages,provenance\n"
        + "".join(f"p{n}@press.test,fr,annuaire\n" for n in range(RECIPIENTS)),
        encoding="utf-8",
    )
    now = time.strftime("%Y-%m-%dT%H:%M", time.gmtime())
    say(given, *f"release import {release} --number 1/2026 --kind communique".split())
    say(given, *f"contact import {people} --list tous".split())
    say(given, "user", "add", "samira", "--role", "validator", stdin=f"{PHRASE}\n")
    plan = f"dispatch plan 1 --list tous --at {now} --zone UTC --channel smtp"
    say(given, *plan.split())


class Visitor(threading.Thread):
    """Signs in once, then asks for a page again and again, each time by a new line."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.base = f"http://127.0.0.1:{port}"
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(jar)
        )
        self.seen = []
        self.over = threading.Event()

    def sign_in(self):
        form = urllib.parse.urlencode({"name": "samira", "password": PHRASE})
        with self.opener.open(f"{self.base}/login", form.encode(), timeout=PATIENCE):
            pass

    def look(self, path="/dispatches/1"):
        """Whoever was let in the moment the door changed is cut off, and asks again as browsers do."""
        first = self._ask(path)
        return self._ask(path) if first == CUT else first

    def _ask(self, path):
        try:
            with self.opener.open(f"{self.base}{path}", timeout=PATIENCE) as answer:
                page = answer.read().decode()
                return "signed out" if 'type="password"' in page else answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError as error:
            why = getattr(error, "reason", error)
            is_cut = isinstance(why, (ConnectionResetError, BrokenPipeError))
            return CUT if is_cut else str(error)

    def run(self):
        while not self.over.wait(0.05):
            self.seen.append(self.look())

    def until_seen(self, count):
        deadline = time.monotonic() + PATIENCE
        while len(self.seen) < count:
            assert time.monotonic() < deadline, "the pages do not answer"
            threading.Event().wait(0.05)


@contextmanager
def serving(given, log):
    with subprocess.Popen(
        [*PARUTION, "serve"],
        env={**os.environ, **given, "PARUTION_LOG_LEVEL": "debug"},
        cwd=ROOT,
        stderr=log,
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.ended = process.wait(timeout=PATIENCE)


def until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        threading.Event().wait(0.1)


def link_of(text):
    plain = re.sub(r"\r\n[ \t]", "", text)
    return re.search(r"<https://presse\.example\.org(/u/\w+)>", plain)[1]


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What happened to everybody while everything was changed."""
    folder = tmp_path_factory.mktemp("rotation")
    (folder / "mail").mkdir()
    certificate = Certificate(folder / "mail")
    with a_server(certificate) as server:
        given = environment(folder, mail=server.port, certificate=certificate)
        planned(given, folder)
        database = open_database(f"sqlite:///{folder}/office/parution.db")
        ring = folder / "office" / "secret_key"
        [first] = split(ring.read_text())
        visitor = Visitor(given["PARUTION_WEB__PORT"])
        with (folder / "log").open("wb") as log, serving(given, log) as process:
            until(lambda: visitor.look("/health/ready") == 200, "it does not start")
            visitor.sign_in()
            visitor.start()
            assert server.wait_for(server.stops_after)
            say(given, "keys", "rotate")
            # The mail server first: our old password is worth nothing before the file says so.
            server.password = NEW
            server.goes_on.set()
            until(
                lambda: state_of(database, 1) == "paused" or server.refused,
                "nobody was refused",
            )
            (folder / "password").write_text(f"{NEW}\n")
            until_done(database, 1)
            visitor.until_seen(len(visitor.seen) + 5)
            links = [link_of(server.texts[0]), link_of(server.texts[-1])]
            opened = [visitor.look(link) for link in links]
            visitor.over.set()
            visitor.join(PATIENCE)
        everybody = assert_nobody_lost_or_doubled(
            database, server, recipients=RECIPIENTS
        )
        database.close()
    return {
        "server": server,
        "everybody": everybody,
        "visitor": visitor,
        "links": links,
        "opened": opened,
        "keys": [first, *split(ring.read_text())],
        "log": (folder / "log").read_text(),
        "ended": process.ended,
    }


def test_no_mail_is_lost_or_doubled_and_none_is_in_doubt(seen):
    accepted, unsure = seen["everybody"]
    assert (len(accepted), len(unsure)) == (RECIPIENTS, 0)
    assert seen["server"].refused >= 1, "the old password was really refused"
    assert seen["ended"] == 0


def test_no_signed_in_user_is_thrown_out_or_turned_away(seen):
    assert len(seen["visitor"].seen) > 10
    assert set(seen["visitor"].seen) == {200}


def test_links_of_before_and_after_open_their_door(seen):
    assert seen["opened"] == [200, 200]


def test_the_new_key_signs_and_the_old_one_only_reads(seen):
    first, new, old = seen["keys"]
    assert old == first
    before, after = (link.removeprefix("/u/") for link in seen["links"])
    assert Links([old]).read(Purpose.UNSUBSCRIBE, before)
    assert Links([new]).read(Purpose.UNSUBSCRIBE, after)
    assert Links([new]).read(Purpose.UNSUBSCRIBE, before) is None


def test_no_secret_stands_in_the_log_of_it_all(seen):
    assert "settings.renewed" in seen["log"]
    for secret in (OLD, NEW, PHRASE, *seen["keys"]):
        assert secret not in seen["log"]
