"""Case 78: a person gets all that is known of them, and erasing leaves only a hash."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.cli.edge import show_one
from app.tables import metadata
from core.errors import Conflict, NotFound
from core.models import Release
from distributor.contacts import importing, lists, merging, person, suppression
from distributor.models import (
    Answer,
    Attempt,
    Delivery,
    Dispatch,
    Event,
    MailingList,
    Suppression,
)

HEADER = "email,name,outlet,phone,provenance\n"
FIRST = HEADER + "nadia.alami@presse.test,Nadia Alami,Le Matin,0611223344,annuaire\n"
SECOND = HEADER + "n.alami@courrier.test,N. Alami,Atlas,0655667788,salon\n"
TRACES = ("alami", "0611223344", "0655667788")


def _import(session, tmp_path, content, *, now):
    path = tmp_path / "contacts.csv"
    path.write_text(content, encoding="utf-8")
    rows = importing.read(path).rows
    importing.store(session, rows, list_name="presse", now=now, file_name=path.name)


def _a_dispatch(session, now, *, number, left_out=()):
    release = Release(number=number, kind="communique", zone="UTC", created_at=now)
    session.add(release)
    session.flush()
    dispatch = Dispatch(
        release_id=release.id,
        mailing_list_id=session.scalars(select(MailingList.id)).one(),
        channel="smtp",
        channels=["smtp"],
        wall=now.replace(tzinfo=None),
        zone="UTC",
        due_at=now,
        deadline_at=now + timedelta(days=1),
        grace_minutes=15,
        zone_rules="2026c",
        release_seal="",
        seal="",
        state="done",
        left_out=list(left_out),
        planned_at=now,
    )
    session.add(dispatch)
    session.flush()
    return dispatch


def _mailed(session, now, *, state="bounced"):
    """The person was mailed; the server and the provider repeated the address."""
    dispatch = _a_dispatch(session, now, number="1/2026")
    contact = lists.contact(session, "n.alami@courrier.test")
    delivery = Delivery(
        dispatch_id=dispatch.id,
        contact_id=contact.id,
        address=contact.address,
        address_key=contact.address_key,
        name=contact.name,
        language="fr",
        state=state,
        reason="550 <n.alami@courrier.test> unknown",
        due_at=now,
        token="token",
        attempts=1,
        changed_at=now,
    )
    session.add(delivery)
    session.flush()
    session.add_all(
        [
            Attempt(
                delivery_id=delivery.id,
                number=1,
                channel="smtp",
                began_at=now,
                verdict="refused",
                answer="550 <n.alami@courrier.test> unknown",
            ),
            Event(
                delivery_id=delivery.id,
                kind="bounced",
                channel="smtp",
                happened_at=now,
                received_at=now,
                key="event",
                detail={"to": "n.alami@courrier.test"},
            ),
            Answer(
                release_id=dispatch.release_id,
                contact_id=contact.id,
                answer="coming",
                said_by="link",
                said_at=now,
            ),
        ]
    )
    session.flush()
    return delivery


def _known_for_years(session, tmp_path, now):
    """Imported twice, mailed, merged, left out, opted out."""
    _import(session, tmp_path, FIRST, now=now)
    _import(session, tmp_path, SECOND, now=now)
    _import(session, tmp_path, HEADER + "other@x.test,Other,,,salon\n", now=now)
    delivery = _mailed(session, now)
    merging.merge(session, "nadia.alami@presse.test", "n.alami@courrier.test", now=now)
    suppression.suppress(
        session, "nadia.alami@presse.test", reason="unsubscribed", now=now
    )
    _a_dispatch(
        session,
        now,
        number="2/2026",
        left_out=[
            {"address_key": "nadia.alami@presse.test", "reason": "suppressed"},
            {"address_key": "somebody@x.test", "reason": "suppressed"},
        ],
    )
    return delivery


@pytest.mark.parametrize(
    "address", ["Nadia.Alami@presse.test", "n.alami@courrier.test"]
)
def test_a_person_gets_all_that_is_known_under_any_of_their_addresses(
    each_database, tmp_path, clock, address, capsys
):
    with each_database.write() as session:
        _known_for_years(session, tmp_path, clock.now())
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
        _known_for_years(session, tmp_path, clock.now())
        person.erase(session, "n.alami@courrier.test")
    with each_database.read() as session:
        for table in metadata.sorted_tables:
            for row in session.execute(select(table)):
                kept = json.dumps([*map(str, row)], ensure_ascii=False).lower()
                assert not [trace for trace in TRACES if trace in kept], table.name
        (suppressed,) = session.scalars(select(Suppression)).all()
        assert suppressed.address_key is None
        assert suppressed.address_hash == suppression.digest("nadia.alami@presse.test")
        assert [one.email for one in lists.contacts(session)] == ["other@x.test"]
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
        delivery = _known_for_years(session, tmp_path, clock.now())
        delivery.state = "sending"
        session.flush()
        with pytest.raises(Conflict, match="has not reached"):
            person.erase(session, "nadia.alami@presse.test")


def test_erasing_is_for_one_person_only(database, tmp_path, clock):
    with database.write() as session:
        _known_for_years(session, tmp_path, clock.now())
        person.erase(session, "other@x.test")
        assert [one.email for one in lists.contacts(session)] == [
            "nadia.alami@presse.test"
        ]
        kept = session.execute(text("SELECT count(*) FROM contact_change")).scalar()
        assert kept == 4
