"""Runs a script where the disk is read-only but for a small memory disk, and no network is."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLACE = "/mnt"
ALONE = ["unshare", "--map-root-user", "--net", "--mount", "--pid", "--fork"]
BOX = (
    "ip link set lo up && mount --make-rprivate / && mount -t tmpfs -o size=$1 tmpfs /mnt"
    " && mount -t tmpfs tmpfs /media && export TMPDIR=/media"
    ' && mount -o remount,bind,ro / && mount -t proc proc /proc && shift && exec "$@"'
)


def need(condition, wanted):
    if not condition:
        if "CI" in os.environ:
            pytest.fail(wanted)
        pytest.skip(wanted)


def boxed(script, *words, size):
    """What a script, given PLACE after *words*, prints as JSON. *size* as tmpfs reads it."""
    programs = ("ip", "unshare", "setpriv", "mount")
    need(
        all(map(shutil.which, programs)),
        "Programs are missing: apt install iproute2 util-linux mount",
    )
    allowed = subprocess.run(
        [*ALONE, "sh", "-c", BOX, "sh", size, "true"], capture_output=True, check=False
    )
    need(allowed.returncode == 0, "This machine lets nobody make a read-only disk.")
    done = subprocess.run(
        [*ALONE, "sh", "-c", BOX, "sh", size, sys.executable, script, *words, PLACE],
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
        # The script finds what tests find.
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests/doubles'}"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
