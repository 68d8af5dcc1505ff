"""From every earlier revision, with rows in every table, nothing is lost on the way to the newest."""

import shutil

import pytest
import rows_of_then
from alembic import command
from sqlalchemy import text

from app.migrations import history
from app.tables import metadata
from core.db import open_database

EARLIER = [one.revision for one in history._history()][:-1]
# What a step takes away on purpose, and since which revision it is not there.
TAKEN_AWAY = {
    # Epochs became rows of their own for each browser.
    ("account", "session_epoch"): "0006",
    # A sentence became a fault and its detail, which the next look writes.
    ("source", "reason"): "0003",
    ("poll", "reason"): "0003",
    # An entry is known by the hash of its key.
    ("sighting", "id"): "0003",
    ("sighting", "entry_key"): "0003",
}


@pytest.fixture(scope="module")
def of_then(tmp_path_factory):
    """SQLite files with rows as of each revision, made step by step."""
    folder = tmp_path_factory.mktemp("then")
    for place, revision in enumerate(EARLIER):
        bare = folder / f"{revision}.bare"
        if place:
            shutil.copy(folder / f"{EARLIER[place - 1]}.bare", bare)
        _upgraded(bare, revision)
        shutil.copy(bare, folder / f"{revision}.db")
        _with_rows(open_database(f"sqlite:///{folder}/{revision}.db"))
    return folder


def _upgraded(file, revision):
    database = open_database(f"sqlite:///{file}")
    history.upgrade(database, to=revision)
    database.close()


def _with_rows(database):
    with database.engine.begin() as connection:
        rows_of_then.fill(connection)
    database.close()


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def then(request, of_then, tmp_path):
    """Opens an office of each engine with rows as of a revision."""
    opened = []

    def at(revision):
        if request.param == "sqlite":
            shutil.copy(of_then / f"{revision}.db", tmp_path / "office.db")
            opened.append(open_database(f"sqlite:///{tmp_path}/office.db"))
            return opened[-1]
        opened.append(open_database(request.getfixturevalue("postgres_url")))
        history.upgrade(opened[-1], to=revision)
        with opened[-1].engine.begin() as connection:
            rows_of_then.fill(connection)
            rows_of_then.move_sequences(connection)
        return opened[-1]

    yield at
    for one in opened:
        one.close()


def kept_of(database):
    with database.engine.begin() as connection:
        return rows_of_then.rows(connection)


def without_taken(rows, revision):
    """What must still be there of rows as of *revision*."""
    left = {}
    for table, by_key in rows.items():
        taken = {
            column
            for (of, column), since in TAKEN_AWAY.items()
            if of == table and revision < since
        }
        left[table] = [
            {name: value for name, value in row.items() if name not in taken}
            for row in by_key.values()
        ]
    return left


def names_of(database):
    """Indexes and triggers, as the database itself lists them."""
    asked = (
        "SELECT type || ' ' || name FROM sqlite_master WHERE type IN ('index', 'trigger')"
        if database.engine.dialect.name == "sqlite"
        else "SELECT 'index ' || indexname FROM pg_indexes WHERE schemaname = 'public'"
        " UNION SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with database.engine.begin() as connection:
        found = set(connection.scalars(text(asked)))
    return {one for one in found if "alembic" not in one and "autoindex" not in one}


@pytest.fixture(scope="module")
def new_office(tmp_path_factory, request):
    """The names in an office that began with the newest tables, by its engine."""
    known = {}

    def names(engine):
        if engine not in known:
            new = open_database(
                f"sqlite:///{tmp_path_factory.mktemp('new')}/new.db"
                if engine == "sqlite"
                else request.getfixturevalue("module_postgres_url")
            )
            metadata.create_all(new.engine)
            known[engine] = names_of(new)
            new.close()
        return known[engine]

    return names


@pytest.mark.parametrize("revision", EARLIER)
def test_every_row_of_every_earlier_office_is_there_and_its_tables_are_the_newest(
    then, revision, new_office
):
    database = then(revision)
    before = without_taken(kept_of(database), revision)
    assert all(len(rows) == rows_of_then.ROWS for rows in before.values())
    steps = history.upgrade(database)
    assert [one.revision for one in steps] == [
        one.revision for one in history._history() if one.revision > revision
    ]
    after = {name: list(rows.values()) for name, rows in kept_of(database).items()}
    for table, rows in before.items():
        for row in rows:
            assert any(row.items() <= one.items() for one in after[table]), (table, row)
    assert names_of(database) == new_office(database.engine.dialect.name)
    with database.engine.begin() as connection:
        made = history.config()
        made.attributes["connection"] = connection
        command.check(made)
        # The next row of every table finds a number of its own.
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        else:
            assert rows_of_then.next_numbers(connection) == {1}
