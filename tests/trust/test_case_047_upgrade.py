"""Case 47: an upgrade is done wholly or not at all, whoever kills it and however many begin it.

That each earlier office keeps every row is held in ../app/test_migrations_with_data.py.
"""

import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
import rows_of_then
from sqlalchemy import text
from typer.testing import CliRunner

from app.cli import build
from app.migrations import history
from core.db import open_database
from core.errors import Conflict

PROGRAM = Path(__file__).with_name("upgrading.py")
ROOT = Path(__file__).parents[2]
KILLED = str(-signal.SIGKILL)
# What `upgrading.py` ends with, and one more for each step it applied.
DONE = 10
FIRST = "0001"


def _office(database):
    """Rows in every table of the first revision."""
    history.upgrade(database, to=FIRST)
    with database.engine.begin() as connection:
        rows_of_then.fill(connection)
        if connection.dialect.name == "postgresql":
            rows_of_then.move_sequences(connection)


def _rows(database):
    with database.engine.begin() as connection:
        return rows_of_then.rows(connection)


@contextmanager
def _upgrading(database):
    """Answers a function that says one line to the program and gives back the ends it tells."""
    url = database.engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, PROGRAM, url],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:

        def say(line):
            running.stdin.write(f"{line}\n")
            running.stdin.flush()
            return running.stdout.readline().split()

        yield say
        running.stdin.close()
    assert running.returncode == 0


def test_an_upgrade_killed_anywhere_changed_nothing_and_is_done_by_the_next(
    empty_database,
):
    _office(empty_database)
    before = _rows(empty_database)
    steps = len(history._history()) - 1
    with _upgrading(empty_database) as say:
        count, killed = say("die commit")
        assert killed == KILLED
        assert history.revision(empty_database) == FIRST
        for quarter in (1, 2, 3):
            assert say(f"die {quarter * int(count) // 4}") == [KILLED], quarter
            assert history.revision(empty_database) == FIRST
            assert _rows(empty_database) == before
        assert say("go") == [str(DONE + steps)]
    assert history.is_current(empty_database)
    after = _rows(empty_database)
    assert {name: len(rows) for name, rows in after.items() if name in before} == {
        name: len(rows) for name, rows in before.items()
    }


def test_two_that_upgrade_at_once_do_it_once(empty_database):
    _office(empty_database)
    steps = len(history._history()) - 1
    with _upgrading(empty_database) as say:
        assert say("two") == [str(DONE), str(DONE + steps)]
    assert history.is_current(empty_database)


def test_an_older_program_leaves_a_newer_database_alone_and_says_what_to_do(
    empty_database,
):
    history.upgrade(empty_database)
    with empty_database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for refuse in (history.upgrade, history.bring_up_to_date):
        with pytest.raises(
            Conflict, match="newer version of the program: 9999"
        ) as said:
            refuse(empty_database)
        assert "Install that version again" in said.value.mend
    assert history.revision(empty_database) == "9999"


def test_whoever_upgrades_by_hand_is_told_what_was_done_and_where_the_copy_lies(
    tmp_path,
):
    office = open_database(f"sqlite:///{tmp_path}/parution.db")
    _office(office)
    before = _rows(office)
    office.close()

    def migrate(*words):
        given = {"PARUTION_DATA_DIR": str(tmp_path)}
        return CliRunner().invoke(build(), ["migrate", *words], env=given).stdout

    first = migrate().splitlines()
    told = [line.partition("  ")[0] for line in first]
    newer = [one.revision for one in history._history()][1:]
    assert told[: len(newer)] == newer
    copy = tmp_path / "parution.db.of-0001"
    assert str(copy) in first[-2]
    assert migrate() == "The database is up to date.\n"
    old = open_database(f"sqlite:///{copy}")
    assert (history.revision(old), _rows(old)) == (FIRST, before)
    old.close()
