"""Brings a database to the newest tables, and tells whether it is there.

All steps are one transaction on either engine: killed anywhere, nothing was done. One process
does it at a time; another waits, and finds that nothing is left to do.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from app.migrations import copies
from core.db import Database
from core.errors import Conflict
from core.wording import worded

# Any number of ours; held until the transaction ends.
_LOCK: Final = text("SELECT pg_advisory_xact_lock(5207192)")
# Workers that were not stopped hold tables: better said than waited for.
_NO_LONGER: Final = text("SET LOCAL lock_timeout = '60s'")
_LOCK_TIMED_OUT: Final = "55P03"
# For another process that is upgrading the same file.
_PATIENCE_MS: Final = 600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    revision: str
    # What it brings, as the history calls it.
    what: str


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.set_main_option("path_separator", "os")
    made.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    return made


def upgrade(
    database: Database,
    *,
    to: str = "head",
    before: Callable[[str], object] | None = None,
) -> Sequence[Step]:
    """Apply what is missing up to a revision, in one transaction; answers what was applied.

    *before* is called with the revision that is there, when there is one and it is older.
    Raises Conflict where the database or *to* is of a newer program.
    """
    _require_known(to)
    try:
        with _alone(database) as connection:
            there = _current(connection)
            _require_known(there or to)
            left = _left(there, to)
            if left and there is not None and before is not None:
                before(there)
            if left:
                made = config()
                made.attributes["connection"] = connection
                command.upgrade(made, to)
                require_whole(connection)
            return left
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") == _LOCK_TIMED_OUT:
            raise Conflict(
                worded("Somebody else uses the tables of this database."),
                to="database",
                mend=worded("Stop every worker and run `parution migrate`."),
            ) from error
        raise


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """A writing transaction that no other upgrade is beside."""
    engine = database.engine.execution_options(writes=True)
    with (
        engine.connect() as connection,
        _patient(connection),
        tables_may_be_rebuilt(connection),
        connection.begin(),
    ):
        if connection.dialect.name == "postgresql":
            connection.execute(_LOCK)
            connection.execute(_NO_LONGER)
        yield connection


@contextmanager
def _patient(connection: Connection) -> Iterator[None]:
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = _raw(connection)
    (before,) = raw.execute("PRAGMA busy_timeout").fetchone()
    raw.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA busy_timeout = {before}")


@contextmanager
def tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, which its foreign keys would forbid.

    They can be set aside only outside a transaction, so the driver is asked itself.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = _raw(connection)
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


def _raw(connection: Connection) -> Any:
    raw = connection.connection.dbapi_connection
    if raw is None:
        raise RuntimeError("the connection was closed")
    return raw


def require_whole(connection: Connection) -> None:
    """Before it is committed: whatever was set aside meanwhile holds again."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise Conflict(
            worded(
                "There would be %(broken)s rows without what they belong to.",
                broken=len(broken),
            ),
            to="database",
            mend=worded("Nothing was changed. Keep the file and report this."),
        )


@cache
def _history() -> Sequence[Step]:
    """Oldest first; read once, for it imports every step."""
    found = ScriptDirectory.from_config(config()).walk_revisions()
    return [Step(revision=one.revision, what=one.doc) for one in found][::-1]


def newest() -> str:
    """The tables of this version."""
    return _history()[-1].revision


def _left(there: str | None, to: str) -> Sequence[Step]:
    """What is applied between two revisions, both of this program."""
    order = [one.revision for one in _history()]
    first = order.index(there) + 1 if there is not None else 0
    last = order.index(newest() if to == "head" else to) + 1
    return _history()[first:last]


def _require_known(revision: str) -> None:
    """Raises Conflict: tables of a newer program hold what this one would not see or keep."""
    if revision == "head" or any(one.revision == revision for one in _history()):
        return
    raise Conflict(
        worded(
            "The tables are of a newer version of the program: %(revision)s.",
            revision=revision,
        ),
        to="database",
        mend=worded(
            "Install that version again, or restore a backup that this version made."
        ),
    )


def is_current(database: Database) -> bool:
    return revision(database) == newest()


def revision(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return _current(connection)


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def bring_up_to_date(database: Database) -> None:
    """Upgrade the embedded database; of a shared one only ask, for others may be using it."""
    there = revision(database)
    if there == newest():
        return
    if there is not None:
        _require_known(there)
    if database.engine.dialect.name != "sqlite":
        if there is None:
            raise Conflict(
                worded("The database has no tables yet."),
                to="database",
                mend=worded("Run `parution migrate` once."),
            )
        raise Conflict(
            worded("The database's tables are not those of this version."),
            to="database",
            mend=worded("Stop every worker and run `parution migrate`."),
        )
    upgrade(database, before=lambda old: copies.keep(database, old))
