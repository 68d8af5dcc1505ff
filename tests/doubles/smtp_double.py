"""A mail server on 127.0.0.1 that says what its script says, and keeps what it heard."""

import ipaddress
import itertools
import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from distributor.channels.base import Message
from distributor.channels.smtp import Channel

GREETING = b"220 here\r\n"
EHLO = b"250-here\r\n250 SIZE 1000000\r\n"
PIPELINING = b"250-here\r\n250-SIZE 1000000\r\n250 PIPELINING\r\n"
STARTTLS = b"250-here\r\n250 STARTTLS\r\n"
OK = b"250 ok\r\n"
GO_ON = b"354 go on\r\n"
NO_RECIPIENT = b"554 5.5.1 no valid recipients\r\n"
# Closes the line; before it, the answer is not given.
HANG_UP = None
CUT_IN_TEXT = "hang up in the text"
# The mail is taken, and nobody is told.
TAKEN_THEN_CUT = "hang up after the text"


class Double(threading.Thread):
    """Plays one script a connection: a list of answers in order, or Staged ones.

    An answer 220 to STARTTLS is followed by a handshake with *context*.
    """

    def __init__(self, *scripts, context=None, protects_at_once=False):
        super().__init__(daemon=True)
        self.protects_at_once = protects_at_once
        self.scripts = scripts
        self.context = context
        self.heard = []
        self.texts = []
        # The recipients whose text was answered with 2yz.
        self.took = []
        # Those whose text had begun.
        self.begun = []
        self.talks = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self):
        threads = []
        with suppress(OSError):
            for script in self.scripts:
                line, _ = self.listener.accept()
                self.talks.append(Talk(self, line, script))
                threads = [one for one in threads if one.is_alive()]
                threads.append(threading.Thread(target=self.talks[-1].play))
                threads[-1].start()
        for thread in threads:
            thread.join()

    def taken(self, recipient, text):
        """A mail was taken, whether its sender hears of it or not."""
        del text
        self.took.append(recipient)

    def close(self):
        # Only so does the thread that waits for another line hear of it.
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for talk in self.talks:
            with suppress(OSError):
                talk.line.shutdown(socket.SHUT_RDWR)


class Drip:
    """An answer that comes byte by byte and never ends."""

    def __init__(self, said=b"250 ok"):
        self.said = said

    def __getitem__(self, part):
        return self.said[part]

    def pieces(self):
        for byte in itertools.cycle(self.said):
            threading.Event().wait(0.05)
            yield bytes([byte])


class Listed:
    """One answer after the other, whatever is said; then those of a willing server."""

    def __init__(self, answers):
        self.answers = list(answers)
        self.willing = Staged()

    def next(self, word):
        return self.answers.pop(0) if self.answers else self.willing.next(word)

    def cuts_the_text(self):
        return self.answers[:1] == [CUT_IN_TEXT]


class Staged:
    """Answers by what was said; without one, those of a willing and exact server."""

    def __init__(self, offers=PIPELINING, **answers):
        self.offers = offers
        self.answers = {word: list(each) for word, each in answers.items()}
        self.is_open = False
        self.has_recipient = False

    def next(self, word):
        given = self.answers.get(word)
        answer = given.pop(0) if given else self.exact(word)
        good = isinstance(answer, bytes) and answer[:1] in b"23"
        if word in {"MAIL", "RSET", "TEXT"}:
            self.is_open = good if word == "MAIL" else False
            self.has_recipient = False
        if word == "RCPT":
            self.has_recipient = good
        return answer

    def exact(self, word):
        if word == "MAIL" and self.is_open:
            return b"503 5.5.1 nested MAIL\r\n"
        if word == "RCPT" and not self.is_open:
            return b"503 5.5.1 MAIL first\r\n"
        if word == "DATA" and not self.has_recipient:
            return NO_RECIPIENT
        said = {
            "GREETING": GREETING,
            "EHLO": self.offers,
            "DATA": GO_ON,
            "QUIT": b"221 bye\r\n",
        }
        return said.get(word, OK)

    def cuts_the_text(self):
        return self.answers.get("TEXT", [])[:1] == [CUT_IN_TEXT]


