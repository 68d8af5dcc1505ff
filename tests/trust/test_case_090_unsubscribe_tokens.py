"""Case 90: forged, cut, swapped and outdated tokens unsubscribe nobody."""

import pytest
from sending_ground import a_dispatch
from sqlalchemy import func, select

from core.errors import NotFound
from core.keys import Links, Purpose
from core.settings import Settings
from distributor.after.unsubscribe import unsubscribe
from distributor.models import Delivery, Suppression

OLD, NEW, RETIRED = Links(["old"]), Links(["new", "old"]), Links(["new"])


@pytest.fixture
def tokens(database, ids):
    a_dispatch(database, count=2, ids=ids)
    with database.read() as session:
        return session.scalars(select(Delivery.token).order_by(Delivery.id)).all()


def leave(database, clock, signed, links=NEW):
    with database.write() as session:
        unsubscribe(session, signed, links=links, settings=Settings(), now=clock.now())


def test_no_token_but_a_whole_and_signed_one_counts(database, clock, tokens):
    mine, other = tokens
    true = NEW.sign(Purpose.UNSUBSCRIBE, mine)
    for forged in (
        "",
        mine,
        true[:-1],
        true[1:],
        true + "0",
        other + true[-16:],
        NEW.sign(Purpose.PREFERENCES, mine),
        Links(["stranger"]).sign(Purpose.UNSUBSCRIBE, mine),
        "\u0627" * 40,
    ):
        with pytest.raises(NotFound):
            leave(database, clock, forged)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Suppression)) == 0


def test_a_link_outlives_a_change_of_keys_until_its_key_is_retired(
    database, clock, tokens
):
    sent_before = OLD.sign(Purpose.UNSUBSCRIBE, tokens[0])
    with pytest.raises(NotFound):
        leave(database, clock, sent_before, RETIRED)
    leave(database, clock, sent_before)
    with database.read() as session:
        assert session.scalars(select(Suppression.address_key)).all() == [
            "p0@presse.test"
        ]
