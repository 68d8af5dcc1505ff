"""Case 95: what the container runs works with a read-only disk, no capability, no privilege."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PARUTION = Path(sys.executable).with_name("parution")
ALONE = ["unshare", "--map-root-user", "--net", "--mount", "--pid", "--fork"]
# The only place that may be written is a memory disk, as the container's volumes are.
BOX = (
    "ip link set lo up && mount --make-rprivate / && mount -t tmpfs tmpfs /mnt"
    ' && mount -o remount,bind,ro / && mount -t proc proc /proc && exec "$@"'
)


def need(condition, wanted):
    if not condition:
        if "CI" in os.environ:
            pytest.fail(wanted)
        pytest.skip(wanted)


@pytest.fixture(scope="module")
def found():
    programs = ("ip", "unshare", "setpriv", "mount")
    need(
        all(map(shutil.which, programs)),
        "Programs are missing: apt install iproute2 util-linux mount",
    )
    allowed = subprocess.run(
        [*ALONE, "sh", "-c", BOX, "sh", "true"], capture_output=True, check=False
    )
    need(allowed.returncode == 0, "This machine lets nobody make a read-only disk.")
    script = Path(__file__).with_name("boxed_in.py")
    done = subprocess.run(
        [
            *ALONE,
            "sh",
            "-c",
            BOX,
            "sh",
            sys.executable,
            script,
            PARUTION,
            "/mnt",
            "8321",
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_office_is_ready_and_its_health_check_tells_the_truth(found):
    assert (found["ready"], found["login"]) == (200, 200), found["log"]
    assert (found["healthcheck"], found["healthcheck when ended"]) == (0, 1)
    assert found["made a user"] == 0


def test_the_process_holds_no_capability_and_may_win_none(found):
    assert int(found["capabilities"], 16) == 0
    assert found["no new privileges"] == "1"


def test_nothing_is_written_but_to_its_folder(found):
    assert "Read-only" in found["outside"]
    assert {"parution.db", "secret_key"} <= set(found["kept"])


def test_it_ends_well_when_it_is_told_to(found):
    assert found["status"] == 0, found["log"]
