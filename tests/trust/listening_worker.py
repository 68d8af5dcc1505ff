"""A worker process that only listens, to be killed: DATABASE PORT HOUR, the hour it begins at."""

import sys
from datetime import UTC, datetime, timedelta

from core.bounded import Bounded
from core.clock import StoppedClock, SystemTimer
from core.db import open_database
from core.ids import RandomIds
from core.settings import Settings
from core.web import open_web
from monitor.listening import listening

url, hour = sys.argv[1:]
settings = Settings.model_validate(
    {
        "fetch": {"allow_networks": "127.0.0.0/8", "pace_seconds": 0},
        "polling": {"floor_minutes": 1, "night_floor_minutes": 1},
    }
)
timer = SystemTimer()
clock = StoppedClock(datetime(2026, 11, 24, tzinfo=UTC) + timedelta(hours=int(hour)))
line = listening(
    database=open_database(url),
    clock=clock,
    timer=timer,
    ids=RandomIds(),
    web=open_web(settings.fetch, timer=timer),
    bounded=Bounded(),
    settings=settings,
    windows=lambda _: [],
)
while True:
    line.pass_over()
    line.sifter.look_back()
    sys.stdout.write("passed\n")
    sys.stdout.flush()
    clock.wait(timedelta(hours=12))
