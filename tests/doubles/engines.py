"""Databases for tests, of the engine this run was asked for: `pytest --engine postgresql`.

Each comes with every table, as a copy of one that was made once: copying is quick.
"""

import shutil
import tempfile
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from postgres_server import memory, postgres_server
from sqlalchemy import create_engine, text

from app.migrations import history
from core.db import open_database


class Sqlite:
    name = "sqlite"

    def __init__(self):
        self._ending = ExitStack()

    @cached_property
    def _template(self):
        folder = self._ending.enter_context(tempfile.TemporaryDirectory())
        return _filled(f"sqlite:///{folder}/template.db").removeprefix("sqlite:///")

    def address(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "parution.db"
        if not file.exists():
            shutil.copyfile(self._template, file)
        return f"sqlite:///{file}"

    def drop(self, folder):
        """Its files end with their folder."""

    def end(self):
        self._ending.close()


class Postgresql:
    name = "postgresql"

    def __init__(self):
        self._ending = ExitStack()
        self._made = {}
        self._count = 0

    @cached_property
    def _server(self):
        return self._ending.enter_context(
            # Each new database waits for a checkpoint; nothing here outlives a power cut.
            postgres_server(
                "full_page_writes=off", "synchronous_commit=off", place=memory()
            )
        )

    @cached_property
    def _office(self):
        made = create_engine(f"{self._server}/postgres", isolation_level="AUTOCOMMIT")
        self._ending.callback(made.dispose)
        with made.connect() as connection:
            connection.execute(text("CREATE DATABASE template_office"))
        _filled(f"{self._server}/template_office")
        return made

    def address(self, folder):
        """The same for the same folder, until it is dropped."""
        if folder not in self._made:
            self._count += 1
            fresh = f"office_{self._count}"
            self._say(
                f"CREATE DATABASE {fresh} TEMPLATE template_office STRATEGY FILE_COPY"
            )
            self._made[folder] = f"{self._server}/{fresh}"
        return self._made[folder]

    def drop(self, folder):
        """What was made for *folder* and those in it."""
        for one in [one for one in self._made if one.is_relative_to(folder)]:
            name = self._made.pop(one).rpartition("/")[2]
            self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def end(self):
        self._ending.close()

    def _say(self, statement):
        with self._office.connect() as connection:
            connection.execute(text(statement))


ENGINES = {engine.name: engine for engine in (Sqlite, Postgresql)}
_chosen = [Sqlite()]
_asked = []


def choose(name):
    _chosen[:] = [ENGINES[name]()]


def engine():
    return _chosen[0]


def times_asked():
    """How often a database was asked for in this process."""
    return len(_asked)


def address(folder):
    """The database of the office whose files lie in *folder*."""
    _asked.append(folder)
    return engine().address(Path(folder).resolve())


def home(folder):
    """The same as a command's environment."""
    return {"PARUTION_DATA_DIR": str(folder), "PARUTION_DATABASE_URL": address(folder)}


def drop_guards(connection):
    """Let what is only written to be changed, as somebody can who owns the database."""
    for table in ("journal_line", "journal_seal"):
        of = f" ON {table}" if connection.dialect.name == "postgresql" else ""
        for act in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{act}{of}"))


def _filled(url):
    made = open_database(url)
    history.upgrade(made)
    made.close()
    return url
