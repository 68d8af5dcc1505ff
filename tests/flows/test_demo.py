"""The real `parution demo`, as its own process: three days in a minute or two."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

PARUTION = Path(sys.executable).with_name("parution")
LONGEST = 150


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(port, path):
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}{path}", timeout=10
        ) as answer:
            return answer.read().decode()
    except OSError:
        return ""


def until(condition, process):
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        if condition():
            return
        assert process.poll() is None, "the rehearsal ended by itself"
        time.sleep(0.5)
    raise AssertionError(f"not within {LONGEST} s")


@pytest.mark.timeout(3 * LONGEST)
def test_the_rehearsal_plays_three_days_and_ends_when_told(tmp_path):
    port = free_port()
    kept = {key: value for key, value in os.environ.items() if "PARUTION" not in key}
    command = [
        PARUTION, "demo", "--port", str(port), "--data", str(tmp_path / "data")
    ]  # fmt: skip
    log = tmp_path / "log"
    with (
        log.open("w") as written,
        subprocess.Popen(command, env=kept, cwd=tmp_path, stderr=written) as process,
    ):
        try:
            until(
                lambda: 'href="/rehearsal/mailbox/' in get(port, "/rehearsal/mailbox"),
                process,
            )
            # A row is an edition that is frozen; any other day has only a preview.
            until(
                lambda: '<h3><a href="/review/2018-12-06"' in get(port, "/review"),
                process,
            )
            coverage = set(
                re.findall(r'href="/coverage/(\d+)"', get(port, "/coverage"))
            )
            evidence = get(port, f"/coverage/{min(coverage, key=int)}")
            mails = get(port, "/rehearsal/mailbox").count('href="/rehearsal/mailbox/')
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    # Two releases, each to every contact once.
    assert mails == 82
    assert len(coverage) >= 5
    assert 'href="/rehearsal/press/' in evidence
    assert "job.failed" not in log.read_text()
