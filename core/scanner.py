"""A virus scanner that looks at files before they are kept: clamd, by its own protocol.

It runs beside the office, at an address that the operator names. `zINSTREAM`, then parts of
the file behind their lengths, then a length of nought; one sentence comes back.
"""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from core.clock import Timer
from core.errors import BadInput, Unavailable
from core.log import logger
from core.settings import Uploads
from core.settings.reading import host_and_port
from core.wording import worded

_PART: Final = 1 << 16
_LONGEST_ANSWER: Final = 4096
_FOUND: Final = " FOUND"

_log = logger("scanner")


class Scanner(Protocol):
    def check(self, name: str, content: bytes) -> None:
        """Raises BadInput for a file that holds a virus, Unavailable where none may be taken."""
        ...

    def answers(self) -> bool:
        """Whether it is there."""
        ...


class NoScanner:
    """An office that has none takes every file as it is."""

    def check(self, name: str, content: bytes) -> None:
        del name, content

    def answers(self) -> bool:
        return True


class Clamd:
    """Safe to use from many threads: each file has a line of its own."""

    def __init__(self, settings: Uploads, *, timer: Timer) -> None:
        self._settings = settings
        self._timer = timer

    def check(self, name: str, content: bytes) -> None:
        try:
            said = self._asked(content)
        except OSError as error:
            self._unseen(name, f"{type(error).__name__}: {error.strerror or error}")
            return
        if said.endswith(_FOUND):
            virus = said.removesuffix(_FOUND).rpartition(": ")[2]
            _log.warning("upload.infected", virus=virus, size=len(content))
            raise BadInput(
                worded(
                    "The virus scanner found %(virus)s in this file, so it was not kept.",
                    virus=virus,
                ),
                to=name,
                mend=worded(
                    "Tell whoever looks after your computer, and choose a clean copy."
                ),
            )
        if not said.endswith(": OK"):
            self._unseen(name, said or "it gave no answer")

    def answers(self) -> bool:
        try:
            with self._line() as line:
                line.send(b"zPING\0")
                return line.answer() == "PONG"
        except OSError:
            return False

    def _asked(self, content: bytes) -> str:
        with self._line() as line:
            try:
                line.send(b"zINSTREAM\0")
                for start in range(0, len(content), _PART):
                    part = content[start : start + _PART]
                    line.send(struct.pack("!I", len(part)) + part)
                line.send(struct.pack("!I", 0))
            except (BrokenPipeError, ConnectionResetError):
                # It hangs up on a file that is too large, and may have said so before.
                return line.answer()
            return line.answer()

    @contextmanager
    def _line(self) -> Iterator["_Line"]:
        where = self._settings.scanner
        until = self._timer.monotonic() + self._settings.scanner_seconds
        is_file = "/" in where
        with (
            socket.socket(socket.AF_UNIX)
            if is_file
            else _dialled(where, self._settings.scanner_seconds) as opened
        ):
            line = _Line(opened, self._timer, until)
            if is_file:
                line.open(where)
            yield line

    def _unseen(self, name: str, why: str) -> None:
        """A file that nobody looked at: refused, unless the operator lets it through."""
        accepts = self._settings.unscanned == "accept"
        _log.error("scanner.away", why=why, accepted=accepts)
        if not accepts:
            raise Unavailable(
                worded(
                    "The virus scanner did not look at this file, so it was not kept."
                ),
                to=name,
                mend=worded(
                    "Try again in a moment; whoever looks after this office sees why in its log."
                ),
            )


class _Line:
    """A line that ends at its hour, however slowly the other side reads and speaks."""

    def __init__(self, opened: socket.socket, timer: Timer, until: float) -> None:
        self._opened = opened
        self._timer = timer
        self._until = until

    def open(self, path: str) -> None:
        self._hurry()
        self._opened.connect(path)

    def send(self, said: bytes) -> None:
        self._hurry()
        self._opened.sendall(said)

    def answer(self) -> str:
        """Up to its end sign, which is a zero; what was said before the line broke."""
        said = b""
        while b"\0" not in said and len(said) < _LONGEST_ANSWER:
            self._hurry()
            try:
                part = self._opened.recv(_LONGEST_ANSWER)
            except ConnectionResetError:
                break
            if not part:
                break
            said += part
        return said.partition(b"\0")[0].decode("utf-8", "replace").strip()

    def _hurry(self) -> None:
        left = self._until - self._timer.monotonic()
        if left <= 0:
            raise TimeoutError("it took too long")
        self._opened.settimeout(left)


def scanner_of(settings: Uploads, *, timer: Timer) -> Scanner:
    return Clamd(settings, timer=timer) if settings.scanner else NoScanner()


def _dialled(where: str, seconds: float) -> socket.socket:
    host, port = host_and_port(where)
    return socket.create_connection((host, int(port)), timeout=seconds)
