"""Runs a rehearsal where no network is, and says what it did: PARUTION FOLDER PORT.

Started inside a network namespace of its own. Prints the mails and the coverage it saw, and
how many packets the kernel had no way to send.
"""

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

PATIENCE = 270  # seconds
parution, folder, port = sys.argv[1:]


def get(path):
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}{path}", timeout=10
        ) as answer:
            return answer.read().decode()
    except (urllib.error.URLError, OSError):
        return ""


def seen():
    return {
        "mails": get("/rehearsal/mailbox").count('href="/rehearsal/mailbox/'),
        "coverage": get("/coverage").count('class="row"'),
    }


def without_a_way_out():
    names, values = (
        line.split()
        for line in Path("/proc/net/snmp").read_text().splitlines()
        if line.startswith("Ip:")
    )
    four = int(values[names.index("OutNoRoutes")])
    six = dict(
        line.split() for line in Path("/proc/net/snmp6").read_text().splitlines()
    )
    return four + int(six["Ip6OutNoRoutes"])


command = [parution, "demo", "--port", port, "--data", f"{folder}/demo"]
with (
    Path(f"{folder}/log").open("w") as log,
    subprocess.Popen(command, stdout=log, stderr=log) as process,
):
    deadline = time.monotonic() + PATIENCE
    # What is there once counts: its people may put a first proposal away at once.
    while not all((found := seen()).values()) and time.monotonic() < deadline:
        time.sleep(0.5)
    found |= {"tried_to_leave": without_a_way_out()}
    process.send_signal(signal.SIGTERM)
    found["status"] = process.wait(timeout=30)
sys.stdout.write(json.dumps(found))
