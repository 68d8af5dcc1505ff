"""Case 78 over the whole map: whatever may hold a contact is told to them, and is cleared."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from person_rows import ADDRESS, OTHER, TRACES, known_everywhere
from sqlalchemy import select

from app.legal import person
from app.legal.personal import Erasing, columns
from app.tables import metadata
from app.telling.plain import plain
from core.errors import Conflict
from core.models import Account
from distributor.contacts import suppression
from distributor.models import Delivery, ReleaseComment


def rows_of(session, name):
    return session.execute(select(metadata.tables[name])).mappings().all()


def text_of(value):
    if isinstance(value, bytes):
        if zipfile.is_zipfile(io.BytesIO(value)):
            with zipfile.ZipFile(io.BytesIO(value)) as inside:
                return " ".join(inside.read(one).decode() for one in inside.namelist())
        return value.decode("utf-8", "replace")
    return json.dumps(plain(value), ensure_ascii=False, default=str)


def traces_in(value):
    told = text_of(value).lower()
    return [trace for trace in TRACES if trace in told]


def whole_of(session):
    return {
        table.name: rows_of(session, table.name) for table in metadata.sorted_tables
    }


def test_whatever_may_hold_a_contact_is_told_and_then_cleared(
    each_database, tmp_path, clock
):
    with each_database.write() as session:
        known_everywhere(session, tmp_path, clock.now())
    with each_database.read() as session:
        told = json.dumps(plain(person.known(session, ADDRESS)), ensure_ascii=False)
        before = whole_of(session)
        planned = person.plan(session, ADDRESS)
    going = [
        (table, column)
        for table, column, held in columns()
        if held.erasing is Erasing.GONE
    ]
    for table, column in going:
        # The office of this test has something of them in every such column.
        assert any(row[column] not in (None, "", [], {}) for row in before[table]), (
            table,
            column,
        )
    for trace in TRACES:
        assert trace in told.lower(), trace

    with each_database.write() as session:
        assert person.erase(session, ADDRESS, now=clock.now()) == planned
    with each_database.read() as session:
        after = whole_of(session)
    left = {
        f"{table}.{column}: {row[column]}"
        for table, column, held in columns()
        if held.erasing in {Erasing.GONE, Erasing.HASHED}
        for row in after[table]
        if traces_in(row[column])
    }
    assert left == set()
    # What a person typed is theirs to look at: it was shown before, and only that is left.
    kept = {
        name
        for name, rows in after.items()
        for row in rows
        if any(traces_in(value) for value in row.values())
    }
    assert kept == {"release_comment", "article"}
    assert [one["table"] for one in planned.remarks] == ["release_comment"]
    (edition,) = after["edition"]
    for held in ("whole", "content"):
        lines = edition[held]["sections"][0]["lines"]
        assert [one["contact"] for one in lines] == ["", "Omar B"]
    hashes = {suppression.digest(ADDRESS)}
    assert {row["address_hash"] for row in after["suppression"]} == hashes
    assert {row["address_hash"] for row in after["person_request"]} == hashes


def test_the_plan_counts_what_erasing_does(database, tmp_path, clock):
    with database.write() as session:
        known_everywhere(session, tmp_path, clock.now())
    with database.read() as session:
        before = whole_of(session)
        planned = {one.table: one.rows for one in person.plan(session, ADDRESS).going}
    with database.write() as session:
        person.erase(session, ADDRESS, now=clock.now())
    with database.read() as session:
        after = whole_of(session)

    def changed(name):
        keys = [column.name for column in metadata.tables[name].primary_key]
        there = {tuple(row[key] for key in keys): dict(row) for row in after[name]}
        return sum(
            there.get(tuple(row[key] for key in keys)) != dict(row)
            for row in before[name]
        )

    # The journal is the trail of it, and no row of it is ever changed.
    touched = {name: changed(name) for name in before if name != "journal_line"}
    assert planned == {name: rows for name, rows in touched.items() if rows}


def test_the_others_are_left_as_they_are(database, tmp_path, clock):
    with database.write() as session:
        known_everywhere(session, tmp_path, clock.now())
        before = person.known(session, OTHER)
        person.erase(session, ADDRESS, now=clock.now())
        assert person.known(session, OTHER) == before


def test_nothing_is_erased_while_a_message_is_on_its_way(database, tmp_path, clock):
    with database.write() as session:
        known_everywhere(session, tmp_path, clock.now())
        row = session.scalars(select(Delivery)).first()
        row.state = "waiting"
        session.flush()
        before = whole_of(session)
        assert person.plan(session, ADDRESS).dispatch == row.dispatch_id
        with pytest.raises(Conflict, match="has not reached"):
            person.erase(session, ADDRESS, now=clock.now())
        assert whole_of(session) == before


def test_who_works_here_gets_what_their_account_did_and_no_secret(
    database, tmp_path, clock
):
    with database.write() as session:
        known_everywhere(session, tmp_path, clock.now())
        session.add(
            Account(
                name="n.alami",
                role="writer",
                password_hash="$argon2$secret",
                token_hash="feed",
                created_at=clock.now(),
            )
        )
        session.flush()
        account_id = session.scalars(
            select(Account.id).where(Account.name == "n.alami")
        ).one()
        session.add(
            ReleaseComment(
                release_id=1,
                text="À relire",
                account_id=account_id,
                at=clock.now() - timedelta(days=1),
            )
        )
        session.flush()
        assert "account" not in person.known(session, ADDRESS)
        theirs = person.known(session, ADDRESS, account="n.alami")["account"]
    assert theirs["role"] == "writer"
    assert theirs["rows"]["release_comment"][0]["account_id"] == account_id
    told = json.dumps(plain(theirs))
    assert "argon2" not in told
    assert "feed" not in told
