"""Who is one person: edited addresses are theirs, and those that passed to others are not."""

import json

import pytest
from contact_makers import imported
from sqlalchemy import select

from app.legal import person
from app.tables import metadata
from distributor.contacts import batches, card, editing, erasures, suppression
from distributor.contacts.editing import Facts
from distributor.contacts.suppression import digest
from distributor.models import Contact, Suppression

OLD, NEW, NEWEST = "old@presse.test", "new@presse.test", "newest@presse.test"


def facts(address, name="Nadia Alami", phone="0611223344"):
    return Facts(address=address, name=name, phone=phone, provenance="salon")


def added(session, address, *, now, **told):
    return editing.add(session, facts(address, **told), account_id=None, now=now)[0]


def edited(session, contact_id, address, *, now, **told):
    return editing.edit(
        session,
        contact_id,
        facts(address, **told),
        seal=card.seal_of(session, contact_id),
        account_id=None,
        now=now,
    )


def traces(session, *words):
    return {
        f"{table.name}: {word}"
        for table in metadata.sorted_tables
        for row in session.execute(select(table))
        for word in words
        if word in json.dumps([*map(str, row)], ensure_ascii=False)
    }


@pytest.mark.parametrize("asked", [OLD, NEW, NEWEST])
def test_edited_then_erased_leaves_nothing_of_any_address(each_database, clock, asked):
    with each_database.write() as session:
        contact_id = added(session, OLD, now=clock.now())
        suppression.suppress(session, OLD, reason="opposed", now=clock.now())
        edited(session, contact_id, NEW, now=clock.now())
        edited(session, contact_id, NEWEST, now=clock.now())
    with each_database.read() as session:
        planned = {one.table: one.rows for one in person.plan(session, asked).going}
    assert planned == {"contact": 1, "contact_change": 3, "suppression": 3}
    with each_database.write() as session:
        person.erase(session, asked, now=clock.now())
    with each_database.read() as session:
        assert traces(session, "@presse.test", "Alami", "0611223344") == set()
        assert set(erasures.noted(session)) == {
            digest(OLD),
            digest(NEW),
            digest(NEWEST),
        }
        # It goes on refusing every one of them.
        assert set(session.scalars(select(Suppression.address_hash))) == {
            digest(OLD),
            digest(NEW),
            digest(NEWEST),
        }


def test_an_edit_that_was_undone_leads_nowhere(database, clock):
    with database.write() as session:
        contact_id = added(session, OLD, now=clock.now())
        batches.undo(
            session, edited(session, contact_id, NEW, now=clock.now()), now=clock.now()
        )
        other = added(session, NEW, now=clock.now(), name="Omar B", phone="")
    with database.write() as session:
        known = person.known(session, NEW)
        assert known["addresses"] == [NEW]
        assert [one["contact"]["id"] for one in known["contacts"]] == [other]
        assert "Alami" not in str(known["changes"])
        person.erase(session, OLD, now=clock.now())
    with database.read() as session:
        assert session.scalars(select(Contact.address)).all() == [NEW]
        assert traces(session, "Alami") == set()


@pytest.mark.parametrize(("asked", "stays"), [(OLD, "Nadia"), (NEWEST, "Omar")])
def test_an_address_that_passed_to_somebody_else_is_theirs(
    database, clock, asked, stays
):
    with database.write() as session:
        contact_id = added(session, OLD, now=clock.now())
        edited(session, contact_id, NEW, now=clock.now())
        edited(session, contact_id, NEWEST, now=clock.now())
        added(session, OLD, now=clock.now(), name="Omar Bennani", phone="0655")
        before = {one: person.known(session, one) for one in (OLD, NEWEST)}
        assert before[OLD]["addresses"] == [OLD]
        assert before[NEWEST]["addresses"] == [NEW, NEWEST]
        assert len(before[NEWEST]["changes"]) == 3
        person.erase(session, asked, now=clock.now())
        other = NEWEST if asked == OLD else OLD
        left = person.known(session, other)
        # Nobody else has it any more: it was theirs, too.
        assert {**left, "addresses": before[other]["addresses"]} == before[other]
    with database.read() as session:
        gone = {"Nadia": ("Omar", "0655"), "Omar": ("Nadia", "0611223344")}[stays]
        assert traces(session, *gone) == set()
        assert len(session.scalars(select(Contact)).all()) == 1


def test_an_old_file_that_brings_the_address_back_brings_the_same_person(
    database, clock, tmp_path
):
    with database.write() as session:
        contact_id = added(session, OLD, now=clock.now())
        edited(session, contact_id, NEW, now=clock.now())
        text = f"email,name,provenance\n{OLD},nadia  ALAMI,x\n"
        imported(session, tmp_path, text, now=clock.now())
        person.erase(session, NEW, now=clock.now())
    with database.read() as session:
        assert session.scalars(select(Contact)).all() == []
        assert traces(session, "presse.test", "lami", "LAMI") == set()
