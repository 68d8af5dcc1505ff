"""`make bench`: what this machine does now. Compare ratios, never absolutes.

Prints each figure with what it was measured on. Nothing here is asserted: a figure is quoted
from here, and a promise is kept by a test.
"""

import json
import resource
import smtplib
import socket
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from aiosmtpd.controller import Controller

from app.bootstrap import open_office
from app.jobs import all_jobs
from app.migrations.history import upgrade
from core import log
from core.clock import SystemTimer
from core.settings import Settings
from distributor.contacts import importing as contact_importing
from distributor.releases import importing as release_importing
from distributor.sending.plan import plan
from monitor.matching.attribute import attribute
from monitor.matching.index import ReleaseIndex
from monitor.matching.profile import release_text
from monitor.matching.values import ArticleText

ROOT = Path(__file__).parents[2]
DELIVERIES = 1000


def say(name, figure):
    sys.stdout.write(f"{name:<58} {figure}\n")


class Sink:
    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        return "250 OK"


class Now:
    def now(self):
        return datetime(2026, 11, 24, 9, tzinfo=UTC)


def measure_sending(folder, port):
    settings = Settings.model_validate(
        {
            "data_dir": folder,
            "channels": {
                "smtp": {"host": "127.0.0.1", "port": port, "security": "none"}
            },
        }
    )
    people = folder / "people.csv"
    people.write_text(
        "email,languages,provenance\n"
        + "".join(f"p{n}@press.test,fr,bench\n" for n in range(DELIVERIES))
    )
    clock = Now()
    with open_office(settings, clock=clock, timer=SystemTimer()) as office:
        upgrade(office.database)
        with office.database.write() as session:
            release = release_importing.store(
                session,
                number="1/2026",
                kind="communique",
                versions=release_importing.read(
                    [
                        ROOT
                        / "config/rehearsal/releases/rencontre-agences-urbaines.fr.md"
                    ]
                ),
                zone="UTC",
                embargo_wall=None,
                event_wall=None,
                now=clock.now(),
            )
            contact_importing.store(
                session,
                contact_importing.read(people).rows,
                list_name="all",
                now=clock.now(),
            )
            plan(
                session,
                release_id=release.id,
                list_name="all",
                wall=clock.now().replace(tzinfo=None),
                zone="UTC",
                channel="smtp",
                settings=settings,
                zone_rules=office.zone_rules,
                ids=office.ids,
                now=clock.now(),
            )
        job = next(job for job in all_jobs(office) if job.name == "send")
        began = perf_counter()
        job.run()
        return DELIVERIES / (perf_counter() - began)


def measure_peer(port):
    """The same sink, one connection of smtplib, one fixed message, no ledger."""
    message = b"Subject: x\r\n\r\n" + (b"x" * 74 + b"\r\n") * 130
    began = perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for number in range(DELIVERIES):
            connection.sendmail("a@a.test", [f"p{number}@press.test"], message)
    return DELIVERIES / (perf_counter() - began)


def measure_matching():
    gold = ROOT / "tests/data/gold"
    rows = [
        json.loads(line)
        for line in (gold / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    folder = ROOT / "config/rehearsal/releases"
    versions = {
        one.language: (one.title, one.body)
        for one in release_importing.read(sorted(folder.glob("rencontre-*.md")))
    }
    index = ReleaseIndex([release_text(release_id="1", versions=versions)])
    articles = [
        ArticleText(id=row["id"], title=row["title"], body=row["body"]) for row in rows
    ]
    attribute(articles[0], index)
    began = perf_counter()
    for article in articles:
        attribute(article, index)
    return (perf_counter() - began) / len(articles) * 1000


def main():
    log.configure(level="warning")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            ours = measure_sending(Path(folder), port)
        peer = measure_peer(port)
    finally:
        controller.stop()
    say(f"{DELIVERIES} deliveries to aiosmtpd, durable ledger", f"{ours:.0f}/s")
    say("smtplib alone, one connection, same sink", f"{peer:.0f}/s")
    say("ratio", f"{ours / peer:.2f}")
    say(
        "one article of the gold set against one release",
        f"{measure_matching():.1f} ms",
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say("peak memory of this process, sink included", f"{peak} MB")


if __name__ == "__main__":
    main()
