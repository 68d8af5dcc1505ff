"""What a returned mail does: to the delivery it proves itself to be about, and to its address."""

import pytest
from returned_makers import complaint, dsn, plain
from sending_makers import LINKS, a_dispatch, settings
from sqlalchemy import func, select

from core.keys import Links, Purpose
from distributor.after.bounces import Taken, take
from distributor.models import Delivery, Event, Suppression
from distributor.sending import verp

WITH_VERP = settings(bounces={"verp": True})


@pytest.fixture
def token(database, clock, ids):
    """The token of one of four deliveries that were accepted."""
    a_dispatch(database, clock=clock, ids=ids)
    with database.write() as session:
        deliveries = session.scalars(select(Delivery).order_by(Delivery.id)).all()
        for delivery in deliveries:
            delivery.state = "accepted"
        return deliveries[0].token


def taken(database, clock, content, *, given=WITH_VERP):
    with database.write() as session:
        return take(session, content, links=LINKS, settings=given, now=clock.now())


def state(database, token):
    with database.read() as session:
        return session.scalar(select(Delivery.state).where(Delivery.token == token))


def count(database, row):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(row))


def signed(token, links=LINKS):
    return verp.return_path("bounces@office.test", links=links, token=token)


def test_a_hard_bounce_ends_its_delivery_and_suppresses_the_address(
    database, clock, token
):
    assert taken(database, clock, dsn(to=signed(token))) is Taken.RECORDED
    assert state(database, token) == "bounced"
    with database.read() as session:
        delivery = session.scalars(
            select(Delivery).where(Delivery.token == token)
        ).one()
        assert delivery.reason == "bounced: 5.1.1 550 5.1.1 no such user"
        assert session.scalars(select(Suppression.address_key)).all() == [
            delivery.address_key
        ]


def test_the_same_mail_read_twice_counts_once(database, clock, token):
    assert taken(database, clock, dsn(to=signed(token))) is Taken.RECORDED
    assert taken(database, clock, dsn(to=signed(token))) is Taken.REPEATED
    assert count(database, Event) == 1


@pytest.mark.parametrize(
    ("said", "leads_to"),
    [
        ("failed 5.2.2", ("soft-bounced", "bounced")),
        ("failed 4.4.7", ("soft-bounced", "bounced")),
        ("delayed 4.4.1", ("deferred", "accepted")),
        ("relayed 2.0.0", ("processed", "accepted")),
        ("delivered 2.0.0", ("delivered", "delivered")),
    ],
)
def test_what_says_nothing_about_the_address_suppresses_nobody(
    database, clock, token, said, leads_to
):
    action, status = said.split()
    mail = dsn(to=signed(token), action=action, status=status, diagnostic="x")
    assert taken(database, clock, mail) is Taken.RECORDED
    kind, ends = leads_to
    assert state(database, token) == ends
    assert count(database, Suppression) == 0
    with database.read() as session:
        assert session.scalars(select(Event.kind)).all() == [kind]


def test_a_bounce_without_our_signature_is_counted_and_ignored(database, clock, token):
    stranger = Links(["another key"])
    for to in (
        "bounces@office.test",
        signed(token, stranger),
        f"bounces+{token}@x.test",
    ):
        mail = dsn(to=to, envelope_id=token, returned=f"Message-ID: <{token}@o.test>\n")
        assert taken(database, clock, mail) is Taken.FORGED
    assert state(database, token) == "accepted"
    assert count(database, Event) == count(database, Suppression) == 0


@pytest.mark.parametrize("how", ["envelope", "header"])
def test_without_signed_paths_the_messages_own_name_counts(database, clock, token, how):
    mail = (
        dsn(envelope_id=token)
        if how == "envelope"
        else dsn(returned=f"Message-ID: <{token}@ministere.test>\n")
    )
    assert taken(database, clock, mail, given=settings()) is Taken.RECORDED
    assert state(database, token) == "bounced"


def test_a_bounce_of_somebody_elses_message_does_nothing(database, clock, token):
    mail = dsn(envelope_id="nobody", returned="Message-ID: <other@office.test>\n")
    assert taken(database, clock, mail, given=settings()) is Taken.UNKNOWN
    assert count(database, Event) == 0


def test_a_report_settles_a_delivery_in_doubt(database, clock, token):
    with database.write() as session:
        session.scalars(
            select(Delivery).where(Delivery.token == token)
        ).one().state = "unsure"
    mail = dsn(action="relayed", status="2.0.0", envelope_id=token)
    assert taken(database, clock, mail, given=settings()) is Taken.RECORDED
    assert state(database, token) == "accepted"


def test_a_complaint_suppresses_the_address(database, clock, token):
    mail = complaint(returned=f"Message-ID: <{token}@ministere.test>\n")
    assert taken(database, clock, mail) is Taken.RECORDED
    assert state(database, token) == "complained"
    assert count(database, Suppression) == 1


def test_an_address_is_suppressed_when_its_soft_bounces_repeat(database, clock, token):
    once = settings(bounces={"verp": True}, sending={"soft_bounces": 1})
    full = dsn(to=signed(token), status="5.2.2")
    assert taken(database, clock, full, given=once) is Taken.RECORDED
    assert count(database, Suppression) == 1


def test_a_mail_that_asks_for_no_more_suppresses_its_address(database, clock, token):
    asked = plain(subject=f"unsubscribe {LINKS.sign(Purpose.UNSUBSCRIBE, token)}")
    assert taken(database, clock, asked) is Taken.RECORDED
    assert count(database, Suppression) == 1
    assert taken(database, clock, asked) is Taken.REPEATED


def test_a_mail_that_asks_with_a_wrong_token_is_left_for_a_person(
    database, clock, token
):
    for forged in (token, LINKS.sign(Purpose.BOUNCE, token)):
        asked = plain(subject=f"unsubscribe {forged:0>20}")
        assert taken(database, clock, asked) is Taken.LEFT
    assert count(database, Suppression) == 0


def test_machines_are_counted_and_people_left_alone(database, clock, token):
    away = plain(more="Auto-Submitted: auto-replied\n")
    assert taken(database, clock, away) is Taken.AUTOMATIC
    assert taken(database, clock, plain()) is Taken.LEFT
    assert count(database, Event) == 0
