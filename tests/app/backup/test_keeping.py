"""A backup holds every row of one moment, and comes back the same on either engine."""

import fcntl
import gzip
import io
import json
import os
import stat
from contextlib import suppress

import pyrage
import pytest
import sqlalchemy as sa
from every_table import fill_every_table
from sending_makers import a_dispatch

from app.backup import archive, keeping, rows, sealed
from app.backup.archive import Head
from app.migrations import history
from core.db import open_database
from core.errors import BadInput, Conflict, Unavailable
from distributor.models import Delivery, Dispatch
from distributor.sending import schedule
from monitor.models import Article

HEAD = json.dumps(
    {
        "format": "parution-backup",
        "version": 1,
        "revision": "0001",
        "engine": "sqlite",
        "made_at": "2026-11-24T09:00:00+00:00",
        "keys": [],
    }
)
# The columns of today's tables: a table that was numbered otherwise then is left out.
NAMES = {one.name: {field.name for field in one.fields} for one in rows.shapes()}
KEY = sealed.read_key(sealed.new_key())


@pytest.fixture
def full(empty_database):
    """An office of each engine with rows in every table."""
    history.upgrade(empty_database)
    with empty_database.engine.begin() as connection:
        fill_every_table(connection)
    return empty_database


@pytest.fixture
def other(tmp_path):
    opened = open_database(f"sqlite:///{tmp_path}/other.db")
    yield opened
    opened.close()


def backed_up(database, tmp_path, clock):
    file = tmp_path / "office.age"
    told = keeping.back_up(database, file, key=KEY, keys=("ring",), now=clock.now())
    return file, told


def tallies(database):
    with database.engine.connect() as connection:
        return {one.name: rows.tally(connection, one) for one in rows.shapes()}


def test_every_row_of_every_table_comes_back_on_another_engine(
    full, other, tmp_path, clock
):
    file, told = backed_up(full, tmp_path, clock)
    assert {one.rows for one in told.tallies.values()} == {3}
    again = keeping.restore(file, other, key=KEY, now=clock.now())
    assert (again.head, again.tallies) == (told.head, told.tallies)
    assert again.head.keys == ("ring",)
    with full.engine.connect() as before, other.engine.connect() as after:
        for shape in rows.shapes():
            found = list(rows.lines(after, shape))
            if shape.name == "restoration":
                # That it was restored is a row of its own.
                found.pop()
            if shape.name not in {"dispatch", "delivery"}:
                assert found == list(rows.lines(before, shape))
            assert len(found) == 3


@pytest.mark.postgres
def test_an_office_moves_to_postgresql_and_goes_on_counting(
    full, postgres_url, tmp_path
):
    if full.engine.dialect.name == "postgresql":
        pytest.skip("The other way round is the test above.")
    new = open_database(postgres_url)
    try:
        moved = keeping.move(full, new)
        assert moved == tallies(full) == tallies(new)
        with new.write() as session:
            session.execute(
                sa.text("INSERT INTO mailing_list (name) VALUES ('nouvelle')")
            )
            last = session.scalar(sa.text("SELECT max(id) FROM mailing_list"))
        assert last == 4
    finally:
        new.close()


def test_a_move_that_was_cut_off_goes_on_where_it_was(full, other):
    """Each table was there whole, or not at all."""
    history.upgrade(other)
    outlet = next(one for one in rows.shapes() if one.name == "outlet")
    with full.engine.connect() as reading, other.engine.begin() as writing:
        rows.put(writing, outlet, rows.lines(reading, outlet))
    assert keeping.move(full, other) == tallies(other) == tallies(full)


def test_a_move_onto_another_office_leaves_that_as_it_was(full, other):
    history.upgrade(other)
    with other.engine.begin() as connection:
        fill_every_table(connection)
        connection.execute(sa.text("UPDATE outlet SET name = 'Another' WHERE id = 1"))
    before = tallies(other)
    with pytest.raises(Conflict, match="does not hold what it should"):
        keeping.move(full, other)
    assert tallies(other) == before


def test_a_move_onto_other_rows_says_which_table_differs(full, other):
    keeping.move(full, other)
    with other.engine.begin() as connection:
        connection.execute(sa.text("UPDATE outlet SET name = 'x' WHERE id = 1"))
    with pytest.raises(Conflict, match="outlet"):
        keeping.move(full, other)


def test_a_verified_backup_holds_what_the_office_held(full, tmp_path, clock):
    file, told = backed_up(full, tmp_path, clock)
    assert keeping.verify(file, key=KEY).tallies == told.tallies == tallies(full)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"Rencontre" not in file.read_bytes()


@pytest.fixture
def file(database, tmp_path, clock):
    return backed_up(database, tmp_path, clock)[0]


