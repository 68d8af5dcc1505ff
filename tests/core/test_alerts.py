"""Alerts are raised once and end when what they tell is over."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.alerts import Raised, open_alerts, settle
from core.models import Alert

BLOCKED = Raised(rule="source-blocked", about="source:1", fields={"outlet": "A"})
RULES = ["source-blocked", "source-gone"]


def test_an_alert_that_goes_on_is_told_once(each_database, clock):
    with each_database.write() as session:
        assert len(settle(session, [BLOCKED], rules=RULES, now=clock.now())) == 1
    clock.wait(timedelta(hours=1))
    with each_database.write() as session:
        assert settle(session, [BLOCKED], rules=RULES, now=clock.now()) == []
        (alert,) = open_alerts(session)
    assert alert.raised_at == clock.now() - timedelta(hours=1)
    assert alert.fields == {"outlet": "A"}


def test_an_alert_ends_with_what_it_tells_and_may_come_again(each_database, clock):
    with each_database.write() as session:
        settle(session, [BLOCKED], rules=RULES, now=clock.now())
        settle(session, [], rules=RULES, now=clock.now())
        assert open_alerts(session) == []
        settle(session, [BLOCKED], rules=RULES, now=clock.now())
        assert len(open_alerts(session)) == 1
        assert len(session.scalars(select(Alert)).all()) == 2


def test_two_open_alerts_never_tell_the_same(each_database, clock):
    with each_database.write() as session:
        settle(session, [BLOCKED], rules=RULES, now=clock.now())
    told = {"rule": BLOCKED.rule, "about": BLOCKED.about, "raised_at": clock.now()}
    with pytest.raises(IntegrityError), each_database.write() as session:
        session.add(Alert(**told))
    with each_database.write() as session:
        session.add(Alert(**told, ended_at=clock.now()))


def test_alerts_of_other_rules_are_left_alone(each_database, clock):
    other = Raised(rule="embargo-broken", about="article:4")
    with each_database.write() as session:
        settle(session, [other], rules=["embargo-broken"], now=clock.now())
        settle(session, [BLOCKED], rules=RULES, now=clock.now())
        settle(session, [], rules=RULES, now=clock.now())
        assert [one.rule for one in open_alerts(session)] == ["embargo-broken"]
        assert open_alerts(session, rules=RULES) == []
