"""What is installed is whole: the wheel carries the data beside the code."""

import subprocess
import sys
import zipfile
from pathlib import Path

from app.web.help import FILES

ROOT = Path(__file__).parents[2]
CARRIED = {
    "core": "core",
    "distributor": "distributor",
    "monitor": "monitor",
    "app": "app",
    "templates": "app/_templates",
    "config": "app/_config",
}


def test_the_wheel_carries_code_templates_settings_words_and_migrations(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        inside = set(opened.namelist())
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", *CARRIED],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    missing = [
        path
        for path in listed.split("\0")
        if path
        and (ROOT / path).is_file()
        and path.replace(path.split("/")[0], CARRIED[path.split("/")[0]], 1)
        not in inside
    ]
    assert missing == []
    # The pages that /help shows.
    for names in FILES.values():
        assert {f"app/_docs/{name}" for name in names.values()} <= inside
    assert not [name for name in inside if name.startswith(("tests/", "docs/"))]
