"""Hosts on one machine: network namespaces on a bridge, with a cable that can be pulled.

The database listens on the bridge itself, so that a partition is one for it too. Servers of
the test that listen on loopback only are reached by a door on the bridge.
"""

import os
import socket
import subprocess
import threading
from contextlib import contextmanager, suppress

import pytest

# A network that is nobody's but this test's, by the process that runs it.
NET = f"10.213.{os.getpid() % 250}"
BRIDGE = f"{NET}.1"
_NAME = f"pf{os.getpid() % 100_000}"
WANTED = "network namespaces are not allowed here, or iproute2 is missing"


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


class Host:
    """One namespace with an address; its cable hangs on the bridge."""

    def __init__(self, number):
        self.name = f"{_NAME}-{number}"
        self._cable = f"{_NAME}v{number}"
        ip("netns", "add", self.name)
        ip(
            "link",
            "add",
            self._cable,
            "type",
            "veth",
            "peer",
            "eth0",
            "netns",
            self.name,
        )
        ip("link", "set", self._cable, "master", _NAME, "up")
        ip("-n", self.name, "addr", "add", f"{NET}.{number + 10}/24", "dev", "eth0")
        ip("-n", self.name, "link", "set", "eth0", "up")
        ip("-n", self.name, "link", "set", "lo", "up")
        self.within = ("ip", "netns", "exec", self.name)

    def pull(self):
        ip("link", "set", self._cable, "down")

    def plug_in(self):
        ip("link", "set", self._cable, "up")


@contextmanager
def hosts(count):
    """So many hosts; skipped where this machine forbids it, and never in CI."""
    try:
        ip("link", "add", _NAME, "type", "bridge")
    except (OSError, subprocess.CalledProcessError):
        if "CI" in os.environ:
            pytest.fail(WANTED)
        pytest.skip(WANTED)
    made = []
    try:
        ip("addr", "add", f"{BRIDGE}/24", "dev", _NAME)
        ip("link", "set", _NAME, "up")
        made += [Host(number) for number in range(count)]
        yield made
    finally:
        for host in made:
            # Its end of the cable goes with it.
            ip("netns", "del", host.name)
        ip("link", "del", _NAME)


@contextmanager
def a_door(port):
    """A port of the bridge that leads to *port* of loopback."""
    listener = socket.create_server((BRIDGE, 0))
    lines = []

    def carry(source, target):
        with suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def serve():
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", port))
                lines.extend((near, far))
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=carry, args=ends, daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        for line in (listener, *lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        thread.join()
