"""`make bench`: what this machine does now. Compare ratios, never absolutes.

Prints each figure with what it was measured beside. Nothing here is asserted: a figure is
quoted from here, and a promise is kept by a test. `make bench ONLY=sending` measures one part.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import busy
import fleet
import grouping
import kills
import listening
import matching
import pages
import pdf
import planning
import postfix
import provider
import searching
import soak
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from core import log

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
DELIVERIES = 10_000
RUNS = 3
MAIL_BYTES = 20_000
# For a server on this machine: fewer threads wait for each other. A kill leaves as many in
# the air as with the defaults, 4 and 20, which suit a server that is further away.
CONNECTIONS = 2
PIPELINE = 40


def say(name, figure):
    sys.stdout.write(f"{name:<58} {figure}\n")
    sys.stdout.flush()


def measure_sending():
    """Our whole path and smtp-source, in turn, on the same sink."""
    with tempfile.TemporaryDirectory() as unpacked:
        tools = postfix.unpack(Path(unpacked))
        if tools is None:
            say("sending", "skipped: Debian's package postfix cannot be downloaded")
            return
        with tools.sink() as port:
            _beside_smtp_source(tools, port, "no DKIM", {})
        with tools.sink() as port, tempfile.TemporaryDirectory() as keys:
            key = Path(keys) / "key.pem"
            key.write_bytes(
                rsa.generate_private_key(65537, 2048).private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )
            signed = {
                "dkim_domain": "ministere.test",
                "dkim_selector": "s1",
                "dkim_key": str(key),
            }
            _beside_smtp_source(tools, port, "DKIM RSA-2048", signed)


def _beside_smtp_source(tools, port, what, options):
    ours, theirs = [], []
    for _ in range(RUNS):
        theirs.append(tools.source(port, messages=DELIVERIES, size=MAIL_BYTES))
        ours.append(one_dispatch(port, options))
    rate = statistics.median(one["a_second"] for one in ours)
    peer = statistics.median(theirs)
    say(f"{DELIVERIES} durable deliveries to smtp-sink, {what}", f"{rate:.0f}/s")
    say("  smtp-source -d -s 10, same sink, in turn", f"{peer:.0f}/s")
    say("  ratio", f"{rate / peer:.2f}")
    cpu = statistics.median(one["microseconds"] for one in ours)
    say("  our CPU for each message", f"{cpu:.0f} us")
    say("  our peak memory", f"{max(one['megabytes'] for one in ours)} MB")
    if any(one["accepted"] != DELIVERIES for one in ours):
        say("  NOT ALL WERE ACCEPTED", [one["accepted"] for one in ours])


def one_dispatch(port, smtp):
    with tempfile.TemporaryDirectory(dir=ROOT) as folder:
        for phase in ("plan", "send"):
            done = subprocess.run(
                [
                    *(sys.executable, HERE / "one_dispatch.py", phase),
                    *(str(DELIVERIES), str(port), folder),
                    json.dumps(
                        {
                            "sending": {"connections": CONNECTIONS},
                            "smtp": {"pipeline": PIPELINE} | smtp,
                        }
                    ),
                ],
                capture_output=True,
                text=True,
                check=True,
                cwd=ROOT,
            )
    return json.loads(done.stdout)


def measure_planning():
    with tempfile.TemporaryDirectory(dir=ROOT) as folder:
        figures = planning.alone(folder)
    say(
        f"a dispatch to {planning.CONTACTS} contacts is planned in",
        f"{figures['seconds']:.1f} s",
    )
    say("  memory it took beyond the start", f"{figures['megabytes']} MB")


def measure_matching(*given):
    matching.measure(say, *given)


def measure_grouping(*given):
    grouping.measure(say, *given)


def measure_sendgrid():
    figures = [provider.measure(DELIVERIES) for _ in range(RUNS)]
    seconds = statistics.median(one["seconds"] for one in figures)
    say(f"{DELIVERIES} recipients recorded durably, local SendGrid", f"{seconds:.2f} s")
    ratio = statistics.median(one["ratio"] for one in figures)
    say("  beside its library alone, same double: ratio", f"{ratio:.2f}")


def measure_kills(dispatches="100"):
    counts = []
    for seed in range(int(dispatches)):
        counts.append(kills.one(seed))
        if (seed + 1) % 10 == 0 or seed + 1 == int(dispatches):
            _say_kills(counts)


def _say_kills(counts):
    total = {
        name: sum(getattr(one, name) for one in counts)
        for name in ("kills", "lost", "doubled", "unsure", "accepted")
    }
    say(
        f"{total['kills']} kills in {len(counts)} dispatches of {kills.RECIPIENTS}",
        f"{total['lost']} lost, {total['doubled']} doubled, {total['unsure']} unsure, "
        f"{total['accepted']} accepted",
    )
    say(
        "  in the air at one kill, before its log is read (bound)",
        f"{max(one.most_doubt for one in counts)} ({kills.CONNECTIONS * kills.DEPTH})",
    )


def measure_listening(*given):
    listening.measure(say, *given)


def measure_fleet(*given):
    fleet.measure(say, *given)


def measure_soak(what="", *given):
    """Twenty days of listening; `72` is a whole office, `calls` each call of it once."""
    whole = {"72": busy.measure, "calls": busy.measure_calls}
    if what in whole:
        whole[what](say, *given)
    else:
        soak.measure(say, *((what, *given) if what else ()))


def measure_pages(*given):
    pages.measure(say, *given)


def measure_pdf():
    pdf.measure(say)


PARTS = {
    "sending": measure_sending,
    "sendgrid": measure_sendgrid,
    "planning": measure_planning,
    "kills": measure_kills,
    "matching": measure_matching,
    "grouping": measure_grouping,
    "watches": searching.measure_watches,
    "search": searching.measure,
    "listening": measure_listening,
    "fleet": measure_fleet,
    "pages": measure_pages,
    "pdf": measure_pdf,
    "soak": measure_soak,
}


def main(only="", *given):
    log.configure(level="warning")
    for name, measure in PARTS.items():
        # Half an hour of kills, of making an index, an office or three weeks only when asked for.
        if only == name or (
            not only and name not in {"kills", "pages", "search", "soak"}
        ):
            measure(*given)


if __name__ == "__main__":
    main(*sys.argv[1:])
