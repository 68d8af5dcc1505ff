"""Back up, verify, restore and move an office: nothing is called done before it is compared."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import pyrage
from sqlalchemy import Connection, Select, column, func, inspect, select, table, text

from app.backup import archive, rows, sealed
from app.backup.archive import Head, Reader
from app.backup.rows import Shape, Tally
from app.migrations import history
from core.db import Database, open_database
from core.errors import Conflict
from core.log import logger
from core.wording import worded
from distributor.models import Dispatch
from distributor.sending import restored
from distributor.states import DispatchState
from monitor import search
from monitor.models import Article

_log = logger("backup")

_SCRATCH: Final = "parution-verify-"
_BATCH: Final = 500  # articles put into the index in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a backup holds, as it was written or verified."""

    head: Head
    tallies: Mapping[str, Tally]

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.tallies.values())


def back_up(
    database: Database,
    path: Path,
    *,
    key: pyrage.x25519.Identity,
    keys: tuple[str, ...],
    now: datetime,
) -> Told:
    """Write *path* while the office goes on: all rows are those of one moment."""
    head = Head(
        revision=history.revision(database) or "",
        engine=database.engine.dialect.name,
        made_at=now,
        keys=keys,
    )
    with _one_moment(database) as connection, sealed.writing(path, key) as out:
        told = Told(
            head=head, tallies=archive.write(out, connection, head, rows.shapes())
        )
    _log.info("backup.made", rows=told.rows, bytes=path.stat().st_size)
    return told


def verify(
    path: Path, *, key: pyrage.x25519.Identity, place: Path | None = None
) -> Told:
    """Restore into a scratch database, and compare every table with what was written.

    The scratch is as large as the office: without a *place* it lies where the system keeps
    what is temporary, which in a container is small. Raises BadInput where the file is damaged, Conflict where a row came out otherwise.
    """
    with (
        tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=place) as folder,
        _held(Path(folder)),
    ):
        scratch = open_database(f"sqlite:///{folder}/scratch.db")
        try:
            return _load(path, scratch, key=key)
        finally:
            scratch.close()


def forget_scratches(place: Path) -> None:
    """Remove what a verification that was killed left in *place*: it is all of an office."""
    for left in place.glob(f"{_SCRATCH}*"):
        with suppress(BlockingIOError), _held(left):
            shutil.rmtree(left)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Nobody else takes the folder for left behind. Raises BlockingIOError where it is not."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def restore(
    path: Path,
    database: Database,
    *,
    key: pyrage.x25519.Identity,
    now: datetime,
    keep: Callable[[Head], None] = lambda _: None,
) -> Told:
    """Fill an empty database from *path* and hold whatever it would send.

    *keep* is called with what must stand before the rows do, such as the key ring: whoever
    is killed in between begins again. Raises Conflict where the database has an office
    already.
    """
    require_empty(database)

    def at_rest(connection: Connection, head: Head, shapes: Sequence[Shape]) -> None:
        _rest(connection, shapes)
        keep(head)

    told = _load(path, database, key=key, then=at_rest)
    history.upgrade(database)
    held = restored.hold(database, now=now)
    # Last: of a large office it takes minutes.
    index_articles(database)
    _log.warning("backup.restored", rows=told.rows, held=held)
    return told


def _rest(connection: Connection, shapes: Sequence[Shape]) -> None:
    """Let nothing leave from the first moment on; the tables may be of an older version.

    A worker may run on this database already: it finds every dispatch paused, until it is
    held with the words that a person reads.
    """
    states = [DispatchState.PLANNED, DispatchState.RUNNING, DispatchState.PAUSED]
    for shape in shapes:
        if shape.name == Dispatch.__tablename__:
            names = [one.name for one in shape.fields]
            dispatch = table(shape.name, *map(column, names))
            wakes = {"resume_at", "paused_at"}.intersection(names)
            connection.execute(
                dispatch.update()
                .where(dispatch.c.state.in_(states))
                .values({"state": DispatchState.PAUSED} | dict.fromkeys(wakes))
            )


def move(source: Database, target: Database) -> Mapping[str, Tally]:
    """Copy an office that stands still into an empty database, and compare every table.

    One that was cut off goes on where it was. Raises Conflict where a table differs.
    """
    _require_tables_of(target, history.newest())
    history.upgrade(target)
    tallies = {}
    with _one_moment(source) as reading:
        for shape in rows.shapes():
            tallies[shape.name] = _copy(reading, target, shape)
            _log.info("table.moved", table=shape.name, rows=tallies[shape.name].rows)
    index_articles(target)
    return tallies


