"""Editions and notices at the screen: said in words, and never as a release there is not."""

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from mailing_makers import FRENCH, TOLD, a_list, a_notice, an_edition
from screen_makers import an_office, fill, signed_in
from sqlalchemy import func, select, update

from app.migrations.history import upgrade
from app.web import make_app, make_public_app
from core.keys import Purpose
from core.values import Role
from distributor.models import Body, Contact, Delivery, Suppression


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        upgrade(opened.database)
        fill(opened)
        yield opened


@pytest.fixture
def sent(office):
    """An edition to two readers, and a notice: their ids."""
    given = {"clock": office.clock, "ids": office.ids, "given": office.settings}
    with office.database.write() as session:
        members = session.scalars(select(Contact.id).limit(2)).all()
        list_id = a_list(session, members=members)
        edition = an_edition(session, list_id=list_id, bodies=[FRENCH], **given)
        return edition.id, a_notice(session, **given).id


def words_of(answer):
    assert answer.status_code == 200
    return " ".join(BeautifulSoup(answer.text, "lxml").get_text(" ").split())


def test_a_dispatch_s_page_says_what_it_is_and_links_to_no_release(office, sent):
    client = signed_in(office, Role.VALIDATOR)
    for dispatch_id, name, title in zip(
        sent,
        ("Edition of the review", "Notice"),
        (FRENCH.subject, TOLD.subject),
        strict=True,
    ):
        answer = client.get(f"/dispatches/{dispatch_id}?lang=en")
        said = words_of(answer)
        assert name in said
        assert title in said
        assert "/releases/None" not in answer.text
        assert "/correct" not in answer.text
        # Nobody is asked to approve it.
        assert "Nobody has approved it yet" not in said
        assert f"/dispatches/{dispatch_id}/approve" not in answer.text


def test_today_shows_them_by_name(office, sent):
    answer = signed_in(office, Role.VALIDATOR).get("/?lang=en")
    said = words_of(answer)
    assert "Edition of the review · cabinet" in said
    assert "Notice ·" in said
    assert "Waits for your approval" not in said
    assert "None" not in said


def test_a_broken_seal_is_said(office, sent):
    with office.database.write() as session:
        session.execute(update(Body).values(plain="another"))
    said = words_of(
        signed_in(office, Role.VALIDATOR).get(f"/dispatches/{sent[0]}?lang=en")
    )
    assert "The seal is broken: what it sends" in said


def test_proofs_trails_and_stopping_work_as_for_any_dispatch(office, sent):
    client = signed_in(office, Role.VALIDATOR)
    assert client.get(f"/dispatches/{sent[0]}/proof.json").json()["head"]["about"]
    assert client.get(f"/dispatches/{sent[0]}/deliveries/1").status_code == 200
    stopped = client.post(f"/dispatches/{sent[0]}/stop", data={"because": "x"})
    assert stopped.status_code == 303
    with office.database.read() as session:
        rows = session.scalars(select(Delivery).where(Delivery.dispatch_id == sent[0]))
        assert {row.state for row in rows} == {"cancelled"}


def test_neither_can_be_corrected_or_approved(office, sent):
    client = signed_in(office, Role.VALIDATOR)
    for dispatch_id in sent:
        asked = client.get(f"/dispatches/{dispatch_id}/correct")
        assert asked.status_code == 409
        assert "sends no release" in asked.text
        approved = client.post(f"/dispatches/{dispatch_id}/approve", data={"seal": "x"})
        assert approved.status_code == 409


@pytest.fixture
def visitor(office):
    make = make_public_app if office.settings.web.public_port else make_app
    with TestClient(make(office), follow_redirects=False) as client:
        yield client


def test_the_page_to_unsubscribe_from_a_review_speaks_of_the_review_alone(
    office, sent, visitor
):
    with office.database.read() as session:
        token = session.scalar(
            select(Delivery.token).where(Delivery.dispatch_id == sent[0]).limit(1)
        )
    link = f"/u/{office.links.sign(Purpose.UNSUBSCRIBE, token)}?lang=en"
    said = words_of(visitor.get(link))
    assert "other messages of ours still reach you" in said
    assert "receive nothing more" not in said.lower()
    done = words_of(visitor.post(link))
    assert "receives this press review no more" in done
    with office.database.read() as session:
        assert session.scalar(select(func.count(Suppression.id))) == 0
        gone = select(Delivery.state).where(Delivery.token == token)
        assert session.scalar(gone) == "cancelled"
