"""A worker of a fleet as a process, to be killed, stopped or cut off: a file of settings.

It hands out and takes as `parution worker` does; its office clock stands still.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

from app.fleet.handing import handing_out
from app.serve import run
from core import log
from core.bounded import Bounded
from core.clock import StoppedClock, SystemTimer
from core.db import open_database
from core.ids import RandomIds
from core.keys import Links
from core.settings import Settings
from core.web import open_web
from core.zones import pin
from distributor import jobs as sending
from distributor.channels.smtp import Channel
from monitor import jobs as listening

given = json.loads(Path(sys.argv[1]).read_text())
log.configure(level="info")
settings = Settings.model_validate(given["settings"])
timer = SystemTimer()
clock = StoppedClock(datetime.fromisoformat(given["office_time"]))
database = open_database(given["url"])
smtp = Channel.Options.model_validate(settings.channels["smtp"])
every_job = [
    *sending.jobs(
        database=database,
        clock=clock,
        timer=timer,
        ids=RandomIds(),
        channels={"smtp": Channel(smtp)},
        links=Links(["key"]),
        settings=settings,
        zone_rules=pin(),
    ),
    *listening.jobs(
        database=database,
        clock=clock,
        timer=timer,
        ids=RandomIds(),
        web=open_web(settings.fetch, timer=timer),
        bounded=Bounded(),
        settings=settings,
        windows=lambda _: [],
    ),
]
with handing_out(
    [job for job in every_job if job.name in given["jobs"]],
    database=database,
    settings=settings,
) as handed:
    sys.stdout.write('{"event": "ticking"}\n')
    sys.stdout.flush()
    run(jobs=handed, fronts=())
