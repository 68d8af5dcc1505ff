"""`make demo`'s own process: three days of a press office, played to the morning review."""

import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from socket import socket

import pytest

PARUTION = Path(sys.executable).with_name("parution")
# A row is a frozen edition; any other day has only a preview, and a button for today's.
# The last morning's edition, validated by the officer and on its way.
SENT = 'class="state state-sent"'


def get(port, path):
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}{path}", timeout=10
        ) as answer:
            return answer.read().decode()
    except (urllib.error.URLError, OSError):
        return ""


def until(condition, *, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.5)
    raise AssertionError(f"not within {seconds} s")


@pytest.mark.timeout(420)
def test_the_rehearsal_ends_with_coverage_in_the_review(tmp_path):
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [PARUTION, "demo", "--port", str(port), "--data", str(tmp_path / "demo")]
    log = tmp_path / "log"
    with (
        log.open("w") as written,
        subprocess.Popen(command, stderr=written) as process,
    ):
        try:
            until(lambda: get(port, "/health/ready"), seconds=60)
            until(
                lambda: "لقاء الوكالات الحضرية" in get(port, "/rehearsal/mailbox"),
                seconds=150,
            )
            until(lambda: get(port, "/coverage").count('class="row"') >= 5, seconds=150)
            until(lambda: SENT in get(port, "/review/2018-12-06"), seconds=300)
            coverage = re.findall(r'href="(/coverage/\d+)"', get(port, "/coverage"))
            evidence = get(port, coverage[0])
            mailbox = get(port, "/rehearsal/mailbox")
            review = get(port, "/review/2018-12-06?lang=en")
            sent = get(port, "/dispatches/2?lang=en")
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    # Two releases to each newsroom, and at least three editions to two readers.
    assert mailbox.count('href="/rehearsal/mailbox/') >= 2 * 41 + 3 * 2
    assert "القراءة الصحفية رقم" in mailbox
    assert 'href="/rehearsal/press/' in evidence
    assert "job.failed" not in log.read_text()
    assert "25 of 27 sources read." in review
    assert "Le Portail Réservé" in review
    assert "Radio Vague" in review
    assert review.count('class="review-line"') >= 5
    assert 'data-count="unsure"><bdi>0<' in sent
    assert 'data-count="accepted"><bdi>41<' in sent


def test_a_folder_that_is_not_a_rehearsal_is_left_alone(tmp_path):
    (tmp_path / "precious.txt").write_text("mine")
    done = subprocess.run(
        [PARUTION, "demo", "--data", tmp_path],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert str(tmp_path) in done.stderr
    assert (tmp_path / "precious.txt").read_text() == "mine"
