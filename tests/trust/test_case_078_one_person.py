"""Case 78: a person gets all that is known of them, and erasing leaves only a hash."""

import json

import pytest
from person_rows import TRACES, known_for_years
from sqlalchemy import select, text

from app.cli.edge import show_one
from app.tables import metadata
from core.errors import Conflict, NotFound
from distributor.contacts import lines, person, suppression
from distributor.models import Delivery, Dispatch, Suppression


@pytest.mark.parametrize(
    "address", ["Nadia.Alami@presse.test", "n.alami@courrier.test"]
)
def test_a_person_gets_all_that_is_known_under_any_of_their_addresses(
    each_database, tmp_path, clock, address, capsys
):
    with each_database.write() as session:
        known_for_years(session, tmp_path, clock.now())
        show_one(person.all_known(session, address), as_json=True)
    known = json.loads(capsys.readouterr().out)
    assert known["addresses"] == ["n.alami@courrier.test", "nadia.alami@presse.test"]
    (contact,) = known["contacts"]
    assert contact["contact"]["phone"] == "0611223344"
    assert contact["lists"] == ["presse"]
    assert [one["outlet"] for one in contact["employments"]] == ["Le Matin", "Atlas"]
    assert [one["answer"] for one in contact["answers"]] == ["coming"]
    (delivery,) = known["deliveries"]
    assert (delivery["release"], delivery["state"]) == ("1/2026", "bounced")
    assert delivery["attempts"][0]["answer"].startswith("550")
    assert delivery["events"][0]["kind"] == "bounced"
    assert [one["reason"] for one in known["suppressions"]] == ["unsubscribed"]
    assert [one["dispatch"] for one in known["left_out"]] == [2]
    assert [one["kind"] for one in known["changes"]] == ["import", "import"] + [
        "merge"
    ] * 2


def test_erasing_leaves_a_hash_and_nothing_else(each_database, tmp_path, clock):
    with each_database.write() as session:
        known_for_years(session, tmp_path, clock.now())
        person.erase(session, "n.alami@courrier.test", now=clock.now())
    with each_database.read() as session:
        for table in metadata.sorted_tables:
            for row in session.execute(select(table)):
                kept = json.dumps([*map(str, row)], ensure_ascii=False).lower()
                assert not [trace for trace in TRACES if trace in kept], table.name
        (suppressed,) = session.scalars(select(Suppression)).all()
        assert suppressed.address_key is None
        assert suppressed.address_hash == suppression.digest("nadia.alami@presse.test")
        assert [one.email for one in lines.contacts(session)] == ["other@x.test"]
        # What was sent is still counted.
        assert session.scalars(select(Delivery.state)).one() == "bounced"
        left_out = session.scalars(
            select(Dispatch.left_out).order_by(Dispatch.id)
        ).all()[1]
        assert [one["address_key"] for one in left_out] == ["erased", "somebody@x.test"]
        with pytest.raises(NotFound, match="Nothing is known"):
            person.all_known(session, "n.alami@courrier.test")


def test_somebody_whose_message_is_on_its_way_is_not_erased_yet(
    database, tmp_path, clock
):
    with database.write() as session:
        delivery = known_for_years(session, tmp_path, clock.now())
        delivery.state = "sending"
        session.flush()
        with pytest.raises(Conflict, match="has not reached"):
            person.erase(session, "nadia.alami@presse.test", now=clock.now())


def test_erasing_is_for_one_person_only(database, tmp_path, clock):
    with database.write() as session:
        known_for_years(session, tmp_path, clock.now())
        person.erase(session, "other@x.test", now=clock.now())
        assert [one.email for one in lines.contacts(session)] == [
            "nadia.alami@presse.test"
        ]
        kept = session.execute(text("SELECT count(*) FROM contact_change")).scalar()
        assert kept == 4