def require_empty(database: Database) -> None:
    there = set(inspect(database.engine).get_table_names())
    with database.engine.connect() as connection:
        for shape in rows.shapes():
            if shape.name in there and connection.scalar(_count(shape)):
                raise Conflict(
                    worded("This database has an office in it already."),
                    to="database",
                    mend=worded(
                        "Name an empty one in PARUTION_DATABASE_URL, or move this one away."
                    ),
                )


def index_articles(database: Database) -> None:
    """Put every article into the index of this database, which no backup holds."""
    last = 0
    while True:
        with database.read() as session:
            found = session.scalars(
                select(Article)
                .where(Article.id > last)
                .order_by(Article.id)
                .limit(_BATCH)
            ).all()
            indexed = [search.of_row(row) for row in found]
        if not found:
            return
        with database.write() as session:
            search.index(session, indexed)
        last = found[-1].id


def _load(
    path: Path,
    database: Database,
    *,
    key: pyrage.x25519.Identity,
    then: Callable[[Connection, Head, Sequence[Shape]], None] = lambda *_: None,
) -> Told:
    """Everything in one transaction: a backup that is damaged leaves nothing behind.

    *then* ends the transaction, once every table was compared.
    """
    with sealed.reading(path, key) as source:
        reader = Reader(source, name=path.name)
        _require_tables_of(database, reader.head.revision)
        history.upgrade(database, to=reader.head.revision)
        with _unchecked(database) as connection:
            shapes: list[Shape] = []

            def put(shape: Shape, told: Iterator[str]) -> None:
                rows.put(connection, shape, told)
                rows.set_sequence(connection, shape)
                shapes.append(shape)

            tallies = reader.tables(put)
            for shape in shapes:
                _require_same(
                    shape.name, tallies[shape.name], rows.tally(connection, shape)
                )
            then(connection, reader.head, shapes)
    return Told(head=reader.head, tallies=tallies)


def _require_tables_of(database: Database, revision: str) -> None:
    """An empty office that was started already has tables of its own."""
    if history.revision(database) not in {None, revision}:
        raise Conflict(
            worded("This database has tables of another version than the backup."),
            to="database",
            mend=worded(
                "Put it aside with --replace, or name a database without tables in PARUTION_DATABASE_URL."
            ),
        )


def _copy(reading: Connection, target: Database, shape: Shape) -> Tally:
    """One transaction: a table is there whole and compared, or not at all.

    What is there already is of a move that was cut off, or of another office: that differs.
    """
    wanted = rows.tally(reading, shape)
    with _unchecked(target) as writing:
        if not writing.scalar(_count(shape)):
            rows.put(writing, shape, rows.lines(reading, shape))
            rows.set_sequence(writing, shape)
        _require_same(shape.name, wanted, rows.tally(writing, shape))
    return wanted


def _require_same(name: str, wanted: Tally, there: Tally) -> None:
    if wanted != there:
        raise Conflict(
            worded(
                "The table %(name)s does not hold what it should: %(there)s rows of "
                "%(wanted)s, or other words in them.",
                name=name,
                there=there.rows,
                wanted=wanted.rows,
            ),
            to=name,
            mend=worded("Stop every worker, empty the new database and begin again."),
        )


def _count(shape: Shape) -> Select[int]:
    return select(func.count()).select_from(table(shape.name))


@contextmanager
def _one_moment(database: Database) -> Iterator[Connection]:
    """A reading transaction in which nothing changes."""
    engine = database.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            # What is read is written elsewhere meanwhile, and that takes what it takes.
            connection.execute(
                text("SET LOCAL idle_in_transaction_session_timeout = 0")
            )
        yield connection


@contextmanager
def _unchecked(database: Database) -> Iterator[Connection]:
    """A writing transaction in which a row may come before what it refers to.

    SQLite compares at the end; PostgreSQL needs the tables in their order, as they are.
    """
    engine = database.engine.execution_options(writes=True)
    with (
        engine.connect() as connection,
        history.tables_may_be_rebuilt(connection),
        connection.begin(),
    ):
        yield connection
        history.require_whole(connection)
