"""How long it takes to choose the due ones among 100,000 sources, on either database."""

import statistics
import sys
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import create_engine, insert, text

from app.tables import metadata
from core.db import open_database
from core.models import Outlet
from monitor.intake import claiming
from monitor.models import Source

sys.path.insert(0, str(Path(__file__).parents[1] / "doubles"))
from postgres_server import postgres_server, programs

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SOURCES = 100_000
_CLAIMED = 50
_ROUNDS = 40


def fill(database, *, due, on_one_domain):
    """A share of the sources is due; a share of all is on one domain, due the longest."""
    metadata.create_all(database.engine)
    rows = [
        {
            "outlet_id": 1,
            "kind": "feed",
            "url": f"https://site-{number}.test/feed",
            "domain": "one.test" if number < on_one_domain else f"site-{number}.test",
            "options": {},
            "profile": {},
            "state": "ok",
            "state_since": NOW,
            "interval_seconds": 1800,
            "next_poll_at": NOW
            + timedelta(seconds=(number / SOURCES - due) * 3600 * 10),
        }
        for number in range(SOURCES)
    ]
    with database.write() as session:
        session.execute(insert(Outlet), [{"id": 1, "name": "A"}])
        for begin in range(0, SOURCES, 5_000):
            session.execute(insert(Source), rows[begin : begin + 5_000])
    with database.write() as session:
        session.execute(text("ANALYZE"))


def milliseconds(database):
    """The median and the slowest of some claims, each committed, one after the other."""
    taken = []
    for number in range(_ROUNDS):
        began = perf_counter()
        with database.write() as session:
            claimed = claiming.claim(
                session,
                now=NOW,
                stamp=NOW,
                token=str(number),
                limit=_CLAIMED,
                kinds=["feed"],
            )
        taken.append((perf_counter() - began) * 1000)
        if not claimed:
            raise RuntimeError("nothing was due")
    return statistics.median(taken), max(taken)


@contextmanager
def sqlite():
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/parution.db")
        yield database
        database.close()


@contextmanager
def postgresql():
    with postgres_server() as address:
        server = create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text("CREATE DATABASE parution"))
        server.dispose()
        database = open_database(f"{address}/parution")
        yield database
        database.close()


CASES = {
    "10 % due": {"due": 0.1, "on_one_domain": 0},
    "all due": {"due": 1.0, "on_one_domain": 0},
    "20,000 of one domain first": {"due": 0.5, "on_one_domain": 20_000},
}


def measure(say):
    engines = {"SQLite": sqlite} | ({"PostgreSQL": postgresql} if programs() else {})
    for name, engine in engines.items():
        for case, shape in CASES.items():
            with engine() as database:
                fill(database, **shape)
                middle, most = milliseconds(database)
            say(
                f"choosing {_CLAIMED} of {SOURCES} sources, {case}, {name}",
                f"{middle:.1f} ms, at most {most:.1f}",
            )


if __name__ == "__main__":
    measure(lambda *said: sys.stdout.write(f"{said[0]:<70} {said[1]}\n"))
