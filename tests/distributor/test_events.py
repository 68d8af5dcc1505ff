"""What channels report afterwards: once, in any order, never backwards."""

import itertools
import tempfile
from datetime import timedelta

import pytest
from delivery_rows import NOON, deliveries, states
from engines import address
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sending_makers import settings
from sqlalchemy import func, select

from core.db import open_database
from distributor.after.events import Report, record
from distributor.contacts.suppression import suppressed
from distributor.models import Delivery, Event, Suppression
from distributor.states import FOLLOWS, DeliveryState, EventKind

_KEYS = itertools.count()


def a_report(token, kind, *, at=NOON, key=None, **detail):
    return Report(
        token=token,
        kind=EventKind(kind),
        happened_at=at,
        channel="sendgrid",
        key=f"k{next(_KEYS)}" if key is None else key,
        detail=detail,
    )


def reported(database, *reports, given=None, now=NOON):
    with database.write() as session:
        return record(session, reports, settings=given or settings(), now=now)


def out(database):
    with database.read() as session:
        keys = session.scalars(select(Delivery.address_key)).all()
        return suppressed(session, keys)


def test_a_report_said_again_counts_once(each_database):
    token, *_ = deliveries(each_database, state="accepted")
    report = a_report(token, "delivered")
    assert reported(each_database, report, report) == 1
    assert reported(each_database, report) == 0
    with each_database.read() as session:
        assert session.scalar(select(func.count(Event.id))) == 1
    assert states(each_database)[token] == "delivered"


def test_a_report_about_no_message_of_ours_is_passed_over(each_database):
    deliveries(each_database, state="accepted")
    assert reported(each_database, a_report("stranger", "bounced")) == 0
    assert out(each_database) == frozenset()


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("processed", "accepted"),
        ("deferred", "accepted"),
        ("delivered", "delivered"),
        ("bounced", "bounced"),
        ("soft-bounced", "bounced"),
        ("dropped", "bounced"),
        ("complained", "complained"),
        ("unsubscribed", "accepted"),
    ],
)
@pytest.mark.parametrize("before", ["unsure", "sending"])
def test_a_report_settles_what_was_in_doubt(database, before, kind, state):
    token, other, *_ = deliveries(database, state=before)
    reported(database, a_report(token, kind))
    assert states(database)[token] == state
    assert states(database)[other] == before


@pytest.mark.parametrize("before", ["waiting", "held", "cancelled", "refused"])
def test_a_report_does_not_move_what_never_left(database, before):
    token, *_ = deliveries(database, state=before)
    reported(database, a_report(token, "delivered"))
    assert states(database)[token] == before


def test_why_it_bounced_is_shown_beside_the_delivery_as_plain_text(each_database):
    token, *_ = deliveries(each_database, state="accepted")
    words = "550 <b>unknown</b>\x00\ud800 user" + "x" * 5000
    reported(each_database, a_report(token, "bounced", reason=words))
    with each_database.read() as session:
        reason = session.scalar(select(Delivery.reason).where(Delivery.token == token))
        (detail,) = session.scalars(select(Event.detail))
    assert reason.startswith("bounced: 550 <b>unknown</b>? user")
    assert len(reason) < 1100
    assert detail["reason"] in reason


@pytest.mark.parametrize("kind", ["bounced", "complained", "unsubscribed"])
def test_hard_bounces_complaints_and_oppositions_suppress_at_once(each_database, kind):
    token, *_ = deliveries(each_database, state="accepted")
    reported(each_database, a_report(token, kind))
    assert len(out(each_database)) == 1
    with each_database.read() as session:
        assert session.scalar(select(Suppression.reason)) == kind


@pytest.fixture
def tokens(database):
    """Of six messages to the same address, one after the other."""
    return [deliveries(database, state="accepted", count=1)[0] for _ in range(6)]


def one_a_day(tokens, kinds):
    return [
        a_report(token, kind, at=NOON + timedelta(days=day))
        for day, (token, kind) in enumerate(zip(tokens, kinds, strict=False))
    ]


def test_soft_bounces_suppress_once_they_are_too_many_in_a_row(database, tokens):
    soft = one_a_day(tokens, ["soft-bounced"] * 3)
    reported(database, *soft[:2])
    assert not out(database)
    reported(database, soft[2])
    assert out(database)


def test_a_delivery_between_ends_the_row_of_soft_bounces(database, tokens):
    kinds = ["soft-bounced", "soft-bounced", "delivered"] * 2
    reported(database, *one_a_day(tokens, kinds))
    assert not out(database)


def test_soft_bounces_of_one_message_count_as_one(database, tokens):
    reported(database, *(a_report(tokens[0], "soft-bounced") for _ in range(5)))
    assert not out(database)


def test_what_is_opened_and_clicked_is_kept_only_while_it_is_tracked(database):
    token, *_ = deliveries(database, state="accepted")
    assert (
        reported(database, a_report(token, "opened"), a_report(token, "clicked")) == 0
    )
    tracking = settings(tracking={"opens": True, "clicks": True})
    assert reported(database, a_report(token, "opened"), given=tracking) == 1
    assert reported(database, a_report(token, "clicked"), given=tracking) == 1


kinds = st.lists(st.sampled_from(sorted(EventKind)), min_size=1, max_size=5)


@given(
    kinds=kinds,
    chance=st.randoms(use_true_random=False),
    before=st.sampled_from(sorted(DeliveryState)),
)
@hypothesis_settings(max_examples=60, deadline=None)
def test_reports_end_in_the_same_state_whatever_their_order(kinds, chance, before):
    shuffled = kinds.copy()
    chance.shuffle(shuffled)
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(address(folder))
        together, one_by_one, other_way, _ = deliveries(database, state=before)
        reported(database, *(a_report(together, kind) for kind in kinds))
        for token, row in ((one_by_one, kinds), (other_way, shuffled)):
            for kind in row:
                was = states(database)[token]
                reported(database, a_report(token, kind))
                assert allowed(was, states(database)[token])
        ends = states(database)
        assert ends[together] == ends[one_by_one] == ends[other_way]
        database.close()


def allowed(before, after):
    if before == after:
        return True
    if before == DeliveryState.SENDING:
        # It was accepted on the way, which is what the report proves.
        return after in FOLLOWS[DeliveryState.ACCEPTED] | {DeliveryState.ACCEPTED}
    return after in FOLLOWS[DeliveryState(before)]
