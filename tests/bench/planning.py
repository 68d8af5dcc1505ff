"""How long it takes to plan a dispatch to 100,000 contacts, and in how much memory."""

import json
import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from one_dispatch import people, planned

from core.db import Base, open_database
from core.ids import RandomIds
from core.settings import Settings
from core.zones import pin

CONTACTS = 100_000


def alone(folder):
    """Measure in a process of its own: its peak memory is then the planning's."""
    done = subprocess.run(
        [sys.executable, __file__, folder],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return json.loads(done.stdout)


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(folder):
    settings = Settings.model_validate(
        {
            "data_dir": folder,
            "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
            "channels": {"smtp": {"host": "127.0.0.1"}},
        }
    )
    database = open_database(f"sqlite:///{folder}/parution.db")
    Base.metadata.create_all(database.engine)
    rules = pin()
    with database.write() as session:
        people(session, CONTACTS)
    at_start = _peak()
    began = perf_counter()
    with database.write() as session:
        planned(session, settings=settings, zone_rules=rules, ids=RandomIds())
    figures = {"seconds": perf_counter() - began, "megabytes": _peak() - at_start}
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