class Talk:
    """One line's script."""

    def __init__(self, server, line, script):
        self.server = server
        self.line = line
        self.line.settimeout(10)
        # Each answer leaves alone: what comes together must not be what we count on.
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.script = Listed(script) if isinstance(script, list) else script
        self.recipient = ""
        self.text = b""
        self.spoken = None

    def play(self):
        # A script may ask for what this side or the other does not bear.
        with suppress(OSError, ValueError):
            if self.server.protects_at_once:
                self.protect()
            self.spoken = self.line.makefile("rb")
            self.converse()
        if self.spoken is not None:
            self.spoken.close()
        self.line.close()

    def converse(self):
        """Until the script hangs up or the other side does."""
        word = "GREETING"
        while word is not None and self.answer(word):
            word = self.next_word()

    def answer(self, word):
        answer = self.script.next(word)
        if answer is TAKEN_THEN_CUT:
            self.server.taken(self.recipient, self.text)
        if answer in {HANG_UP, TAKEN_THEN_CUT}:
            return False
        if word == "TEXT" and isinstance(answer, bytes) and is_yes(answer):
            self.server.taken(self.recipient, self.text)
        for piece in [answer] if isinstance(answer, bytes) else answer.pieces():
            self.line.sendall(piece)
        if word == "STARTTLS" and answer[:3] == b"220":
            self.spoken.close()
            self.protect()
            self.spoken = self.line.makefile("rb")
        if word == "DATA" and answer[:3] == b"354":
            return self.take_text()
        return True

    def next_word(self):
        command = self.spoken.readline().strip().decode()
        if not command:
            return None
        self.server.heard.append(command)
        if command.startswith("RCPT TO:"):
            self.recipient = command[9:].split(">")[0]
        return command.split(maxsplit=1)[0]

    def take_text(self):
        self.server.begun.append(self.recipient)
        if self.script.cuts_the_text():
            self.spoken.read(1)
            # Closing with unread bytes resets the line.
            return False
        text = whole_text(self.spoken)
        if text is None:
            return False
        self.text = text
        self.server.texts.append(text)
        return self.answer("TEXT")

    def protect(self):
        self.line = self.server.context.wrap_socket(self.line, server_side=True)


def is_yes(answer):
    """Whether it says 2yz, and nothing else, to a reader of SMTP."""
    codes = {line[:3] for line in answer.splitlines()}
    return len(codes) == 1 and answer.startswith(b"2")


def whole_text(spoken):
    lines = []
    while (line := spoken.readline()) != b".\r\n":
        if not line:
            return None
        lines.append(line)
    return b"".join(lines)


@contextmanager
def a_server(*scripts, **how):
    server = Double(*scripts, **how)
    server.start()
    try:
        yield server
    finally:
        server.close()
        server.join(timeout=15)


def a_channel(port, *, timer=None, **options):
    given = {"host": "127.0.0.1", "port": port, "security": "none", "timeout": 5}
    return Channel(Channel.Options.model_validate(given | options), timer=timer)


def a_message(content=b"Subject: x\r\n\r\nText\r\n", **fields):
    given = {
        "sender": "presse@ministere.test",
        "recipient": "n@presse.test",
        "content": content,
        "token": "t1",
    }
    return Message(**(given | fields))


def messages(count):
    return [
        a_message(recipient=f"n{number}@presse.test", token=f"t{number}")
        for number in range(count)
    ]


class Certificate:
    """A certificate that nobody else vouches for, its key, and both as files."""

    def __init__(self, folder, *, address="127.0.0.1", valid=True):
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
        start = datetime(1970, 1, 1, tzinfo=UTC)
        end = datetime(2099, 1, 1, tzinfo=UTC) if valid else start + timedelta(days=1)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(7)
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(
                x509.SubjectAlternativeName(
                    [x509.IPAddress(ipaddress.ip_address(address))]
                ),
                critical=False,
            )
            .add_extension(
                x509.BasicConstraints(ca=True, path_length=None), critical=True
            )
            .sign(self.key, SHA256())
        )
        self.path = folder / "certificate.pem"
        self.path.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        self.key_path = folder / "key.pem"
        self.key_path.write_bytes(
            self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )

    @property
    def context(self):
        """What a server needs to prove that it is the one named."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.path, self.key_path)
        return made
