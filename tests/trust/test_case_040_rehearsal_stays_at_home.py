"""A rehearsal sends and reads everything on this machine, and never tries to leave it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from boxes import need

PARUTION = Path(sys.executable).with_name("parution")
ALONE = ["unshare", "--map-root-user", "--net"]


@pytest.mark.timeout(400)
def test_a_rehearsal_needs_no_network_and_asks_for_none(tmp_path):
    need(
        shutil.which("ip") and shutil.which("unshare"),
        "The programs ip and unshare are missing: apt install iproute2 util-linux",
    )
    allowed = subprocess.run([*ALONE, "true"], capture_output=True, check=False)
    need(allowed.returncode == 0, "This machine lets nobody make a network namespace.")
    inside = 'ip link set lo up && exec "$@"'
    script = Path(__file__).with_name("at_home.py")
    done = subprocess.run(
        [
            *ALONE,
            "sh",
            "-c",
            inside,
            "sh",
            sys.executable,
            script,
            PARUTION,
            tmp_path,
            "8321",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert found["mails"] > 0
    assert found["coverage"] > 0
    assert found["tried_to_leave"] == 0
    assert found["status"] == 0
