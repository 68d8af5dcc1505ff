"""A copy is laid beside an embedded database before it is upgraded; the last two are kept."""

import stat

import pytest
from sqlalchemy import text

from app.migrations import copies, history
from core.db import open_database
from core.errors import Conflict


@pytest.fixture
def office(tmp_path):
    """Embedded, of the first revision."""
    opened = open_database(f"sqlite:///{tmp_path}/office.db")
    history.upgrade(opened, to="0001")
    with opened.engine.begin() as connection:
        connection.execute(text("INSERT INTO mailing_list (name) VALUES ('nationale')"))
    yield opened
    opened.close()


def names(office, tmp_path):
    del office
    return sorted(one.name for one in tmp_path.glob("office.db.of-*"))


def test_an_office_that_starts_newer_has_its_copy_of_before(office, tmp_path):
    history.bring_up_to_date(office)
    assert names(office, tmp_path) == ["office.db.of-0001"]
    copy = tmp_path / "office.db.of-0001"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    old = open_database(f"sqlite:///{copy}")
    with old.engine.begin() as connection:
        asked = text("SELECT name FROM mailing_list")
        assert connection.scalars(asked).all() == ["nationale"]
    assert history.revision(old) == "0001"
    old.close()


def test_a_new_office_and_one_that_is_up_to_date_need_none(tmp_path):
    new = open_database(f"sqlite:///{tmp_path}/office.db")
    history.bring_up_to_date(new)
    history.bring_up_to_date(new)
    assert names(new, tmp_path) == []
    new.close()


def test_only_the_last_two_are_kept_and_other_names_stay(office, tmp_path):
    for other in ("office.db.of-late", "office.db.before-1"):
        (tmp_path / other).write_text("somebody's")
    for revision in ("0001", "0002", "0003"):
        assert copies.keep(office, revision).name == f"office.db.of-{revision}"
    assert names(office, tmp_path) == [
        "office.db.of-0002",
        "office.db.of-0003",
        "office.db.of-late",
    ]
    assert (tmp_path / "office.db.before-1").exists()


def test_without_room_nothing_is_changed_and_it_is_said(office, tmp_path):
    def crowded(old):
        copies.keep(office, old, free=lambda _: 10)

    with pytest.raises(Conflict, match="no room to copy") as said:
        history.upgrade(office, before=crowded)
    assert "--no-copy" in said.value.mend
    assert history.revision(office) == "0001"
    assert names(office, tmp_path) == []


def test_a_copy_that_was_cut_off_is_made_anew(office, tmp_path):
    (tmp_path / ".office.db.of-0001.part").write_bytes(b"half")
    copies.keep(office, "0001")
    assert sorted(one.name for one in tmp_path.iterdir() if "of-" in one.name) == [
        "office.db.of-0001"
    ]


@pytest.mark.postgres
def test_a_servers_database_has_no_file_to_copy(postgres_url):
    shared = open_database(postgres_url)
    assert copies.keep(shared, "0001") is None
    shared.close()
