"""The witness: triggers write each move of a row beside it, in the order of the transactions.

It lies in the office's own database and so sees what every process commits, and nothing that
was rolled back. On PostgreSQL two transactions at once may be numbered the other way round.
"""

from typing import NamedTuple

from sqlalchemy import text

TABLE = "witness"
_INSERT = f"INSERT INTO {TABLE} (what, about, before, after, said)"
_WHO = "CAST({row}.dispatch_id AS TEXT) || '|' || {row}.address_key || '|'"
_BATCH = "COALESCE(CAST({row}.batch_id AS TEXT), '')"
# What was validated changes only by being opened again, what was sent never.
_FROZEN = (
    "OLD.state IN ('sent', 'replaced')"
    " OR (OLD.state = 'validated' AND NEW.state = 'validated')"
)
# What is written of each table: when, and about what, before, after, said.
_WATCHED = (
    ("delivery", "INSERT", "", "'', NEW.state, " + _WHO.format(row="NEW")),
    (
        "delivery",
        "UPDATE",
        "OLD.state <> NEW.state",
        f"OLD.state, NEW.state, {_WHO.format(row='OLD')} || {_BATCH.format(row='OLD')}",
    ),
    ("dispatch", "INSERT", "", "'', NEW.state, NEW.purpose"),
    (
        "dispatch",
        "UPDATE",
        "OLD.state <> NEW.state",
        "OLD.state, NEW.state, NEW.reason",
    ),
    ("suppression", "INSERT", "", "'', COALESCE(NEW.address_key, ''), NEW.reason"),
    ("suppression", "DELETE", "", "COALESCE(OLD.address_key, ''), '', OLD.reason"),
    (
        "edition",
        "UPDATE",
        f"({_FROZEN}) AND CAST(OLD.content AS TEXT) <> CAST(NEW.content AS TEXT)",
        "OLD.state, 'rewritten', OLD.key",
    ),
    (
        "edition",
        "UPDATE",
        "OLD.state <> NEW.state",
        "OLD.state, NEW.state, OLD.key",
    ),
    ("edition", "DELETE", "", "OLD.state, 'removed', OLD.key"),
    (
        "body",
        "UPDATE",
        "OLD.subject <> NEW.subject OR OLD.plain <> NEW.plain OR OLD.page <> NEW.page",
        "'sealed', 'rewritten', ''",
    ),
    (
        "body_file",
        "UPDATE",
        "OLD.content <> NEW.content",
        "'sealed', 'rewritten', ''",
    ),
)


class Move(NamedTuple):
    """One row's move: *about* is its id, *said* what the trigger tells beside."""

    id: int
    what: str
    about: int
    before: str
    after: str
    said: str


def install(database):
    """Watch from now on. Twice does no harm."""
    name = database.engine.dialect.name
    with database.engine.execution_options(writes=True).begin() as connection:
        for statement in _STATEMENTS[name]():
            connection.exec_driver_sql(statement)


def last(database):
    with database.read() as session:
        return session.scalar(text(f"SELECT COALESCE(MAX(id), 0) FROM {TABLE}"))  # noqa: S608 - our own name


def moves(session, since):
    """What was committed after the move numbered *since*, in order."""
    asked = f"SELECT id, what, about, before, after, said FROM {TABLE}"  # noqa: S608 - our own name
    rows = session.execute(
        text(f"{asked} WHERE id > :since ORDER BY id"), {"since": since}
    )
    return [Move(*row) for row in rows]


def _sqlite():
    yield (
        f"CREATE TABLE IF NOT EXISTS {TABLE} (id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " what TEXT, about INTEGER, before TEXT, after TEXT, said TEXT)"
    )
    for number, (table, act, when, told) in enumerate(_WATCHED):
        row = "OLD" if act == "DELETE" else "NEW"
        condition = f" WHEN {when}" if when else ""
        yield (
            f"CREATE TRIGGER IF NOT EXISTS {TABLE}_{number} AFTER {act} ON {table}"
            f"{condition} BEGIN {_INSERT} VALUES ('{table}', {row}.id, {told}); END"
        )


def _postgresql():
    yield (
        f"CREATE TABLE IF NOT EXISTS {TABLE} (id BIGINT GENERATED ALWAYS AS IDENTITY"
        " PRIMARY KEY, what TEXT, about BIGINT, before TEXT, after TEXT, said TEXT)"
    )
    for number, (table, act, when, told) in enumerate(_WATCHED):
        row = "OLD" if act == "DELETE" else "NEW"
        condition = f" WHEN ({when})" if when else ""
        body = f"BEGIN {_INSERT} VALUES ('{table}', {row}.id, {told}); RETURN NULL; END"
        yield (
            f"CREATE OR REPLACE FUNCTION {TABLE}_{number}() RETURNS trigger"
            f" LANGUAGE plpgsql AS $$ {body} $$"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER {TABLE}_{number} AFTER {act} ON {table} FOR"
            f" EACH ROW{condition} EXECUTE FUNCTION {TABLE}_{number}()"
        )


_STATEMENTS = {"sqlite": _sqlite, "postgresql": _postgresql}
