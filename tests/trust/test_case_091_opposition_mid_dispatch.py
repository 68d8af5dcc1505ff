"""Case 91: who unsubscribes in the undo window, or while it is sending, is not mailed."""

import pytest
from sending_ground import a_dispatch
from sqlalchemy import select

from core.keys import Links, Purpose
from core.settings import Settings
from distributor.after.unsubscribe import unsubscribe
from distributor.models import Delivery

LINKS = Links(["key"])


@pytest.mark.parametrize("state", ["waiting", "held"])
def test_who_unsubscribes_before_their_message_leaves_is_not_mailed(
    database, clock, ids, state
):
    a_dispatch(database, count=2, ids=ids)
    with database.write() as session:
        first, second = session.scalars(select(Delivery).order_by(Delivery.id))
        first.state = state
        # Leased by a worker already: it asks once more before it writes.
        first.lease, first.leased_until = "worker", clock.now()
        signed = LINKS.sign(Purpose.UNSUBSCRIBE, first.token)
        unsubscribe(session, signed, links=LINKS, settings=Settings(), now=clock.now())
    with database.read() as session:
        first, second = session.scalars(select(Delivery).order_by(Delivery.id))
        assert (first.state, first.reason, first.lease) == (
            "cancelled",
            "suppressed",
            None,
        )
        assert second.state == "waiting"
