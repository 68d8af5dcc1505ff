"""Runs what the container runs under the container's restrictions: PARUTION PORT FOLDER.

Started in namespaces of its own, where the whole disk is read-only but for FOLDER. Prints
what it saw of the office and of the process.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

PATIENCE = 60  # seconds
parution, port, folder = sys.argv[1:]
DATA = Path(folder) / "data"
# As `docker-compose.yml` and the Dockerfile give them.
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "TMPDIR": f"{folder}/tmp",
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PARUTION_DATA_DIR": str(DATA),
    "PARUTION_WEB__HOST": "0.0.0.0",  # noqa: S104 - in a network of its own
    "PARUTION_WEB__PORT": port,
}
LOCKED = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--"]


def get(path):
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}{path}", timeout=5
        ) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""
    except OSError:
        return 0, ""


def may_write(path):
    try:
        path.write_text("")
    except OSError as error:
        return error.strerror
    return "written"


def said_of(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def run(*words, send=""):
    done = subprocess.run(
        [*LOCKED, parution, *words],
        env=ENVIRONMENT,
        input=send,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode


for one in ("data", "tmp"):
    (Path(folder) / one).mkdir()
log = Path(folder) / "tmp" / "log"
with (
    log.open("w") as out,
    subprocess.Popen(
        [*LOCKED, parution, "serve"], env=ENVIRONMENT, stdout=out, stderr=out
    ) as process,
):
    deadline = time.monotonic() + PATIENCE
    while get("/health/ready")[0] != 200 and time.monotonic() < deadline:
        time.sleep(0.2)
    status = said_of(process.pid)
    found = {
        "ready": get("/health/ready")[0],
        "login": get("/login")[0],
        "healthcheck": run("healthcheck"),
        "made a user": run(
            "user",
            "add",
            "samira",
            "--role",
            "reader",
            send="une phrase assez longue 42\n",
        ),
        "outside": may_write(Path(parution).with_name("written")),
        "capabilities": status["CapEff"],
        "no new privileges": status["NoNewPrivs"],
    }
    process.send_signal(signal.SIGTERM)
    found["status"] = process.wait(timeout=60)
found["healthcheck when ended"] = run("healthcheck")
found["kept"] = sorted(one.name for one in DATA.iterdir())
found["log"] = log.read_text()[-2000:]
sys.stdout.write(json.dumps(found))