@pytest.fixture
def database(tmp_path):
    opened = open_database(f"sqlite:///{tmp_path}/office.db")
    history.upgrade(opened)
    yield opened
    opened.close()


def test_another_key_opens_nothing(file):
    other = sealed.read_key(sealed.new_key())
    with pytest.raises(BadInput, match="cannot be read with this key"):
        keeping.verify(file, key=other)


@pytest.mark.parametrize("at", [0, 40, 0.5, 0.9, -1])
def test_one_changed_byte_is_noticed(file, at):
    content = bytearray(file.read_bytes())
    place = int(at * len(content)) if isinstance(at, float) else at
    content[place] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(BadInput):
        keeping.verify(file, key=KEY)


@pytest.mark.parametrize("left", [0, 100, 0.5, 0.99])
def test_a_backup_that_is_cut_off_is_refused(file, left):
    content = file.read_bytes()
    file.write_bytes(content[: int(left * len(content)) if left < 1 else left])
    with pytest.raises(BadInput):
        keeping.verify(file, key=KEY)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadInput, match="no such file"):
        keeping.verify(tmp_path / "none.age", key=KEY)


def a_file(path, lines):
    packed = gzip.compress("".join(f"{line}\n" for line in lines).encode())
    with path.open("wb") as out:
        pyrage.encrypt_io(io.BytesIO(packed), out, [KEY.to_public()])
    return path


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["no json"],
        ['{"format": "another", "version": 1}'],
        ['{"format": "parution-backup", "version": 99}'],
        [HEAD],
        [HEAD, '{"tables": 3}'],
    ],
)
def test_what_is_no_whole_backup_of_ours_is_refused(tmp_path, lines):
    with pytest.raises(BadInput):
        keeping.verify(a_file(tmp_path / "odd.age", lines), key=KEY)


def test_a_damaged_backup_leaves_nothing_in_the_new_database(
    full, other, tmp_path, clock
):
    file, _ = backed_up(full, tmp_path, clock)
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(BadInput):
        keeping.restore(file, other, key=KEY, now=clock.now())
    keeping.require_empty(other)


def test_an_office_is_never_restored_over_another(full, tmp_path, clock):
    file, _ = backed_up(full, tmp_path, clock)
    with pytest.raises(Conflict, match="an office in it already"):
        keeping.restore(file, full, key=KEY, now=clock.now())


def test_what_a_restored_office_would_send_is_held(
    database, other, tmp_path, clock, ids
):
    a_dispatch(database, clock=clock, ids=ids)
    file, _ = backed_up(database, tmp_path, clock)
    keeping.restore(file, other, key=KEY, now=clock.now())
    with other.read() as session:
        dispatch = session.get_one(Dispatch, 1)
        assert (dispatch.state, dispatch.reason) == ("held", schedule.RESTORED)
        assert set(session.scalars(sa.select(Delivery.state))) == {"held"}


class Killed(BaseException):
    """As by kill -9: nothing of ours catches it."""


def test_a_restore_that_is_killed_before_its_end_leaves_nothing_that_would_send(
    database, other, tmp_path, clock, ids
):
    a_dispatch(database, clock=clock, ids=ids)
    file, _ = backed_up(database, tmp_path, clock)

    def before(*told):
        if "INSERT INTO restoration" in told[2]:
            raise Killed

    sa.event.listen(other.engine, "before_cursor_execute", before)
    with pytest.raises(Killed):
        keeping.restore(file, other, key=KEY, now=clock.now())
    with other.read() as session:
        dispatch = session.get_one(Dispatch, 1)
        assert (dispatch.state, dispatch.resume_at) == ("paused", None)


def test_a_restore_that_is_killed_before_its_rows_are_there_can_begin_again(
    database, other, tmp_path, clock
):
    """What belongs to the rows, such as the key ring, is put in its place before them."""
    file, _ = backed_up(database, tmp_path, clock)
    kept = []

    def keep(head):
        kept.append(head.keys)
        if len(kept) == 1:
            raise Killed

    for _ in range(2):
        with suppress(Killed):
            keeping.restore(file, other, key=KEY, now=clock.now(), keep=keep)
    assert kept == [("ring",), ("ring",)]


def test_rows_that_hold_files_are_brought_few_at_a_time(other, database):
    """A year of files together does not fit into the memory of a small machine."""
    history.upgrade(database)
    history.upgrade(other)
    shape = next(one for one in rows.shapes() if one.name == "contact_file")
    with database.engine.begin() as connection:
        fill_every_table(connection)
        connection.execute(
            sa.text("UPDATE contact_file SET content = zeroblob(5000000)")
        )
    statements = []
    sa.event.listen(
        other.engine, "before_cursor_execute", lambda *told: statements.append(told[2])
    )
    with database.engine.connect() as reading, other.engine.begin() as writing:
        writing.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
        rows.put(writing, shape, rows.lines(reading, shape))
        assert sum("INSERT INTO contact_file" in one for one in statements) == 2
        writing.rollback()


