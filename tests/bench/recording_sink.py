"""A fast local mail server that remembers each message it said 250 to, by its Message-ID."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_NAME = re.compile(rb"(?im)^Message-ID: <([^@]+)@")
_OPEN = b"250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"


class Sink:
    def __init__(self) -> None:
        self.names: list[str] = []
        self._arrived = threading.Condition()

    def keep(self, content: bytes) -> None:
        found = _NAME.search(content)
        if found is None:
            raise ValueError("a message without a Message-ID")
        with self._arrived:
            self.names.append(found[1].decode())
            self._arrived.notify_all()

    def wait_for(self, count: int, *, seconds: float) -> bool:
        with self._arrived:
            return self._arrived.wait_for(
                lambda: len(self.names) >= count, timeout=seconds
            )


class _Conversation(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self) -> None:
        try:
            self._talk()
        except ConnectionError:
            return  # the sender was killed

    def _talk(self) -> None:
        self.wfile.write(b"220 sink.test\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                self.wfile.write(_OPEN)
            elif verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                if not self._take():
                    return
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 2.0.0 Ok\r\n")

    def _take(self) -> bool:
        """Read to the final dot; a message cut off before it was never taken."""
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line)
        # Kept before the answer: a sender killed in between has sent it all the same.
        self.server.sink.keep(b"".join(lines))
        self.wfile.write(b"250 2.0.0 Ok: queued\r\n")
        return True


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        super().__init__(("127.0.0.1", 0), _Conversation)


@contextmanager
def recording_sink() -> Iterator[tuple[Sink, int]]:
    """The sink and its port."""
    sink = Sink()
    with _Server(sink) as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            yield sink, server.server_address[1]
        finally:
            server.shutdown()
