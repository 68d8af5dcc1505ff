"""A hundred mails a day and 143 recipients: refused before anything leaves, and said in words."""

from datetime import datetime

import pytest
from sending_makers import RULES, ZONE, a_release, contacts, settings
from sqlalchemy import select

from core.errors import BadInput
from distributor.models import Dispatch
from distributor.sending.freezing import Inspection, Terms
from distributor.sending.plan import plan

NOON = datetime(2026, 11, 24, 12)
OFFICE = settings(channels={"smtp": {"host": "127.0.0.1", "most_per_day": 100}})


def plan_it(session, *, list_name, wall, clock, ids, number):
    release = a_release(session, now=clock.now(), number=number, languages=("fr",))
    return plan(
        session,
        release_id=release.id,
        list_name=list_name,
        wall=wall,
        zone=ZONE,
        channel="smtp",
        terms=Terms(inspection=Inspection(domain=None)),
        settings=OFFICE,
        zone_rules=RULES,
        ids=ids,
        now=clock.now(),
    )


def test_more_recipients_than_the_quota_are_refused(database, clock, ids):
    with database.write() as session:
        contacts(session, 143, now=clock.now())
    with (
        pytest.raises(BadInput, match=r"143 personnes.*encore envoyer 100"),
        database.write() as session,
    ):
        plan_it(
            session,
            list_name="nationale",
            wall=NOON,
            clock=clock,
            ids=ids,
            number="1/2026",
        )
    with database.read() as session:
        assert session.scalars(select(Dispatch)).all() == []


def test_what_is_planned_already_counts_and_the_next_day_begins_anew(
    database, clock, ids
):
    with database.write() as session:
        contacts(session, 60, now=clock.now())
        contacts(session, 60, now=clock.now(), list_name="régions")
        given = {"clock": clock, "ids": ids}
        plan_it(session, list_name="nationale", wall=NOON, number="1/2026", **given)
    with (
        pytest.raises(BadInput, match=r"60 personnes.*encore envoyer 40"),
        database.write() as session,
    ):
        plan_it(session, list_name="régions", wall=NOON, number="2/2026", **given)
    with database.write() as session:
        tomorrow = NOON.replace(day=25)
        plan_it(session, list_name="régions", wall=tomorrow, number="2/2026", **given)
