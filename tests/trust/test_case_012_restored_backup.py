"""Case 12: yesterday's backup comes back after a dispatch was sent; nothing leaves again."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from sending_makers import RULES, Box, a_dispatch, sending, settings
from sqlalchemy import select

from app.tables import metadata
from core.db import open_database
from distributor.models import Delivery, Dispatch
from distributor.sending import control, restored, schedule

DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)


def dispatches(database):
    with database.read() as session:
        return [
            (row.state, row.reason)
            for row in session.scalars(select(Dispatch).order_by(Dispatch.id))
        ]


def an_office(database, box, given, *, clock, ids):
    return sending(database, clock=clock, ids=ids, channel=box, given=given)


def sent_since(file, backup, box, given, *, clock, ids):
    """An office that plans, is backed up and sends; its database is closed at the end."""
    opened = open_database(f"sqlite:///{file}")
    metadata.create_all(opened.engine)
    a_dispatch(opened, clock=clock, ids=ids)
    an_office(opened, Box(), given, clock=clock, ids=ids).tick()
    opened.close()
    shutil.copy(file, backup)
    opened = open_database(f"sqlite:///{file}")
    clock.move_to(DUE)
    an_office(opened, box, given, clock=clock, ids=ids).tick()
    assert dispatches(opened) == [("done", "")]
    opened.close()


def restore(backup, file):
    for old in file.parent.glob(f"{file.name}*"):
        old.unlink()
    shutil.copy(backup, file)
    return open_database(f"sqlite:///{file}")


def test_a_restored_backup_sends_nothing_again_and_says_why(tmp_path, clock, ids):
    file, backup, box = tmp_path / "office.db", tmp_path / "yesterday.db", Box()
    data = tmp_path / "data"
    data.mkdir()
    given = settings(data_dir=data)
    sent_since(file, backup, box, given, clock=clock, ids=ids)
    assert len(box.sent) == 4
    database = restore(backup, file)
    assert an_office(database, box, given, clock=clock, ids=ids).tick() == 0
    assert dispatches(database) == [("held", schedule.RESTORED)]
    with database.read() as session:
        states = set(session.scalars(select(Delivery.state)))
    assert (states, len(box.sent)) == ({"held"}, 4)
    # Once: what somebody resumes after comparing is not held again at the next start.
    with database.write() as session:
        control.resume(session, 1, settings=given, zone_rules=RULES, now=clock.now())
    an_office(database, box, given, clock=clock, ids=ids).tick()
    assert (dispatches(database), len(box.sent)) == ([("done", "")], 8)
    database.close()


def test_paused_and_planned_ones_of_a_restored_database_are_held_too(
    database, tmp_path, clock, ids
):
    given = settings(data_dir=tmp_path)
    a_dispatch(database, clock=clock, ids=ids)
    with database.write() as session:
        control.pause(session, 1, reason="Somebody asked.")
        session.get_one(Dispatch, 1).resume_at = clock.now() + timedelta(minutes=1)
    (tmp_path / restored.NAME).write_text("7\n")
    clock.move_to(DUE)
    an_office(database, Box(), given, clock=clock, ids=ids).tick()
    assert dispatches(database) == [("held", schedule.RESTORED)]
    assert (tmp_path / restored.NAME).read_text() == "0\n"


def test_an_embedded_database_on_a_new_machine_sends_nothing_by_itself(
    tmp_path, clock, ids
):
    file, backup = tmp_path / "office.db", tmp_path / "yesterday.db"
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    given = settings(data_dir=old)
    sent_since(file, backup, Box(), given, clock=clock, ids=ids)
    database = open_database(f"sqlite:///{file}")
    a_second = a_dispatch(
        database,
        clock=clock,
        ids=ids,
        wall=datetime(2026, 11, 24, 13),
        number="2/2026",
    )
    assert a_second == 2
    clock.move_to(DUE + timedelta(hours=1))
    box = Box()
    office = an_office(database, box, settings(data_dir=new), clock=clock, ids=ids)
    office.tick()
    assert dispatches(database) == [("done", ""), ("held", schedule.RESTORED)]
    assert box.sent == []
    database.close()


def test_a_worker_killed_in_its_first_dispatch_goes_on(database, tmp_path, clock, ids):
    """The mark is made before the first message: a kill is no restored backup."""
    given = settings(data_dir=tmp_path, sending={"connections": 1})
    a_dispatch(database, clock=clock, ids=ids)

    def power_goes(_):
        if len(box.sent) == 1:
            raise KeyboardInterrupt

    box = Box(before=power_goes)
    clock.move_to(DUE)
    with pytest.raises(KeyboardInterrupt):
        an_office(database, box, given, clock=clock, ids=ids).tick()
    assert (tmp_path / restored.NAME).read_text() == "0\n"
    clock.move_to(DUE + timedelta(minutes=10))
    box.before = lambda _: None
    an_office(database, box, given, clock=clock, ids=ids).tick()
    assert dispatches(database) == [("done", "")]


def test_the_mark_follows_what_is_sent_and_never_goes_back(
    each_database, tmp_path, clock, ids
):
    given = settings(data_dir=tmp_path)
    a_dispatch(each_database, clock=clock, ids=ids)
    clock.move_to(DUE)
    an_office(each_database, Box(), given, clock=clock, ids=ids).tick()
    assert int((tmp_path / restored.NAME).read_text()) == 4
    (tmp_path / restored.NAME).write_text("9\n")
    restored.SentMark(each_database, tmp_path).note()
    assert (tmp_path / restored.NAME).read_text() == "9\n"


def test_a_new_worker_machine_beside_a_database_server_holds_nothing(
    each_database, tmp_path, clock, ids
):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    a_dispatch(each_database, clock=clock, ids=ids)
    clock.move_to(DUE)
    given = settings(data_dir=first)
    an_office(each_database, Box(), given, clock=clock, ids=ids).tick()
    clock.move_to(DUE - timedelta(hours=1))
    a_dispatch(each_database, clock=clock, ids=ids, number="2/2026")
    clock.move_to(DUE)
    given = settings(data_dir=second)
    an_office(each_database, Box(), given, clock=clock, ids=ids).tick()
    embedded = each_database.engine.dialect.name == "sqlite"
    assert dispatches(each_database)[1][0] == ("held" if embedded else "done")


def test_without_a_data_folder_no_mark_is_kept(database, tmp_path, clock, ids):
    missing = tmp_path / "missing"
    a_dispatch(database, clock=clock, ids=ids)
    clock.move_to(DUE)
    given = settings(data_dir=missing)
    an_office(database, Box(), given, clock=clock, ids=ids).tick()
    assert (dispatches(database), missing.exists()) == ([("done", "")], False)
