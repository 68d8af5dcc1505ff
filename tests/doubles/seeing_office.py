"""An office with tables, whose machine time stands still too."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from alembic import command
from screen_makers import an_office

from app.instruments import Instruments
from app.migrations import history
from app.pulse import Pulse
from app.tables import metadata
from core.jobs import Job


def make_tables(database):
    """Those of this version, without walking through their history."""
    metadata.create_all(database.engine)
    config = history.config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.stamp(config, "head")


@contextmanager
def seen_office(tmp_path, clock, ids, **changes):
    with an_office(tmp_path, clock, ids, **changes) as opened:
        told = replace(opened, timer=clock, instruments=Instruments(timer=clock))
        make_tables(told.database)
        yield told


def beat(office, *names):
    """A worker ran these jobs now."""
    pulse = Pulse(office.database, office.timer, office.settings.data_dir)
    for name in names:
        pulse.watched(a_job(name)).run()
    pulse.write()


def a_job(name, run=lambda: 0, **given):

    made = {"every": timedelta(seconds=1), "next_due": lambda: None}
    return Job(name=name, run=run, **made | given)
