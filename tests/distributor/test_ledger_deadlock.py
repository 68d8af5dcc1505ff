"""The ledger beside somebody who takes the same rows in another order, on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from postgres_locks import wait_until_blocked
from sending_makers import a_dispatch
from sqlalchemy import select, text, update

from app.tables import metadata
from core.db import open_database
from distributor.channels.base import Outcome, Verdict
from distributor.models import Attempt, Delivery, Dispatch
from distributor.sending.entries import Done
from distributor.sending.ledger import Ledger
from distributor.states import DispatchState

HOLD = update(Delivery).values(reason="")


pytestmark = pytest.mark.postgres


@pytest.fixture
def database(postgres_url):
    # It looks for a deadlock once, this long after a wait begins: the second must wait by then.
    late = "?options=-c%20deadlock_timeout%3D5s"
    with closing(open_database(f"{postgres_url}{late}")) as opened:
        metadata.create_all(opened.engine)
        yield opened


def test_what_was_sent_is_noted_though_a_deadlock_ended_the_commit(
    database, clock, ids
):
    a_dispatch(database, clock=clock, ids=ids)
    clock.wait(timedelta(hours=3))
    with database.write() as session:
        session.execute(update(Dispatch).values(state=DispatchState.RUNNING))
    ledger = Ledger(
        database, clock=clock, timer=clock, ids=ids, lease_for=timedelta(minutes=5)
    )
    claims = sorted(ledger.lease("outbox", most=9), key=lambda one: one.delivery_id)
    intents, _ = ledger.step("outbox", claims=claims)
    accepted = Outcome(verdict=Verdict.ACCEPTED, answer="250 ok")
    done = [Done(intent=intent, outcome=accepted) for intent in intents]
    with ThreadPoolExecutor(1) as sender:
        with database.write() as other:
            # It waits for longer, so the ledger is the one that is ended.
            other.execute(text("SET LOCAL deadlock_timeout = '60s'"))
            other.execute(HOLD.where(Delivery.id == claims[-1].delivery_id))
            noting = sender.submit(ledger.step, "outbox", done=done)
            wait_until_blocked(database)
            other.execute(HOLD.where(Delivery.id == claims[0].delivery_id))
        noting.result()
    with database.read() as session:
        assert set(session.scalars(select(Delivery.state))) == {"accepted"}
        assert len(session.scalars(select(Attempt)).all()) == len(claims) > 1
