"""Each night has one backup, which was verified before it bears its name."""

from datetime import UTC, datetime, timedelta

import pytest

from app.alert_words import BACKUP_FAILED
from app.backup import keeping, sealed
from app.backup.nightly import Nightly, newest
from app.migrations import history
from core.alerts import open_alerts
from core.db import open_database
from core.settings import Settings

KEY = sealed.new_key()


@pytest.fixture
def database(tmp_path):
    opened = open_database(f"sqlite:///{tmp_path}/office.db")
    history.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


def nightly(database, clock, folder, **changes):
    given = Settings.model_validate(
        {
            "data_dir": database.engine.url.database.rpartition("/")[0],
            "backup": {"folder": str(folder), "key": KEY, "keep": 2} | changes,
        }
    )
    return Nightly(database=database, clock=clock, settings=given, keys=["ring"])


def names(folder):
    return sorted(one.name for one in folder.iterdir())


def test_a_backup_is_made_once_at_its_hour_and_can_be_restored(database, clock, folder):
    clock.move_to(datetime(2026, 11, 24, 2, 29, tzinfo=UTC))
    each = nightly(database, clock, folder)
    assert each.tick() == 0
    clock.move_to(datetime(2026, 11, 24, 2, 30, tzinfo=UTC))
    assert (each.tick(), each.tick()) == (1, 0)
    assert names(folder) == ["parution-2026-11-24.age"]
    kept = newest(folder)
    assert keeping.verify(kept.file, key=sealed.read_key(KEY)).head.keys == ("ring",)


def test_a_machine_that_was_off_at_night_makes_it_in_the_morning(
    database, clock, folder
):
    assert nightly(database, clock, folder).tick() == 1


def test_only_the_last_nights_are_kept(database, clock, folder):
    folder.mkdir()
    (folder / "notes.txt").write_text("not ours")
    each = nightly(database, clock, folder)
    for _ in range(3):
        assert each.tick() == 1
        clock.wait(timedelta(days=1))
    assert names(folder) == [
        "notes.txt",
        "parution-2026-11-25.age",
        "parution-2026-11-26.age",
    ]


def test_a_failure_is_told_and_over_when_it_works_again(database, clock, tmp_path):
    blocked = tmp_path / "backups"
    blocked.write_text("a file where the folder should be")
    each = nightly(database, clock, blocked)
    assert (each.tick(), each.tick()) == (0, 0)
    with database.read() as session:
        [alert] = open_alerts(session, rules=[BACKUP_FAILED])
    assert "exists" in alert.fields["reason"]
    blocked.unlink()
    clock.wait(timedelta(minutes=31))
    assert each.tick() == 1
    with database.read() as session:
        assert open_alerts(session, rules=[BACKUP_FAILED]) == []


def test_a_missing_key_is_told_and_leaves_no_file(database, clock, folder):
    assert nightly(database, clock, folder, key="").tick() == 0
    with database.read() as session:
        [alert] = open_alerts(session, rules=[BACKUP_FAILED])
    assert "no key" in alert.fields["reason"]
    assert names(folder) == []


def test_without_a_folder_nothing_is_made(database, clock):
    assert nightly(database, clock, "").tick() == 0


def test_what_a_killed_verification_left_is_removed_and_nothing_new_stays(
    database, clock, folder, tmp_path
):
    left = tmp_path / "parution-verify-killed"
    left.mkdir()
    (left / "scratch.db").write_bytes(b"everybody's addresses")
    assert nightly(database, clock, folder).tick() == 1
    assert [one for one in tmp_path.iterdir() if "verify" in one.name] == []
