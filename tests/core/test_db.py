"""Transactions, the gate and the column types, on both engines."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from core.clock import SystemTimer
from core.db import Gate, open_database
from core.models import Outlet, Release, Version
from core.zones import zone

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)
# A deadline, never a pause: only a broken gate waits so long.
DEADLINE = 60


def _release(**given):
    needed = {
        "number": "112/2026",
        "kind": "communique",
        "zone": "Africa/Casablanca",
        "created_at": NINE,
    }
    return Release(**(needed | given))


def _count(database):
    with database.read() as session:
        return _count_in(session)


def _count_in(session):
    return session.scalar(select(func.count()).select_from(Outlet))


@pytest.mark.parametrize(
    "moment",
    [
        NINE,
        NINE.astimezone(zone("Asia/Riyadh")),
        NINE.astimezone(timezone(timedelta(hours=-3, minutes=-30))),
        NINE.replace(microsecond=123456),
    ],
)
def test_a_moment_comes_back_in_utc(each_database, moment):
    with each_database.write() as session:
        session.add(_release(embargo_at=moment))
    with each_database.read() as session:
        kept = session.scalars(select(Release)).one().embargo_at
    assert kept == moment
    assert kept.tzinfo is UTC


def test_a_wall_time_comes_back_without_a_zone(each_database):
    wall = datetime(2026, 11, 24, 9)
    with each_database.write() as session:
        session.add(_release(embargo_wall=wall))
    with each_database.read() as session:
        kept = session.scalars(select(Release)).one()
        assert (kept.embargo_wall, kept.event_wall, kept.event_at) == (wall, None, None)


def test_a_naive_moment_is_refused(each_database):
    with (
        pytest.raises(StatementError, match="naive datetime"),
        each_database.write() as session,
    ):
        session.add(_release(created_at=datetime(2026, 11, 24, 9)))


def test_an_aware_wall_time_is_refused(each_database):
    with (
        pytest.raises(StatementError, match="a wall time has no zone"),
        each_database.write() as session,
    ):
        session.add(_release(embargo_wall=NINE))


def test_a_transaction_that_fails_leaves_nothing(each_database):
    with pytest.raises(IntegrityError), each_database.write() as session:
        session.add_all([Outlet(name="Le Quotidien"), Outlet(name="Le Quotidien")])
    assert _count(each_database) == 0


def test_what_is_added_while_reading_is_not_kept(each_database):
    with each_database.read() as session:
        session.add(Outlet(name="Le Quotidien"))
        session.flush()
    assert _count(each_database) == 0


def test_a_row_that_points_nowhere_is_refused(each_database):
    with pytest.raises(IntegrityError), each_database.write() as session:
        session.add(
            Version(release_id=7, language="fr", title="t", body="b", file_name="f")
        )


def test_rows_that_were_read_may_be_used_after_the_transaction(each_database):
    with each_database.write() as session:
        session.add(Outlet(name="Le Quotidien"))
    with each_database.read() as session:
        outlet = session.scalars(select(Outlet)).one()
    assert outlet.name == "Le Quotidien"


def test_two_writers_do_not_fail(each_database):
    _write_from_threads([each_database, each_database])
    assert _count(each_database) == 60


def test_two_processes_worth_of_writers_do_not_fail(each_database):
    # A second gate knows nothing of the first, as in a second process.
    url = each_database.engine.url.render_as_string(hide_password=False)
    other = open_database(url)
    try:
        _write_from_threads([each_database, other])
    finally:
        other.close()
    assert _count(each_database) == 60


def _write_from_threads(databases):
    failures = []

    def write(database, writer):
        try:
            for number in range(30):
                with database.write() as session:
                    session.scalar(select(func.count()).select_from(Outlet))
                    session.add(Outlet(name=f"{writer}-{number}"))
        except Exception as error:  # noqa: BLE001 - carried to the test's own thread
            failures.append(error)

    threads = [
        threading.Thread(target=write, args=(database, writer))
        for writer, database in enumerate(databases)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert failures == []


def test_reading_goes_on_while_somebody_writes(each_database):
    with each_database.write() as session:
        session.add(Outlet(name="Le Quotidien"))
        session.flush()
        assert _count(each_database) == 0
    assert _count(each_database) == 1


@pytest.mark.sqlite
def test_the_embedded_database_is_durable_and_guards_its_keys(database):
    with database.read() as session:
        found = [
            session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1]


def test_a_plain_postgresql_address_is_served_by_psycopg():
    opened = open_database("postgresql://parution@127.0.0.1/parution")
    assert opened.engine.dialect.driver == "psycopg"
    opened.close()


def test_the_gate_serves_the_ledger_first():
    gate, order, timer = Gate(), [], SystemTimer()

    def pass_by(name, *, first):
        with gate.passing(first=first):
            order.append(name)

    threads = [
        threading.Thread(target=pass_by, args=(f"poll {number}",), kwargs={"first": 0})
        for number in range(5)
    ]
    ledger = threading.Thread(target=pass_by, args=("ledger",), kwargs={"first": True})
    with gate.passing(first=False):
        for thread in [*threads, ledger]:
            thread.start()
        ends = timer.monotonic() + DEADLINE
        while gate._first_waiting == 0:
            assert timer.monotonic() < ends
            timer.wait(timedelta(milliseconds=1))
        assert order == []
    for thread in [*threads, ledger]:
        thread.join(DEADLINE)
    assert order[0] == "ledger"
    assert len(order) == 6


def test_the_gate_opens_again_after_an_error():
    gate = Gate()
    with pytest.raises(KeyError), gate.passing(first=True):
        raise KeyError
    with gate.passing(first=False):
        pass


@pytest.mark.postgres
def test_a_server_lets_go_of_a_worker_that_is_cut_off(postgres_url):
    shared = open_database(postgres_url)
    try:
        with shared.engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT name, setting FROM pg_settings WHERE name IN"
                    " ('idle_in_transaction_session_timeout', 'tcp_keepalives_idle',"
                    " 'tcp_user_timeout')"
                )
            ).all()
    finally:
        shared.close()
    assert {row.name: int(row.setting) for row in rows} == {
        "idle_in_transaction_session_timeout": 150_000,
        "tcp_keepalives_idle": 10,
        "tcp_user_timeout": 20_000,
    }


def test_a_transaction_that_outlasts_its_database_leaves_no_open_connection(
    empty_database,
):
    """A thread that hangs in one may come back after the office has closed."""
    outlasting = empty_database.read()
    session = outlasting.__enter__()
    assert session.scalar(select(1)) == 1
    held = session.connection().connection.dbapi_connection
    empty_database.close()
    assert session.scalar(select(1)) == 1
    outlasting.__exit__(None, None, None)
    with pytest.raises(Exception, match="closed"):
        held.execute("SELECT 1")


def test_a_reader_sees_one_moment(each_database):
    """The figures of a report agree, whatever is written while it is made."""
    with each_database.read() as session:
        assert _count_in(session) == 0
        with each_database.write() as writing:
            writing.add(Outlet(name="Le Matin"))
        assert _count_in(session) == 0
    assert _count(each_database) == 1
