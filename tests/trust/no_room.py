"""Starts the office where its folder cannot be used, in several ways: PARUTION FOLDER."""

import json
import os
import subprocess
import sys
from pathlib import Path

parution, folder = sys.argv[1], Path(sys.argv[2])
LOCKED = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--"]


def started(data, *words, **more):
    done = subprocess.run(
        [*LOCKED, parution, *(words or ("serve",))],
        env={"PATH": os.environ["PATH"], "TMPDIR": os.environ["TMPDIR"]}
        | {"PARUTION_DATA_DIR": str(data)}
        | more,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return {"status": done.returncode, "said": done.stderr[-600:]}


mine = folder / "office"
kept = started(mine, "user", "list")
(folder / "locked").mkdir(mode=0o500)
(folder / "file").write_text("not a folder")
subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
found = {
    "made": kept,
    "read-only with an office": started(mine),
    "read-only without one": started(folder / "new"),
    "a folder that cannot be made": started(Path("/srv/parution/office")),
    "a file": started(folder / "file"),
    "doctor": started(mine, "doctor"),
    "read": started(mine, "user", "list"),
}
sys.stdout.write(json.dumps(found))
