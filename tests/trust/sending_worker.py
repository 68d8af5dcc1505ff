"""A worker process that only sends, to be killed: DATABASE FOLDER PORT LEASE_SECONDS CONNECTIONS PIPELINE."""

import sys
from datetime import UTC, datetime, timedelta

from app.worker import tick
from core.clock import StoppedClock, SystemTimer
from core.db import open_database
from core.ids import RandomIds
from core.keys import Links
from core.settings import Settings
from core.zones import ZoneRules
from distributor.channels.smtp import Channel
from distributor.jobs import jobs

url, folder, port, lease_seconds, connections, pipeline = sys.argv[1:]
smtp = {
    "host": "127.0.0.1",
    "port": int(port),
    "security": "none",
    "timeout": 10,
    "pipeline": int(pipeline),
}
timer = SystemTimer()
every_job = jobs(
    database=open_database(url),
    clock=StoppedClock(datetime(2026, 11, 24, 12, tzinfo=UTC)),
    timer=timer,
    ids=RandomIds(),
    channels={"smtp": Channel(Channel.Options.model_validate(smtp))},
    links=Links(["key"]),
    settings=Settings.model_validate(
        {
            # Where its flight log lies.
            "data_dir": folder,
            "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
            "channels": {"smtp": smtp},
            "sending": {"lease_seconds": lease_seconds, "connections": connections},
        }
    ),
    zone_rules=ZoneRules(version="2026c", origin="test"),
)
send = next(job for job in every_job if job.name == "send")
while True:
    # As a worker does: what a busy disk keeps from being written is tried again.
    tick(send)
    timer.wait(timedelta(milliseconds=50))
