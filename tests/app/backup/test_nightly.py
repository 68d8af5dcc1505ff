"""Each night has one backup, which was verified before it bears its name."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from object_store import FaultyProxy, make_bucket, object_store
from sqlalchemy import text

from app.alert_words import BACKUP_FAILED, of_alert
from app.backup import keeping, sealed
from app.backup.nightly import Nightly, _alone, newest
from app.migrations import history
from core.alerts import open_alerts
from core.db import open_database
from core.i18n import words
from core.settings import Settings
from core.values import Language
from monitor.intake.identity import hash64

KEY = sealed.new_key()


@pytest.fixture(scope="module")
def empty_office(tmp_path_factory):
    """The file of an office that has its tables."""
    file = tmp_path_factory.mktemp("empty") / "office.db"
    opened = open_database(f"sqlite:///{file}")
    history.upgrade(opened)
    opened.close()
    return file


@pytest.fixture
def database(empty_office, tmp_path):
    shutil.copy(empty_office, tmp_path / "office.db")
    opened = open_database(f"sqlite:///{tmp_path}/office.db")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def server():
    with object_store() as port:
        yield port


@pytest.fixture
def store(server, tmp_path):
    """A proxy before a store, and the settings that name it."""
    bucket = f"office-{hash64(str(tmp_path)) % 10**9}"
    make_bucket(server, bucket)
    with FaultyProxy(server) as proxy:
        yield (
            proxy,
            {
                "endpoint": f"http://127.0.0.1:{proxy.port}",
                "bucket": bucket,
                "key_id": "k",
                "secret": "s",
                "timeout_seconds": 5,
            },
        )


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


def settings(database, folder, **changes):
    return Settings.model_validate(
        {
            "data_dir": database.engine.url.database.rpartition("/")[0],
            "backup": {"folder": str(folder), "key": KEY, "keep": 2} | changes,
        }
    )


def nightly(database, clock, folder, **changes):
    given = settings(database, folder, **changes)
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
    kept = newest(settings(database, folder))
    assert keeping.verify(folder / kept.name, key=sealed.read_key(KEY)).head.keys == (
        "ring",
    )


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


def test_a_fault_of_the_database_is_told_and_tried_again_in_half_an_hour(
    database, clock, folder
):
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE outlet RENAME TO gone"))
    mine = nightly(database, clock, folder)
    assert mine.tick() == 0
    assert ["no such table" in one for one in failures(database)] == [True]
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO outlet"))
    assert mine.tick() == 0
    clock.wait(timedelta(minutes=30))
    assert (mine.tick(), failures(database)) == (1, [])


def test_a_missing_key_is_told_and_leaves_no_file(database, clock, folder):
    assert nightly(database, clock, folder, key="").tick() == 0
    with database.read() as session:
        [alert] = open_alerts(session, rules=[BACKUP_FAILED])
    assert "no key" in alert.fields["reason"]
    told = of_alert(alert.rule, alert.fields, said=words(Language.FRENCH))
    assert "no key" not in told
    assert "clé" in told
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


def failures(database):
    with database.read() as session:
        return [
            one.fields["reason"] for one in open_alerts(session, rules=[BACKUP_FAILED])
        ]


def test_the_store_gets_what_the_folder_has_and_is_not_asked_again(
    database, clock, folder, store
):
    proxy, given = store
    each = nightly(database, clock, folder, store=given)
    assert each.tick() == 2
    asked = len(proxy.asked)
    assert (each.tick(), len(proxy.asked)) == (0, asked)
    put = sum(length for _, path, length in proxy.asked if "partNumber" in path)
    assert put == (folder / "parution-2026-11-24.age").stat().st_size
    assert names(folder) == ["parution-2026-11-24.age"]


def test_a_store_alone_needs_no_folder_and_leaves_no_file(
    database, clock, store, tmp_path
):
    proxy, given = store
    assert nightly(database, clock, "", store=given).tick() == 1
    assert list(tmp_path.glob("parution-*")) == []
    kept = newest(settings(database, "", store=given))
    assert (kept.name, kept.where) == (
        "parution-2026-11-24.age",
        f"s3://{given['bucket']}",
    )
    # A restart asks the store once, and makes no second one.
    again = nightly(database, clock, "", store=given)
    proxy.asked.clear()
    assert (again.tick(), again.tick()) == (0, 0)
    assert len(proxy.asked) == 1


def test_a_host_that_finds_a_nights_backup_in_the_store_knows_it_as_its_maker_does(
    database, clock, store, tmp_path
):
    _, given = store
    assert nightly(database, clock, "", store=given).tick() == 1
    mine = settings(database, "", store=given)
    (tmp_path / "other").mkdir()
    others = mine.model_copy(update={"data_dir": tmp_path / "other"})
    assert newest(others) is None
    there = Nightly(database=database, clock=clock, settings=others, keys=["ring"])
    assert there.tick() == 0
    assert newest(others) == newest(mine)


@pytest.mark.parametrize("fault", [403, "cut"])
def test_a_store_that_fails_is_told_and_tried_again_in_half_an_hour(
    fault, database, clock, folder, store
):
    proxy, given = store
    each = nightly(database, clock, folder, store=given)
    proxy.fault = fault
    assert each.tick() == 1
    assert names(folder) == ["parution-2026-11-24.age"]
    [reason] = failures(database)
    assert "store of backups" in reason
    proxy.fault = None
    clock.wait(timedelta(minutes=29))
    assert each.tick() == 0
    clock.wait(timedelta(minutes=1))
    assert each.tick() == 1
    assert failures(database) == []


def test_two_workers_of_one_office_make_one_backup(database, clock, folder):
    first, second = (nightly(database, clock, folder) for _ in range(2))
    with _alone(database, settings(database, folder).data_dir) as is_alone:
        assert is_alone
        assert second.tick() == 0
    assert (first.tick(), second.tick()) == (1, 0)


@pytest.mark.postgres
def test_workers_on_several_machines_make_one_backup(postgres_url, tmp_path):
    one, other = open_database(postgres_url), open_database(postgres_url)
    try:
        with _alone(one, tmp_path) as is_first, _alone(other, tmp_path) as is_second:
            assert (is_first, is_second) == (True, False)
        with _alone(other, tmp_path) as is_alone:
            assert is_alone
    finally:
        one.close()
        other.close()
