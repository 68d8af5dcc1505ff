"""A busy office with random faults: every promise holds after every step, on each engine.

Here a day and a morning of a small office. Three days of a larger one, with as many seeds as
wanted, are `make bench ONLY="soak 72 sqlite 1 20"`: engine, first seed, how many.
"""

import itertools

import pytest
from invariants_reporting import numbers_agree
from office_ground import BusyOffice, Size
from office_growth import Held
from quiet_logs import quiet_logs
from sqlalchemy import create_engine, select, text

from app.reviews.models import Edition

SMALL = Size(days=1, contacts=30, dispatches=8, sites=6)
SEED = 7


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def new_url(request, tmp_path):
    """Each time it is called, the address of another empty database."""
    numbers = itertools.count()
    if request.param == "sqlite":
        yield lambda: f"sqlite:///{tmp_path}/office-{next(numbers)}.db"
        return
    address = request.getfixturevalue("postgres_url").rpartition("/")[0]
    server = create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT")
    made = []

    def new():
        made.append(f"busy_{next(numbers)}")
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {made[-1]}"))
        return f"{address}/{made[-1]}"

    yield new
    with server.connect() as connection:
        for name in made:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def test_a_busy_day_with_faults_breaks_no_promise(new_url, tmp_path):
    with (
        quiet_logs(),
        BusyOffice(tmp_path, new_url, seed=SEED, size=SMALL) as office,
    ):
        before = []

        def tell(_):
            if office.counts["steps"] == 10:
                with office.faults.resting():
                    before.append(held(office))

        office.live(tell=tell)
        _gathered_nothing(before[0], held(office), jobs=len(office.jobs))
        # Else it would be true of an office that slept.
        assert office.counts["deaths"] > 3
        assert len(office.outside.arrivals) > 50
        assert sum(len(one.printed) for one in office.press.papers) > 10
        with office.office.database.read() as session:
            kept = session.scalars(select(Edition).where(Edition.number > 0)).all()
            assert kept, "an edition was frozen"
            assert (
                list(numbers_agree(session, kept[-1], formats={"html", "json"})) == []
            )


def held(office):
    return Held.of(office.office.database, office.folder)


def _gathered_nothing(before, after, *, jobs):
    """Case 48, in small: what a process holds at its end it held when it was warm."""
    # Each server double keeps a thread for a line that idles.
    assert after.threads <= before.threads + 4
    assert after.files <= before.files + 8
    assert (after.flights, after.leases) == (0, 0)
    assert after.pulses <= jobs
