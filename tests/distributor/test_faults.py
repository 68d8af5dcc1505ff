from sending_makers import a_dispatch
from sqlalchemy import select

from distributor import faults
from distributor.models import Delivery
from distributor.sending.causes import Cause


def test_faults_are_grouped_by_cause_whatever_address_a_server_repeats(
    each_database, clock, ids
):
    dispatch_id = a_dispatch(each_database, clock=clock, ids=ids, count=5)
    with each_database.write() as session:
        rows = session.scalars(select(Delivery).order_by(Delivery.id)).all()
        for row in rows[:3]:
            row.state = "refused"
            row.reason = f"550 5.1.1 <{row.address}>: unknown"
        rows[3].reason = "451 4.7.1 Greylisted"
    with each_database.read() as session:
        found = faults.faults(session, dispatch_id)
    assert [(one.cause, one.count) for one in found] == [
        (Cause.NO_SUCH_ADDRESS, 3),
        (Cause.LATER, 1),
    ]
    assert found[0].example == "550 5.1.1 <p0@presse.test>: unknown"


def test_a_dispatch_without_faults_has_none(database, clock, ids):
    dispatch_id = a_dispatch(database, clock=clock, ids=ids)
    with database.read() as session:
        assert faults.faults(session, dispatch_id) == []


def test_domains_are_counted_by_state_and_the_smallest_are_only_counted(
    each_database, clock, ids
):
    dispatch_id = a_dispatch(each_database, clock=clock, ids=ids, count=5)
    with each_database.write() as session:
        rows = session.scalars(select(Delivery).order_by(Delivery.id)).all()
        rows[0].state = "accepted"
        for row, domain in zip(
            rows[3:], ("aujourdhui.test", "zenith.test"), strict=True
        ):
            row.address_key = f"redaction@{domain}"
    with each_database.read() as session:
        lines, more = faults.domains(session, dispatch_id, most=2)
    assert more == 1
    assert [(one.domain, one.total, dict(one.counts)) for one in lines] == [
        ("presse.test", 3, {"accepted": 1, "waiting": 2}),
        ("aujourdhui.test", 1, {"waiting": 1}),
    ]
