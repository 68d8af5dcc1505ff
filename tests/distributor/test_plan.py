from datetime import UTC, datetime, timedelta

import pytest
from sending_makers import NOON, RULES, ZONE, a_dispatch, a_release, contacts, settings
from sqlalchemy import func, select

import distributor.report
from core import zones
from core.errors import BadInput, Conflict
from core.zones import ZoneRules
from distributor.contacts.suppression import suppress
from distributor.models import Delivery, Dispatch
from distributor.sending.freezing import NotConfirmed, Terms
from distributor.sending.plan import plan


def planned(session, clock, ids, **changes):
    return plan(
        session,
        **{
            "release_id": 1,
            "list_name": "nationale",
            "wall": NOON,
            "zone": ZONE,
            "channel": "outbox",
            "settings": settings(),
            "zone_rules": RULES,
            "ids": ids,
            "now": clock.now(),
        }
        | changes,
    )


def test_a_plan_freezes_each_contact_in_their_language(database, clock, ids):
    dispatch_id = a_dispatch(database, clock=clock, ids=ids, count=3)
    with database.read() as session:
        lines = distributor.report.deliveries(session, dispatch_id)
        summary = distributor.report.summarise(session, dispatch_id)
        assert distributor.report.upcoming(session) == [summary]
    assert [(line.address, line.language, line.state) for line in lines] == [
        ("p0@presse.test", "ar", "waiting"),
        ("p1@presse.test", "fr", "waiting"),
        ("p2@presse.test", "ar", "waiting"),
    ]
    assert (summary.state, summary.total, summary.due_at.hour) == ("planned", 3, 12)


def test_a_suppressed_contact_is_left_out_and_said(database, clock, ids):
    with database.write() as session:
        suppress(session, "p1@presse.test", reason="asked", now=clock.now())
    dispatch_id = a_dispatch(database, clock=clock, ids=ids, count=3)
    with database.read() as session:
        summary = distributor.report.summarise(session, dispatch_id)
    assert summary.total == 2
    assert summary.left_out == (
        {"address_key": "p1@presse.test", "reason": "suppressed"},
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"release_id": 9}, "release"),
        ({"list_name": "inconnue"}, "list"),
        ({"channel": "pigeon"}, "channel"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"wall": datetime(2026, 11, 24, 8, 44)}, "at"),
        ({"wall": datetime(2026, 11, 24, 9, 59)}, "at"),
        (
            {"zone": "Europe/Paris", "wall": datetime(2027, 3, 28, 2, 30)},
            "time",
        ),
    ],
)
def test_a_plan_that_cannot_be_kept_is_refused_and_leaves_nothing(
    database, clock, ids, changes, field
):
    zones.pin()
    with database.write() as session:
        a_release(session, now=clock.now(), embargo=datetime(2026, 11, 24, 10))
        contacts(session, 2, now=clock.now())
    with pytest.raises(BadInput) as caught, database.write() as session:
        planned(session, clock, ids, **changes)
    assert caught.value.to == field
    assert caught.value.mend
    with database.read() as session:
        for table in (Dispatch, Delivery):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_a_channel_that_is_not_set_up_is_named(database, clock, ids):
    with database.write() as session:
        a_release(session, now=clock.now())
        contacts(session, 2, now=clock.now())
        with pytest.raises(BadInput, match="not set up"):
            planned(session, clock, ids, settings=settings(channels={}))


def test_nothing_is_planned_by_old_zone_rules(database, clock, ids):
    old = ZoneRules(version="2024a", origin="the system")
    a_dispatch(database, clock=clock, ids=ids)
    with database.write() as session, pytest.raises(Conflict, match="2024a"):
        planned(session, clock, ids, zone_rules=old)


def test_a_plan_for_another_number_than_was_confirmed_writes_nothing(
    database, clock, ids
):
    dispatch_id = a_dispatch(database, clock=clock, ids=ids, count=3)
    with database.write() as session, pytest.raises(NotConfirmed, match="2 rec"):
        planned(session, clock, ids, terms=Terms(again=True, confirmed=2))
    with database.write() as session:
        again = planned(session, clock, ids, terms=Terms(again=True, confirmed=3))
        assert again.id == dispatch_id + 1


def test_a_release_is_news_for_72_hours_after_it_left(database, clock, ids):
    dispatch_id = a_dispatch(database, clock=clock, ids=ids)
    started = datetime(2026, 11, 24, 12, tzinfo=UTC)
    with database.write() as session:
        assert distributor.report.windows(session, started) == []
        session.get_one(Dispatch, dispatch_id).started_at = started
        session.flush()
        (window,) = distributor.report.windows(session, started)
        assert window.until == started + timedelta(hours=72)
        assert distributor.report.windows(session, window.until) == []
        (line,) = distributor.report.releases(session)
    assert (line.dispatches, list(line.titles)) == (1, ["fr", "ar"])
