"""The queue's own tables: procrastinate's, in a PostgreSQL schema of their own.

There they disturb neither our history of tables nor our backups, which know our tables
alone. What lies in them is only whose turn it is: another version of them is not reached
step by step, they are made anew, in one transaction.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from core.db import Database
from core.errors import Conflict
from core.wording import worded

SCHEMA: Final = "parution_fleet"
# Two that make them at once: the second finds them made.
_LOCK: Final = 8321
_FORBIDDEN: Final = "42501"
_READ_VERSION: Final = text(
    "SELECT obj_description(to_regnamespace(:schema), 'pg_namespace')"
)


@cache
def newest() -> str:
    """What says that the tables are those of the procrastinate installed here."""
    return hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest()[:16]


def are_current(database: Database) -> bool:
    with database.engine.connect() as connection:
        return _version(connection) == newest()


def migrate(database: Database) -> bool:
    """Make the tables, or make them anew; answers whether that was needed."""
    with _allowed(), database.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if _version(connection) == newest():
            return False
        connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
        connection.execute(text(f"SET LOCAL search_path TO {SCHEMA}"))
        # Many statements at once, and percent signs: for the driver as it is.
        raw = connection.connection.dbapi_connection
        if raw is None:
            raise RuntimeError("the connection was closed")
        raw.execute(SchemaManager.get_schema())
        connection.execute(text(f"COMMENT ON SCHEMA {SCHEMA} IS '{newest()}'"))
    return True


def bring_up_to_date(database: Database) -> None:
    """Make tables that are not there; those of another version others may be using."""
    with database.engine.connect() as connection:
        found = _version(connection)
    if found is None:
        migrate(database)
    elif found != newest():
        raise Conflict(
            worded("The queue's tables are not those of this version."),
            to=SCHEMA,
            mend=worded("Stop every worker and run `parution migrate`."),
        )


def _version(connection: Connection) -> str | None:
    found: str | None = connection.scalar(_READ_VERSION, {"schema": SCHEMA})
    return found


@contextmanager
def _allowed() -> Iterator[None]:
    try:
        yield
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") != _FORBIDDEN:
            raise
        raise Conflict(
            worded("This account may not make the queue's tables."),
            to=SCHEMA,
            mend=worded(
                "Let the database's owner run GRANT CREATE ON DATABASE for it, then run `parution migrate`."
            ),
        ) from error
