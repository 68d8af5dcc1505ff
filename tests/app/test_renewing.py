"""When an office is opened anew: files of secrets that changed, stand still, and hold."""

import logging

import pytest
from sending_makers import a_dispatch

from app.bootstrap import open_office
from app.migrations.history import upgrade
from app.renewing import Renewing, go_on
from core.errors import BadSetting
from core.settings import load
from distributor.models import Dispatch
from distributor.sending import failover


@pytest.fixture
def files(tmp_path):
    for name, text in {
        "password": "old\n",
        "database": f"sqlite:///{tmp_path}/a.db",
    }.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def read(files):
    def settings(**more):
        return load(
            environment={
                "PARUTION_DATA_DIR": str(files),
                "PARUTION_DATABASE_URL_FILE": str(files / "database"),
                "PARUTION_CHANNELS__SMTP__HOST": "127.0.0.1",
                "PARUTION_CHANNELS__SMTP__USER": "presse",
                "PARUTION_CHANNELS__SMTP__PASSWORD_FILE": str(files / "password"),
                "PARUTION_CONFIG": "",
                **more,
            }
        )

    return settings


@pytest.fixture
def due(read, clock):
    return Renewing(read(), read=read, timer=clock)


def test_nothing_is_opened_anew_while_nothing_changed(due, files):
    (files / "password").write_text("old\n")
    assert [due.is_due(False) for _ in range(3)] == [False] * 3


def test_a_new_secret_is_taken_once_its_file_stands_still(due, files):
    (files / "password").write_text("ne")
    assert not due.is_due(False)
    (files / "password").write_text("new\n")
    assert not due.is_due(False), "somebody may still be writing"
    assert due.is_due(False)


def test_a_secret_that_is_put_back_changes_nothing(due, files):
    (files / "password").write_text("new")
    assert not due.is_due(False)
    (files / "password").write_text("old\n")
    assert [due.is_due(False), due.is_due(False)] == [False, False]


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "postgresql://nobody@127.0.0.1:1/office",
        "postgresql://nobody@127.0.0.1:54x2/office",
    ],
)
def test_settings_that_do_not_hold_leave_the_office_as_it_is(due, files, address):
    (files / "database").write_text(address)
    assert [due.is_due(False) for _ in range(3)] == [False] * 3
    (files / "database").write_text(f"sqlite:///{files}/b.db")
    due.is_due(False)
    assert due.is_due(False)


def test_a_file_that_is_gone_leaves_the_office_as_it_is(due, files):
    (files / "password").unlink()
    assert [due.is_due(False) for _ in range(3)] == [False] * 3


def test_what_is_asked_for_is_done_although_no_file_changed(due):
    assert due.is_due(True)


def test_not_even_what_is_asked_for_is_done_with_wrong_settings(files, read, clock):
    def wrong():
        raise BadSetting("There is no such setting.", to="PARUTION_X", mend="Mend it.")

    assert not Renewing(read(), read=wrong, timer=clock).is_due(True)


def test_settings_that_fail_as_nobody_thought_of_leave_the_office_as_it_is(
    read, clock, capsys
):
    def odd():
        raise ValueError("secret-word is no port")

    assert not Renewing(read(), read=odd, timer=clock).is_due(True)
    logging.shutdown()
    said = "".join(capsys.readouterr())
    assert "settings.not-taken" in said
    assert "secret-word" not in said


def test_what_was_not_taken_is_said_without_any_secret(due, files, capsys):
    (files / "database").write_text("postgresql://u:secret-word@127.0.0.1:1/o")
    for _ in range(3):
        due.is_due(False)
    logging.shutdown()
    said = "".join(capsys.readouterr())
    assert "settings.not-taken" in said
    assert "secret-word" not in said


def test_only_what_waits_for_this_channel_goes_on(read, files, clock, ids):
    before = read()
    with open_office(before, clock=clock, timer=clock, ids=ids) as office:
        upgrade(office.database)
        waits = a_dispatch(office.database, clock=clock, ids=ids)
        with office.database.write() as session:
            row = session.get_one(Dispatch, waits)
            row.state, row.channel = "running", "smtp"
        with office.database.write() as session:
            failover.pause(
                session, "smtp", reason="535", resume_at=None, now=clock.now()
            )
        go_on(office, before)
        with office.database.read() as session:
            assert session.get_one(Dispatch, waits).resume_at is None
        (files / "password").write_text("new")
    with open_office(read(), clock=clock, timer=clock, ids=ids) as office:
        go_on(office, before)
        with office.database.read() as session:
            assert session.get_one(Dispatch, waits).resume_at == clock.now()


def test_what_a_person_paused_stays_paused(read, files, clock, ids):
    before = read()
    (files / "password").write_text("new")
    with open_office(read(), clock=clock, timer=clock, ids=ids) as office:
        upgrade(office.database)
        waits = a_dispatch(office.database, clock=clock, ids=ids)
        with office.database.write() as session:
            row = session.get_one(Dispatch, waits)
            row.state, row.channel = "paused", "smtp"
        go_on(office, before)
        with office.database.read() as session:
            assert session.get_one(Dispatch, waits).resume_at is None
