"""One pass over the sources of a farm, in a process of its own: PHASE FOLDER GIVEN.

`add` puts the sources in; `due` makes all of them due; `poll` reads them once and prints
what it cost; `read` reads article pages. GIVEN is JSON: feeds, and settings of the office.
"""

import json
import resource
import sys
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import func, select, update

from app.bootstrap import open_office
from app.tables import metadata
from core import log
from core.settings import Settings
from core.web import Ask
from monitor.listening import listening
from monitor.models import Article, Source

sys.path.insert(0, str(Path(__file__).parents[1] / "doubles"))
from farm_sources import add_sources


def settings(folder, more):
    given = {
        "data_dir": folder,
        "fetch": {"allow_networks": "127.0.0.0/8", "pace_seconds": 0},
    }
    for section, values in more.items():
        given[section] = given.get(section, {}) | values
    return Settings.model_validate(given)


def add(office, feeds):
    metadata.create_all(office.database.engine)
    add_sources(office.database, feeds, now=office.clock.now())


def due(office):
    """All sources are due, and nothing else is."""
    now = office.clock.now()
    with office.database.write() as session:
        session.execute(
            update(Source).values(
                next_poll_at=now - timedelta(minutes=1), lease=None, leased_until=None
            )
        )
        session.execute(update(Article).values(next_read_at=None, sift_at=None))


def line_of(office):
    return listening(
        database=office.database,
        clock=office.clock,
        timer=office.timer,
        ids=office.ids,
        web=office.web,
        bounded=office.bounded,
        settings=office.settings,
        windows=lambda _: (),
    )


def used():
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "cpu": own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime,
        "megabytes": (own.ru_maxrss + children.ru_maxrss) / 1024,
    }


def poll(office):
    """What the pass costs, start of the process included, robots.txt apart.

    It is asked once a day for each site; other readers never ask it.
    """
    feeds = []
    with office.database.read() as session:
        feeds = session.scalars(select(Source.url)).all()
    before, began = used(), perf_counter()
    for _ in office.web.each([Ask(url=f"{feed}-robots") for feed in feeds]):
        pass
    robots = used()["cpu"] - before["cpu"]
    warm = perf_counter() - began
    began = perf_counter()
    reports = line_of(office).pipeline.run_due()
    wall = perf_counter() - began
    taken = used()
    with office.database.read() as session:
        articles = session.scalar(select(func.count()).select_from(Article))
    outcomes = {}
    for one in reports:
        outcomes[one.outcome] = outcomes.get(one.outcome, 0) + 1
    return {
        "cpu": taken["cpu"] - robots,
        "wall": wall,
        "megabytes": taken["megabytes"],
        "robots_cpu": robots,
        "robots_wall": warm,
        "articles": articles,
        "new": sum(one.new for one in reports),
        "outcomes": outcomes,
    }


def main(phase, folder, given):
    log.configure(level="error")
    started = used()["cpu"]
    told = json.loads(Path(given).read_text())
    with open_office(settings(folder, told["settings"])) as office:
        if phase == "add":
            figures = add(office, told["feeds"])
        elif phase == "due":
            figures = due(office)
        else:
            figures = poll(office) | {"start_cpu": started}
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
