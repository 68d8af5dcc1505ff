"""The search index's table, which each database makes in its own way.

Neither a virtual table of SQLite's FTS5 nor a column of PostgreSQL's tsvector can be a
mapped row, so the tables are made by statements: after the others here, and by the
migration, which calls `create`. What autogeneration should not look at begins with TABLE.
"""

from sqlalchemy import Connection, MetaData, event

from core.db import Base

TABLE = "article_search"

# Our words hold letters and digits only, and signs no text holds mark what is not text:
# `ascii` takes every sign beyond ASCII for a letter and folds nothing again.
_SQLITE = (
    f"CREATE VIRTUAL TABLE {TABLE} USING fts5(title, body, marks, tokenize='ascii')"
)

# Each look reads what is not merged yet, so that may not grow to the usual 4 MB.
INDEX = (
    f"CREATE INDEX ix_{TABLE}_words ON {TABLE} USING gin (words)"
    " WITH (gin_pending_list_limit = 512)"
)
_POSTGRESQL = (
    f"CREATE TABLE {TABLE} (article_id integer PRIMARY KEY, words tsvector NOT NULL)",
    # Words in the order of their letters, each once, do not compress: trying took longer
    # than storing them.
    f"ALTER TABLE {TABLE} ALTER COLUMN words SET STORAGE EXTERNAL",
    INDEX,
)


def create(connection: Connection) -> None:
    statements = (_SQLITE,) if connection.dialect.name == "sqlite" else _POSTGRESQL
    for statement in statements:
        connection.exec_driver_sql(statement)


def drop(connection: Connection) -> None:
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {TABLE}")


@event.listens_for(Base.metadata, "after_create")
def _after_create(target: MetaData, connection: Connection, **_: object) -> None:
    del target
    drop(connection)
    create(connection)


@event.listens_for(Base.metadata, "before_drop")
def _before_drop(target: MetaData, connection: Connection, **_: object) -> None:
    del target
    drop(connection)