def test_a_verification_under_way_is_not_taken_for_one_that_was_killed(tmp_path):
    working, left = tmp_path / "parution-verify-1", tmp_path / "parution-verify-2"
    for one in (working, left):
        one.mkdir()
    handle = os.open(working, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    keeping.forget_scratches(tmp_path)
    assert [*tmp_path.iterdir()] == [working]
    os.close(handle)
    keeping.forget_scratches(tmp_path)
    assert not working.exists()


def test_a_full_disk_under_a_backup_is_said(tmp_path):
    file = tmp_path / "office.age"
    (tmp_path / ".office.age.part").symlink_to("/dev/full")

    def write():
        with sealed.writing(file, KEY) as out:
            for _ in range(40):
                out.write(os.urandom(100_000))

    with pytest.raises(Unavailable, match="cannot be written"):
        write()
    assert not file.exists()


def test_articles_are_found_again_after_a_restore(database, other, tmp_path, clock):
    now = clock.now()
    with database.write() as session:
        session.execute(
            sa.text(
                "INSERT INTO outlet (name, name_ar, language, kind, homepage, region, tier, known) VALUES ('Le Matin', '', '', '', '', '', 2, '')"
            )
        )
        session.add(
            Article(
                outlet_id=1,
                url="https://a.test/1",
                address_hash=1,
                title="Rencontre des agences urbaines",
                title_hash=1,
                language="fr",
                first_seen_at=now,
                excerpt="",
            )
        )
    file, _ = backed_up(database, tmp_path, clock)
    keeping.restore(file, other, key=KEY, now=now)
    with other.read() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM article_search")) == 1


def test_a_backup_of_an_older_program_is_brought_up_to_date(tmp_path, other, clock):
    old = open_database(f"sqlite:///{tmp_path}/old.db")
    history.upgrade(old, to="0001")
    with old.engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO outlet (id, name, name_ar, language, kind, homepage)"
                " VALUES (1, 'Le Matin', '', 'fr', '', '')"
            )
        )
        names = set(sa.inspect(connection).get_table_names())
        seen = sa.inspect(connection)
        columns = {
            name: {one["name"] for one in seen.get_columns(name)} for name in names
        }
        keys = {
            name: seen.get_pk_constraint(name)["constrained_columns"] for name in names
        }
    shapes = [
        rows.Shape(
            name=one.name,
            fields=[field for field in one.fields if field.name in columns[one.name]],
            key=keys[one.name],
        )
        for one in rows.shapes()
        if one.name in names
        and set(keys[one.name]) <= columns[one.name] & NAMES[one.name]
    ]
    file = tmp_path / "old.age"
    head = Head(revision="0001", engine="sqlite", made_at=clock.now(), keys=[])
    with old.engine.connect() as connection, sealed.writing(file, KEY) as out:
        archive.write(out, connection, head, shapes)
    old.close()
    keeping.restore(file, other, key=KEY, now=clock.now())
    assert history.is_current(other)
    with other.read() as session:
        assert session.scalar(sa.text("SELECT name FROM outlet")) == "Le Matin"


def test_a_backup_tells_of_one_moment(database, tmp_path, clock, ids):
    """What is written while a backup is made is in the next one."""
    a_dispatch(database, clock=clock, ids=ids, count=2)
    shape = next(one for one in rows.shapes() if one.name == "contact")
    with keeping._one_moment(database) as connection:
        before = rows.tally(connection, shape)
        with database.write() as session:
            session.execute(sa.text("UPDATE contact SET name = 'x'"))
        assert rows.tally(connection, shape) == before
    with keeping._one_moment(database) as connection:
        assert rows.tally(connection, shape) != before


def test_a_backup_that_cannot_be_written_leaves_no_file(database, tmp_path, clock):
    def cut_off():
        with sealed.writing(tmp_path / "office.age", KEY) as out:
            out.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_off()
    assert [one for one in tmp_path.iterdir() if "age" in one.name] == []


def test_what_a_reader_of_a_backup_meets_is_not_taken_for_a_damaged_file(
    full, tmp_path, clock
):
    """The rest of the file waits in a pipe that nobody reads any more."""
    file, _ = backed_up(full, tmp_path, clock)

    def meet():
        with sealed.reading(file, KEY) as source:
            source.readline()
            raise LookupError("a fault of the database")

    with pytest.raises(LookupError, match="of the database"):
        meet()


def test_no_word_of_a_wrong_key_is_repeated():
    with pytest.raises(BadInput) as refused:
        sealed.read_key("AGE-SECRET-KEY-1WRONG")
    assert "WRONG" not in str(refused.value)
