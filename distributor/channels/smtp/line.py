"""A line to a mail server: bytes out, answers in. Every wait has an end, and so has every answer."""

import re
import socket
import ssl
from contextlib import suppress

from core.clock import Timer
from distributor.channels.smtp.answers import Answer

# RFC 5321 lets an answer's line have 512 bytes; some servers write longer ones. Past this
# sum of all lines the server is not answering any more.
_MOST = 65_536
_READ = 8192
# Its code, what follows it, its text without the line's end.
_ANSWER = re.compile(rb"([0-9]{3})(?:([- ])(.*?))?\r*", re.DOTALL)


class Cut(Exception):
    """The line is lost; `written` bytes of the last write were handed over."""

    def __init__(self, why: str, *, written: int = 0) -> None:
        super().__init__(why)
        self.written = written


class Line:
    """Whoever opened it closes it, also after a Cut: something may still be there to read."""

    def __init__(
        self, opened: socket.socket, *, timeout: float, timer: Timer, host: str
    ) -> None:
        self.host = host
        self._socket = opened
        self._timeout = timeout
        self._timer = timer
        self._ends_at = 0.0
        self._heard = b""
        self.is_protected = False
        self.is_cut = False
        self.allow_time()

    def allow_time(self) -> None:
        """From now on the other side has the full time-out for all that is asked next."""
        self._ends_at = self._timer.monotonic() + self._timeout

    @property
    def own_address(self) -> str:
        return str(self._socket.getsockname()[0])

    @property
    def has_more(self) -> bool:
        """Whether more was heard than was asked for."""
        return bool(self._heard)

    def write(self, data: bytes) -> None:
        """Raises Cut, which says how much of *data* the other side may have seen."""
        written = 0
        try:
            with memoryview(data) as view:
                while written < len(data):
                    self._limit()
                    written += self._socket.send(view[written:])
        except OSError as error:
            raise self._cut(error, written=written) from error

    def read(self) -> Answer:
        """The next answer, whole. Raises Cut."""
        line = self._next_line(_MOST)
        code, said, more = self._parted(line)
        if not more:
            return Answer(code, said)
        lines, left = [said], _MOST - len(line)
        while more:
            line = self._next_line(left)
            left -= len(line)
            another, said, more = self._parted(line)
            if another != code:
                raise self._cut("the server contradicts itself")
            lines.append(said)
        return Answer(code, b"\n".join(lines))

    def protect(self, context: ssl.SSLContext) -> None:
        """Go on over TLS. Raises OSError; what was heard before must have been asked for."""
        self._limit()
        self._socket = context.wrap_socket(self._socket, server_hostname=self.host)
        self.is_protected = True

    def close(self) -> None:
        self.is_cut = True
        with suppress(OSError):
            self._socket.close()

    def _next_line(self, most: int) -> bytes:
        end = self._heard.find(b"\n")
        while end < 0:
            if len(self._heard) > most:
                raise self._cut("the server answers without end")
            self._listen()
            end = self._heard.find(b"\n")
        line, self._heard = self._heard[:end], self._heard[end + 1 :]
        if len(line) > most:
            raise self._cut("the server answers without end")
        return line

    def _listen(self) -> None:
        try:
            self._limit()
            heard = self._socket.recv(_READ)
        except OSError as error:
            raise self._cut(error) from error
        if not heard:
            raise self._cut("the server hung up")
        self._heard += heard

    def _parted(self, line: bytes) -> tuple[int, bytes, bool]:
        """Code, text and whether more lines follow."""
        found = _ANSWER.fullmatch(line)
        if found is None:
            raise self._cut("the server does not speak SMTP")
        digits, mark, said = found.groups()
        return int(digits), said or b"", mark == b"-"

    def _limit(self) -> None:
        """Bound the next wait by what is left of the time allowed."""
        left = self._ends_at - self._timer.monotonic()
        if left <= 0:
            raise TimeoutError("the server took too long")
        self._socket.settimeout(left)

    def _cut(self, why: OSError | str, *, written: int = 0) -> Cut:
        self.is_cut = True
        if isinstance(why, TimeoutError):
            why = "the server took too long"
        elif isinstance(why, OSError):
            why = why.strerror or str(why)
        return Cut(why, written=written)
