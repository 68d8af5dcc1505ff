"""One dispatch to a local mail server, alone in its process: PHASE COUNT PORT FOLDER OPTIONS.

PHASE is `plan` or `send`, which prints what it measured as JSON. Processes of their own, so
that CPU time and peak memory are the sender's and nobody else's.
"""

import json
import resource
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time

from sqlalchemy import insert, select

from core import log
from core.clock import StoppedClock, SystemTimer
from core.db import Base, open_database
from core.ids import RandomIds
from core.keys import Links
from core.settings import Settings
from core.zones import pin
from distributor.channels.smtp import Channel
from distributor.contacts import lists
from distributor.jobs import jobs
from distributor.models import Contact, Delivery, Membership
from distributor.releases import importing
from distributor.sending.plan import plan

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
# Makes mails of about 20 KB, like the field study's.
PARAGRAPH = (
    "Le ministère réunit les agences urbaines à Rabat pour la cinquième fois. " * 8
)


def people(session, count):
    """A mailing list of so many contacts, with few statements."""
    mailing_list = lists.by_name_or_new(session, "all")
    for start in range(0, count, 5_000):
        part = range(start, min(start + 5_000, count))
        session.execute(
            insert(Contact),
            [
                {
                    "id": number + 1,
                    "address": f"p{number}@press.test",
                    "address_key": f"p{number}@press.test",
                    "name": f"Personne {number}",
                    "languages": ["fr"],
                    "beats": [],
                    "provenance": "bench",
                    "created_at": NOON,
                    "updated_at": NOON,
                }
                for number in part
            ],
        )
        session.execute(
            insert(Membership),
            [
                {"mailing_list_id": mailing_list.id, "contact_id": number + 1}
                for number in part
            ],
        )


def a_release(session, *, paragraphs=10):
    return importing.store(
        session,
        number="1/2026",
        kind="communique",
        versions=[
            importing.ImportedVersion(
                language="fr",
                title="Rencontre des agences urbaines",
                body="\n\n".join([PARAGRAPH] * paragraphs),
                file_name="note.fr.md",
            )
        ],
        zone="UTC",
        embargo_wall=None,
        event_wall=None,
        now=NOON - timedelta(hours=1),
    )


def planned(session, *, settings, zone_rules, ids, channel="smtp"):
    release = a_release(session)
    return plan(
        session,
        release_id=release.id,
        list_name="all",
        wall=NOON.replace(tzinfo=None),
        zone="UTC",
        channel=channel,
        settings=settings,
        zone_rules=zone_rules,
        ids=ids,
        now=NOON - timedelta(hours=1),
    )


def main():
    phase, count, port, folder, options = sys.argv[1:]
    log.configure(level="warning")
    smtp = {"host": "127.0.0.1", "port": int(port), "security": "none"}
    given = json.loads(options)
    settings = Settings.model_validate(
        {
            "data_dir": folder,
            "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
            "sending": given.get("sending", {}),
            "channels": {"smtp": smtp | given.get("smtp", {})},
        }
    )
    database = open_database(f"sqlite:///{folder}/parution.db")
    if phase == "send":
        sys.stdout.write(json.dumps(send(database, settings, int(count))))
        return
    Base.metadata.create_all(database.engine)
    with database.write() as session:
        people(session, int(count))
        planned(session, settings=settings, zone_rules=pin(), ids=RandomIds())


def send(database, settings, count):
    channel = Channel(Channel.Options.model_validate(settings.channels["smtp"]))
    job = next(
        job
        for job in jobs(
            database=database,
            clock=StoppedClock(NOON),
            timer=SystemTimer(),
            ids=RandomIds(),
            channels={"smtp": channel},
            links=Links(["key"]),
            settings=settings,
            zone_rules=pin(),
        )
        if job.name == "send"
    )
    began, cpu = perf_counter(), process_time()
    job.run()
    seconds, cpu = perf_counter() - began, process_time() - cpu
    with database.read() as session:
        states = Counter(session.scalars(select(Delivery.state)))
    return {
        "a_second": count / seconds,
        "microseconds": cpu / count * 1e6,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "accepted": states["accepted"],
    }


if __name__ == "__main__":
    main()
