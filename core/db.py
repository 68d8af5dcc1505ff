"""Database: engine, transactions and the column types that behave alike on SQLite and PostgreSQL.

On SQLite every writing transaction begins with BEGIN IMMEDIATE and passes one gate of
this process that serves the ledger first: a poll's rows wait while a delivery's outcome
is written, never the other way round.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Table,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.types import TypeDecorator

from core.clock import SystemTimer, Timer
from core.errors import BadSetting
from core.wording import worded

# Names every constraint, so that migrations can drop one on either database.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A UTC datetime. SQLite forgets time zones, so naive values are refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        del dialect
        if value is None:
            return None
        return (
            value.astimezone(UTC)
            if value.tzinfo is not None
            else value.replace(tzinfo=UTC)
        )


class Wall(TypeDecorator[datetime]):
    """A wall time: what a clock on the wall shows, without a zone. Aware values are refused."""

    impl = DateTime(timezone=False)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        del dialect
        if value is not None and value.tzinfo is not None:
            raise ValueError(f"a wall time has no zone: {value!r}")
        return value


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own contract
        datetime: Moment,
        dict[str, Any]: JSON,
        list[dict[str, Any]]: JSON,
        list[dict[str, str]]: JSON,
        list[str]: JSON,
        list[int]: JSON,
    }


class Gate:
    """Lets one writer in at a time; those who are `first` overtake all others."""

    def __init__(self, timer: Timer | None = None) -> None:
        self._timer = timer or SystemTimer()
        self._condition = threading.Condition()
        self._busy = False
        self._first_waiting = 0
        # How often it was passed, and how long was waited before it, together.
        self.passed = 0
        self.waited_seconds = 0.0

    @contextmanager
    def passing(self, *, first: bool) -> Iterator[None]:
        began = self._timer.monotonic()
        with self._condition:
            if first:
                self._first_waiting += 1
                self._condition.wait_for(lambda: not self._busy)
                self._first_waiting -= 1
            else:
                self._condition.wait_for(
                    lambda: not self._busy and self._first_waiting == 0
                )
            self._busy = True
            self.passed += 1
            self.waited_seconds += self._timer.monotonic() - began
        try:
            yield
        finally:
            with self._condition:
                self._busy = False
                self._condition.notify_all()


class Database:
    """Transactions on one database. The edge opens them; nothing below commits."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # None where the database itself lets several write at once.
        self.gate = Gate() if engine.dialect.name == "sqlite" else None
        self._readers = sessionmaker(_reading(engine), expire_on_commit=False)
        self._writers = sessionmaker(
            engine.execution_options(writes=True), expire_on_commit=False
        )

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view; nothing may be written through it.

        Its rows may be used afterwards: closing rolls back without making them expire.
        """
        with self._readers() as session:
            yield session

    @contextmanager
    def write(self, *, ledger: bool = False) -> Iterator[Session]:
        """A writing transaction, committed at the end and rolled back on an error."""
        if self.gate is None:
            with self._writers.begin() as session:
                yield session
            return
        with self.gate.passing(first=ledger), self._writers.begin() as session:
            yield session

    def listen(self, name: str, function: Callable[..., Any]) -> None:
        """Call *function* at that event of every writing transaction."""
        event.listen(self._writers, name, function)

    def close(self) -> None:
        """A transaction that another thread is still in ends its connection with itself."""
        event.listen(self.engine, "checkin", _end)
        self.engine.dispose()


def _reading(engine: Engine) -> Engine:
    """What SQLite's readers are by themselves: one moment for all that a transaction reads."""
    if engine.dialect.name != "postgresql":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ")


def reserve_ids(session: Session, table: Table, count: int) -> Sequence[int]:
    """*count* ids of *table* that nobody else gets, for rows written in one go.

    Belongs into a writing transaction: on SQLite its lock is what keeps the ids ours.
    """
    if session.get_bind().dialect.name == "sqlite":
        last = session.scalar(select(func.max(table.c.id))) or 0
        return range(last + 1, last + 1 + count)
    series = func.generate_series(1, count).table_valued("one")
    sequence = f"{table.name}_id_seq"
    return session.scalars(select(func.nextval(sequence)).select_from(series)).all()


def open_database(url: str) -> Database:
    """Open *url*. A plain postgresql:// address is served by psycopg 3."""
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    # An error is logged: it says which statement failed, and nothing of whom.
    if parsed.get_backend_name() != "sqlite":
        return Database(_shared_engine(parsed))
    # A pool that blocks, because SQLite's file handles are cheap but not free.
    engine = create_engine(
        parsed,
        poolclass=QueuePool,
        pool_size=16,
        max_overflow=32,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Database(engine)


def lacks_fleet(missing: ModuleNotFoundError) -> BadSetting:
    """The error for an installation without what PostgreSQL needs."""
    return BadSetting(
        worded(
            "PostgreSQL needs the extra parution[fleet]: %(module)s is not installed.",
            module=missing.name,
        ),
        to="PARUTION_DATABASE_URL",
        mend=worded(
            "Install it with `pip install -r requirements/fleet.txt`, or name an SQLite database."
        ),
    )


def _shared_engine(url: URL) -> Engine:
    # The server may be another host: one that is cut off is noticed within 20 seconds,
    # where TCP itself would wait for a quarter of an hour.
    noticing = {
        "connect_timeout": 10,
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
    }
    try:
        engine = create_engine(
            url,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={
                name: value for name, value in noticing.items() if name not in url.query
            },
        )
    except ModuleNotFoundError as missing:
        raise lacks_fleet(missing) from missing
    event.listen(engine, "connect", _prepare_shared)
    return engine


def _prepare_shared(connection: Any, record: object) -> None:
    """The server lets go of what a worker holds that was cut off or stopped in a transaction.

    Nothing of ours waits in one for so long: the longest write a report of two minutes.
    """
    del record
    with connection.cursor() as cursor:
        for name, value in (
            ("tcp_keepalives_idle", "10"),
            ("tcp_keepalives_interval", "3"),
            ("tcp_keepalives_count", "3"),
            ("tcp_user_timeout", "20000"),
            ("idle_in_transaction_session_timeout", "150000"),
        ):
            cursor.execute("SELECT set_config(%s, %s, false)", (name, value))
    connection.commit()


def _end(connection: object, record: ConnectionPoolEntry) -> None:
    """What comes back to a pool that is closed would wait there for nobody."""
    del connection
    record.close()


def _prepare_sqlite(connection: Any, record: object) -> None:
    del record
    # The driver's own idea of transactions is turned off: we say BEGIN ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 10000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
