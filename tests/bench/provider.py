"""Ten thousand recipients through a local SendGrid, beside the library alone: COUNT.

Prints recipients a second, and their ratio, as JSON. Both speak to the same double in this
process, in turn, so only the ratio travels to other machines.
"""

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter

import sendgrid
from one_dispatch import NOON, people, planned
from sqlalchemy import select

from core import log
from core.clock import StoppedClock, SystemTimer
from core.db import Base, open_database
from core.ids import RandomIds
from core.keys import Links
from core.settings import Settings
from core.zones import pin
from distributor.channels.sendgrid import Channel
from distributor.models import Delivery
from distributor.sending.delivery import Sending

sys.path.insert(0, str(Path(__file__).parents[1] / "doubles"))
from sendgrid_double import SendGridDouble


def library_alone(double, bodies):
    """The same requests through the library, without a ledger."""
    client = sendgrid.SendGridAPIClient(double.key, host=double.url).client
    began = perf_counter()
    for body in bodies:
        client.mail.send.post(request_body=body, timeout=30)
    return perf_counter() - began


def whole_path(double, folder, count):
    settings = Settings.model_validate(
        {
            "data_dir": folder,
            "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
            "channels": {"sendgrid": double.options},
        }
    )
    database = open_database(f"sqlite:///{folder}/parution.db")
    Base.metadata.create_all(database.engine)
    ids, rules = RandomIds(), pin()
    with database.write() as session:
        people(session, count)
        planned(
            session, settings=settings, zone_rules=rules, ids=ids, channel="sendgrid"
        )
    sending = Sending(
        database=database,
        clock=StoppedClock(NOON),
        timer=SystemTimer(),
        ids=ids,
        channels={"sendgrid": Channel(Channel.Options(**double.options))},
        links=Links(["key"]),
        settings=settings,
        zone_rules=rules,
    )
    began = perf_counter()
    sending.tick()
    seconds = perf_counter() - began
    with database.read() as session:
        states = Counter(session.scalars(select(Delivery.state)))
    return seconds, states["accepted"]


def measure(count):
    with tempfile.TemporaryDirectory() as folder, SendGridDouble() as double:
        seconds, accepted = whole_path(double, folder, count)
        bodies = list({id(one.body): one.body for one in double.accepted}.values())
        alone = library_alone(double, bodies)
    return {
        "seconds": seconds,
        "a_second": count / seconds,
        "library_a_second": count / alone,
        "ratio": alone / seconds,
        "accepted": accepted,
    }


def main():
    log.configure(level="warning")
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))) + "\n")


if __name__ == "__main__":
    main()
