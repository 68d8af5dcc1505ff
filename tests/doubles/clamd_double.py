"""A clamd on a loopback port or a socket file: INSTREAM and PING as the real one speaks them."""

import socket
import struct
import threading
from contextlib import contextmanager, suppress

# Turned round, so that no scanner takes this file for what it speaks of.
EICAR = rb"*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP\4[PA@%P!O5X"[::-1]
MOST_BYTES = 1_000_000


class Clamd(threading.Thread):
    """Finds EICAR in what it is sent. *says* answers in its place, or None hangs up."""

    def __init__(self, listener, *, most=MOST_BYTES, **says):
        super().__init__(daemon=True)
        self.listener = listener
        self.most = most
        self.says = says
        self.looked_at = []

    def run(self):
        with suppress(OSError):
            while True:
                line, _ = self.listener.accept()
                with line, suppress(OSError, struct.error):
                    line.settimeout(10)
                    self.serve(line)

    def serve(self, line):
        command = b""
        while not command.endswith(b"\0"):
            command += line.recv(1)
        if "says" in self.says and command != b"zPING\0":
            self.swallow(line)
            if self.says["says"] is not None:
                line.sendall(self.says["says"])
        elif command == b"zPING\0":
            line.sendall(b"PONG\0")
        elif command == b"zINSTREAM\0":
            self.instream(line)
        else:
            line.sendall(b"UNKNOWN COMMAND\0")

    def instream(self, line):
        content = b""
        with line.makefile("rb") as spoken:
            while size := struct.unpack("!I", spoken.read(4))[0]:
                if len(content) + size > self.most:
                    line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                    return
                content += spoken.read(size)
        self.looked_at.append(content)
        found = b"Eicar-Signature FOUND" if EICAR in content else b"OK"
        line.sendall(b"stream: " + found + b"\0")

    def swallow(self, line):
        with line.makefile("rb") as spoken:
            while size := struct.unpack("!I", spoken.read(4))[0]:
                spoken.read(size)


@contextmanager
def a_clamd(path="", **how):
    """Its address is `.where`."""
    if path:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen()
        where = str(path)
    else:
        listener = socket.create_server(("127.0.0.1", 0))
        where = f"127.0.0.1:{listener.getsockname()[1]}"
    clamd = Clamd(listener, **how)
    clamd.where = where
    clamd.start()
    try:
        yield clamd
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        clamd.join(timeout=15)
