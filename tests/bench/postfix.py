"""Postfix's own load tools: unpacked beside the benchmark, never installed as a mail system."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from core.clock import SystemTimer


@dataclass(frozen=True, slots=True, kw_only=True)
class Postfix:
    folder: Path

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self.folder / "usr/sbin" / program, *arguments],
            env={"LD_LIBRARY_PATH": f"{self.folder}/usr/lib/postfix"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @contextmanager
    def sink(self, *options: str) -> Iterator[int]:
        """Take every mail and forget it; gives the port."""
        with closing(socket.create_server(("127.0.0.1", 0))) as probe:
            port = probe.getsockname()[1]
        process = self._run(
            "smtp-sink", "-u", "nobody", *options, f"127.0.0.1:{port}", "1024"
        )
        try:
            _until_open(port)
            yield port
        finally:
            process.terminate()
            process.wait()

    def source(self, port: int, *, messages: int, size: int) -> float:
        """What smtp-source sends a second over ten kept connections."""
        began = perf_counter()
        arguments = ["-d", "-s", "10", "-m", str(messages), "-l", str(size)]
        if self._run("smtp-source", *arguments, f"127.0.0.1:{port}").wait():
            raise RuntimeError("smtp-source failed")
        return messages / (perf_counter() - began)


def unpack(folder: Path) -> Postfix | None:
    """Fetch and unpack the Debian package; None where that cannot be done."""
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        return None
    got = subprocess.run(
        ["apt-get", "download", "-qq", "postfix"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    packages = list(folder.glob("postfix_*.deb"))
    if got.returncode or not packages:
        return None
    subprocess.run(["dpkg", "-x", packages[0], folder], check=True)
    # smtp-sink drops its rights before it opens its libraries.
    folder.chmod(0o755)
    return Postfix(folder=folder)


def _until_open(port: int) -> None:
    timer = SystemTimer()
    give_up = timer.monotonic() + 10
    while timer.monotonic() < give_up:
        with closing(socket.socket()) as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise RuntimeError("smtp-sink did not open its port")
