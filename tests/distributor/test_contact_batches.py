from datetime import date, timedelta

import pytest
from contact_makers import everything, imported
from sending_makers import a_dispatch
from sqlalchemy import select

from core.errors import BadInput, Conflict, NotFound
from distributor.contacts import (
    batches,
    card,
    editing,
    lines,
    lists,
    merging,
    suppression,
)
from distributor.models import (
    Answer,
    Contact,
    Delivery,
    Employment,
    MailingList,
    Suppression,
)

HEADER = "email,name,outlet,beats,languages,provenance\n"
NADIA = "nadia@presse.test,Nadia Alami,Le Matin,ville,fr,annuaire\n"


def test_undoing_an_import_restores_every_byte(each_database, tmp_path, clock):
    with each_database.write() as session:
        imported(session, tmp_path, HEADER + NADIA, now=clock.now())
        before = everything(session)
        clock.wait(timedelta(days=1))
        stored = imported(
            session,
            tmp_path,
            HEADER
            + "nadia@presse.test,Nadia El Alami,Atlas,eau;ville,ar,carte de visite\n"
            + "said@presse.test,Saïd,Atlas,,,carte\n",
            now=clock.now(),
            list_name="autre",
        )
        assert (stored.new, stored.changed) == (1, 1)
        assert everything(session) != before
        undone = batches.undo(session, stored.batch, now=clock.now())
        assert (undone.removed, undone.restored) == (1, 1)
        assert everything(session) == before
        assert [one.name for one in lists.all_lists(session)] == ["presse"]


def test_undoing_an_edit_of_the_address_leaves_one_contact(
    each_database, tmp_path, clock
):
    with each_database.write() as session:
        imported(session, tmp_path, HEADER + NADIA, now=clock.now())
        before = everything(session)
        (contact_id,) = before[0]
        batch = editing.edit(
            session,
            contact_id,
            editing.Facts(address="n@presse.test", name="Nadia", provenance="salon"),
            seal=card.seal_of(session, contact_id),
            account_id=None,
            now=clock.now(),
        )
        batches.undo(session, batch, now=clock.now())
        assert everything(session) == before


def test_a_batch_is_undone_once_and_only_if_it_is_there(database, tmp_path, clock):
    with database.write() as session:
        stored = imported(session, tmp_path, HEADER + NADIA, now=clock.now())
        batches.undo(session, stored.batch, now=clock.now())
        with pytest.raises(Conflict, match="undone already"):
            batches.undo(session, stored.batch, now=clock.now())
        with pytest.raises(NotFound, match="no batch 99"):
            batches.undo(session, 99, now=clock.now())
        (line,) = batches.all_batches(session)
        assert (line.kind, line.contacts, line.undone_at) == ("import", 1, clock.now())


def test_contacts_that_changed_since_are_named_and_nothing_is_undone(
    database, tmp_path, clock
):
    with database.write() as session:
        stored = imported(session, tmp_path, HEADER + NADIA, now=clock.now())
        imported(session, tmp_path, HEADER + NADIA, now=clock.now(), list_name="b")
        before = everything(session)
        with pytest.raises(Conflict, match=r"nadia@presse\.test"):
            batches.undo(session, stored.batch, now=clock.now())
        assert everything(session) == before


def test_contacts_that_were_put_into_a_dispatch_stay(database, clock, ids):
    a_dispatch(database, clock=clock, ids=ids)
    with database.write() as session:
        (batch,) = batches.all_batches(session)
        with pytest.raises(Conflict, match="put into a dispatch"):
            batches.undo(session, batch.id, now=clock.now())


def test_importing_what_is_known_leaves_no_batch(database, tmp_path, clock):
    with database.write() as session:
        imported(session, tmp_path, HEADER + NADIA, now=clock.now())
        again = imported(session, tmp_path, HEADER + NADIA, now=clock.now())
        assert (again.batch, again.same) == (None, 1)


def test_a_changed_outlet_closes_one_employment_and_opens_another(
    database, tmp_path, clock
):
    with database.write() as session:
        imported(session, tmp_path, HEADER + NADIA, now=clock.now())
        clock.wait(timedelta(days=10))
        text = HEADER + NADIA.replace("Le Matin", "Atlas")
        imported(session, tmp_path, text, now=clock.now())
        found = session.execute(
            select(Employment.outlet, Employment.since, Employment.until).order_by(
                Employment.id
            )
        ).all()
        day = date(2026, 12, 4)
        assert found == [("Le Matin", None, day), ("Atlas", day, None)]
        assert session.scalars(select(Contact.outlet)).one() == "Atlas"


TWO = (
    HEADER + "nadia@presse.test,Nadia Alami,,ville,fr,annuaire\n"
    "n.alami@courrier.test,N. Alami,Le Matin,eau,ar,salon\n"
)


