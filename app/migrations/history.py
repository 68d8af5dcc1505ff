"""Brings a database to the newest tables, and tells whether it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from core.db import Database
from core.errors import Conflict
from core.wording import worded


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.set_main_option("path_separator", "os")
    made.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    return made


def upgrade(database: Database, *, to: str = "head") -> None:
    """Apply what is missing up to a revision, in one transaction: all of it or nothing."""
    made = config()
    with (
        database.engine.connect() as connection,
        tables_may_be_rebuilt(connection),
        connection.begin(),
    ):
        made.attributes["connection"] = connection
        command.upgrade(made, to)
        require_whole(connection)


@contextmanager
def tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, which its foreign keys would forbid.

    They can be set aside only outside a transaction, so the driver is asked itself.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.dbapi_connection
    if raw is None:
        raise RuntimeError("the connection was closed")
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


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
def newest() -> str:
    """The tables of this version; read once, for it imports every step of the history."""
    return str(ScriptDirectory.from_config(config()).get_current_head())


def is_current(database: Database) -> bool:
    return revision(database) == newest()


def revision(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def bring_up_to_date(database: Database) -> None:
    """Upgrade the embedded database; of a shared one only ask, for others may be using it."""
    if is_current(database):
        return
    if database.engine.dialect.name != "sqlite":
        if revision(database) is None:
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
    upgrade(database)
