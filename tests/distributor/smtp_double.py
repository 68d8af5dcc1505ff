"""A mail server on 127.0.0.1 that says what its script says, and keeps what it heard."""

import ipaddress
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
PROTECTED = "TLS from the first byte"


class Double(threading.Thread):
    """Plays one script a connection: its greeting, then an answer for each command.

    Past its end a script goes on with what a willing server says. An answer 220 to STARTTLS
    is followed by a handshake with *context*.
    """

    def __init__(self, *scripts, context=None):
        super().__init__(daemon=True)
        self.scripts = scripts
        self.context = context
        self.heard = []
        self.texts = []
        # The recipients whose text was answered with 2yz.
        self.took = []
        self.open_lines = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self):
        talks = []
        with suppress(OSError):
            for script in self.scripts:
                line, _ = self.listener.accept()
                self.open_lines.append(line)
                talk = threading.Thread(target=self.talk, args=(line, list(script)))
                talk.start()
                talks.append(talk)
        for talk in talks:
            talk.join()

    def talk(self, line, script):
        line.settimeout(10)
        # A script may ask for what this side or the other does not bear.
        with suppress(OSError), line:
            Talk(self, line, script).play()

    def close(self):
        for each in [self.listener, *self.open_lines]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


class Talk:
    """One line's script."""

    def __init__(self, server, line, script):
        self.server = server
        self.line = line
        self.script = script
        self.recipient = ""
        if script[0] == PROTECTED:
            script.pop(0)
            self.protect()
        self.spoken = self.line.makefile("rb")

    def play(self):
        """Until the script hangs up or the other side does."""
        command = b""
        while command is not None and self.answer(command):
            command = self.next_command()

    def answer(self, command):
        answer = self.script.pop(0) if self.script else willing(command)
        if answer is HANG_UP:
            return False
        self.line.sendall(answer)
        if command == b"STARTTLS" and answer.startswith(b"220"):
            self.protect()
            self.spoken = self.line.makefile("rb")
        if command == b"DATA" and answer.startswith(b"354"):
            return self.take_text()
        return True

    def next_command(self):
        command = self.spoken.readline().strip()
        if not command:
            return None
        self.server.heard.append(command.decode())
        if command.startswith(b"RCPT TO:"):
            self.recipient = command[9:].split(b">")[0].decode()
        return command

    def take_text(self):
        if self.script[:1] == [CUT_IN_TEXT]:
            self.spoken.read(1)
            # Closing with unread bytes resets the line.
            return False
        text = whole_text(self.spoken)
        if text is None:
            return False
        self.server.texts.append(text)
        answer = self.script[0] if self.script else OK
        if answer is not HANG_UP and answer.startswith(b"2"):
            self.server.took.append(self.recipient)
        return self.answer(b".")

    def protect(self):
        self.line = self.server.context.wrap_socket(self.line, server_side=True)


def willing(command):
    """What a server says that takes everything."""
    word = command.split()[0].upper() if command else b""
    return {
        b"": GREETING,
        b"EHLO": PIPELINING,
        b"DATA": GO_ON,
        b"QUIT": b"221 bye\r\n",
    }.get(word, OK)


def whole_text(spoken):
    lines = []
    while (line := spoken.readline()) != b".\r\n":
        if not line:
            return None
        lines.append(line)
    return b"".join(lines)


@contextmanager
def a_server(*scripts, context=None):
    server = Double(*scripts, context=context)
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