def _answer(session, address, answer, *, clock, release_id):
    contact = lines.contact(session, address)
    session.add(
        Answer(
            release_id=release_id,
            contact_id=contact.id,
            answer=answer,
            said_by="link",
            said_at=clock.now(),
        )
    )
    session.flush()


def _two_who_are_one(database, tmp_path, clock, ids):
    """Both were mailed and both answered; the second changed their mind."""
    a_dispatch(database, clock=clock, ids=ids, count=1)
    with database.write() as session:
        imported(session, tmp_path, TWO, now=clock.now())
        imported(
            session,
            tmp_path,
            "email\nn.alami@courrier.test\n",
            now=clock.now(),
            list_name="radio",
        )
        delivery = session.scalars(select(Delivery)).one()
        joined = lines.contact(session, "n.alami@courrier.test")
        delivery.contact_id = joined.id
        release_id = delivery.dispatch.release_id
        _answer(
            session, "nadia@presse.test", "coming", clock=clock, release_id=release_id
        )
        clock.wait(timedelta(hours=1))
        _answer(
            session,
            "n.alami@courrier.test",
            "declined",
            clock=clock,
            release_id=release_id,
        )
    return delivery.id


def test_merging_joins_what_is_known_of_both(each_database, tmp_path, clock, ids):
    delivery_id = _two_who_are_one(each_database, tmp_path, clock, ids)
    with each_database.write() as session:
        merging.merge(
            session, "nadia@presse.test", "N.Alami@courrier.test", now=clock.now()
        )
        kept = lines.contact(session, "nadia@presse.test")
        assert (kept.name, kept.outlet) == ("Nadia Alami", "Le Matin")
        assert (kept.languages, kept.beats) == (["fr", "ar"], ["ville", "eau"])
        assert kept.provenance == "annuaire; salon"
        (line,) = lines.contacts(session, list_name="radio")
        assert (line.email, line.lists) == ("nadia@presse.test", ("presse", "radio"))
        assert session.scalars(select(Answer.answer)).one() == "declined"
        assert session.get_one(Delivery, delivery_id).contact_id == kept.id
        assert session.scalars(select(Employment.contact_id)).one() == kept.id
        with pytest.raises(NotFound):
            lines.contact(session, "n.alami@courrier.test")


def test_undoing_a_merge_parts_the_two_again(each_database, tmp_path, clock, ids):
    delivery_id = _two_who_are_one(each_database, tmp_path, clock, ids)
    with each_database.write() as session:
        before = everything(session)
        merged = merging.merge(
            session, "nadia@presse.test", "n.alami@courrier.test", now=clock.now()
        )
    with each_database.write() as session:
        batches.undo(session, merged.batch, now=clock.now())
        assert everything(session) == before
        joined = lines.contact(session, "n.alami@courrier.test")
        assert session.get_one(Delivery, delivery_id).contact_id == joined.id


def test_somebody_who_took_the_number_meanwhile_is_left_alone(
    database, tmp_path, clock
):
    with database.write() as session:
        imported(session, tmp_path, TWO, now=clock.now())
        merged = merging.merge(
            session, "nadia@presse.test", "n.alami@courrier.test", now=clock.now()
        )
        imported(session, tmp_path, "email\nnew@presse.test\n", now=clock.now())
        batches.undo(session, merged.batch, now=clock.now())
        assert [line.email for line in lines.contacts(session)] == [
            *("n.alami@courrier.test", "nadia@presse.test", "new@presse.test")
        ]
        joined = lines.contact(session, "n.alami@courrier.test")
        assert joined.beats == ["eau"]


@pytest.mark.parametrize("opposed", ["nadia@presse.test", "n.alami@courrier.test"])
def test_an_opposition_to_one_address_is_one_to_both_even_after_undoing(
    database, tmp_path, clock, opposed
):
    with database.write() as session:
        imported(session, tmp_path, TWO, now=clock.now())
        suppression.suppress(session, opposed, reason="asked", now=clock.now())
        merged = merging.merge(
            session, "nadia@presse.test", "n.alami@courrier.test", now=clock.now()
        )
        assert merged.suppressed
        batches.undo(session, merged.batch, now=clock.now())
        assert all(line.suppressed for line in lines.contacts(session))
        assert set(session.scalars(select(Suppression.reason))) == {"asked"}


def test_nobody_is_merged_with_themselves(database, tmp_path, clock):
    with database.write() as session:
        imported(session, tmp_path, HEADER + NADIA, now=clock.now())
        with pytest.raises(BadInput, match="same contact"):
            merging.merge(
                session, "nadia@presse.test", "NADIA@presse.test", now=clock.now()
            )


def test_a_batch_that_made_a_list_others_use_leaves_it(database, tmp_path, clock):
    with database.write() as session:
        stored = imported(session, tmp_path, HEADER + NADIA, now=clock.now())
        imported(session, tmp_path, "email\nx@presse.test\n", now=clock.now())
        batches.undo(session, stored.batch, now=clock.now())
        assert session.scalars(select(MailingList.name)).one() == "presse"
