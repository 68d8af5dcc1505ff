"""Case 41: a correction reaches exactly whoever may have it and whoever comes, less the opted out."""

from datetime import UTC, datetime

from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st
from sending_makers import RULES, ZONE, a_release, contacts, settings
from sqlalchemy import select

from app.tables import metadata
from core.clock import StoppedClock
from core.db import open_database
from core.ids import RandomIds
from distributor.after import answers, corrections
from distributor.contacts.suppression import suppress
from distributor.models import Delivery, Dispatch
from distributor.sending.plan import plan
from distributor.states import DeliveryState

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HAVE_IT = {"accepted", "delivered", "complained", "unsure", "sending"}


@trials(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(DeliveryState), st.booleans(), st.booleans()),
        min_size=1,
        max_size=8,
    ).filter(lambda rows: any(s in HAVE_IT and not out for s, out, _ in rows))
)
def test_it_reaches_exactly_whom_it_must(rows):
    clock = StoppedClock(NOW)
    database = open_database("sqlite:///:memory:")
    metadata.create_all(database.engine)
    shared = {
        "zone": ZONE,
        "settings": settings(),
        "zone_rules": RULES,
        "ids": RandomIds(),
        "now": NOW,
        "wall": None,
    }
    with database.write() as session:
        a_release(session, now=NOW)
        contacts(session, len(rows), now=NOW)
        sent = plan(
            session, release_id=1, list_name="nationale", channel="outbox", **shared
        )
        deliveries = session.scalars(
            select(Delivery)
            .where(Delivery.dispatch_id == sent.id)
            .order_by(Delivery.id)
        ).all()
        must, call = set(), set()
        for delivery, (state, opted_out, comes) in zip(deliveries, rows, strict=True):
            delivery.state = state
            if comes:
                answers.record(
                    session,
                    release_id=1,
                    contact_id=delivery.contact_id,
                    answer="coming",
                    said_by="v",
                    now=NOW,
                )
            if opted_out:
                suppress(session, delivery.address_key, reason="asked", now=NOW)
            if state in HAVE_IT or comes:
                (call if opted_out else must).add(delivery.address_key)
        release = a_release(session, now=clock.now(), number="2/2026")
        release.kind, release.parent_id = "correction", 1
        session.flush()
        made = corrections.correct(session, sent.id, release_id=release.id, **shared)
        told = session.scalars(
            select(Delivery.address_key).where(Delivery.dispatch_id == made.id)
        ).all()
        waiting = session.scalars(
            select(Delivery.state).where(Delivery.dispatch_id == sent.id)
        ).all()
        assert sorted(told) == sorted(must)
        assert {one["address_key"] for one in made.left_out} == call
        assert not {"waiting", "held"} & set(waiting)
        assert session.get_one(Dispatch, sent.id).state == "stopped"
    database.close()
