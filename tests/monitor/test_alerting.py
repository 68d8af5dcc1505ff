"""An alert rule for each state a person should know of."""

from datetime import timedelta

import pytest
from listening_makers import a_source

from core.alerts import open_alerts
from core.models import Outlet, Release
from core.settings import Alerts
from monitor import alerting
from monitor.intake.poll import NEVER
from monitor.models import Article, Coverage, Source
from monitor.states import SourceState

HEALTHY = {SourceState.OK, SourceState.NEW}


def check(database, clock, settings):
    alerting.check(database, settings, now=clock.now())
    with database.read() as session:
        return [(one.rule, one.about) for one in open_alerts(session)]


def test_every_state_that_is_not_well_has_a_rule():
    assert set(alerting.RULES) == set(SourceState) - HEALTHY


@pytest.mark.parametrize("state", [*alerting.RULES])
def test_a_state_raises_its_alert_after_its_patience_and_ends_it(
    database, clock, state
):
    settings = Alerts()
    with database.write() as session:
        source_id = a_source(session, clock, state=state.value)
    patience = alerting.patience(state, settings)
    if patience:
        assert check(database, clock, settings) == []
    clock.wait(patience)
    assert check(database, clock, settings) == [
        (f"source-{state}", f"source:{source_id}")
    ]
    with database.write() as session:
        session.get_one(Source, source_id).state = SourceState.OK
    assert check(database, clock, settings) == []


def test_an_alert_names_the_outlet_and_what_happened(database, clock):
    with database.write() as session:
        a_source(
            session,
            clock,
            outlet="Le Quotidien",
            state="gone",
            fault="gone",
            detail="410",
        )
    (raised,) = alerting.check(database, Alerts(), now=clock.now())
    assert raised.fields == {"outlet": "Le Quotidien", "fault": "gone", "detail": "410"}


def test_what_nobody_waits_for_raises_no_alert(database, clock):
    with database.write() as session:
        a_source(session, clock, state="quiet", next_poll_at=NEVER)
    assert check(database, clock, Alerts()) == []


@pytest.fixture
def leaked(database, clock):
    """An article that covers a release whose embargo ends in two hours."""
    with database.write() as session:
        release = Release(
            number="112/2026",
            kind="communique",
            zone="Africa/Casablanca",
            created_at=clock.now(),
            embargo_at=clock.now() + timedelta(hours=2),
        )
        outlet = Outlet(name="Le Quotidien", name_ar="اليومية")
        session.add_all([release, outlet])
        session.flush()
        article = Article(
            outlet_id=outlet.id,
            url="https://quotidien.test/1",
            address_hash=1,
            title="La rencontre",
            title_hash=1,
            first_seen_at=clock.now(),
        )
        session.add(article)
        session.flush()
        line = Coverage(
            article_id=article.id,
            release_id=release.id,
            label="reprint",
            score=0.9,
            reasons=[],
            passages=[],
            found_at=clock.now(),
            decision="proposed",
        )
        session.add(line)
        session.flush()
        return line.id


def test_an_article_before_the_embargo_is_told_once_with_its_evidence(
    database, clock, leaked
):
    (raised,) = alerting.check(database, Alerts(), now=clock.now())
    assert (raised.rule, raised.about) == ("embargo-broken", f"coverage:{leaked}")
    assert raised.fields == {
        "outlet": "Le Quotidien",
        "outlet_ar": "اليومية",
        "title": "La rencontre",
        "number": "112/2026",
        "label": "reprint",
        "minutes": 120,
    }
    assert alerting.check(database, Alerts(), now=clock.now()) == []


@pytest.mark.parametrize("decision", ["confirmed", "rejected"])
def test_a_person_who_decides_the_line_has_seen_the_alert(
    database, clock, leaked, decision
):
    assert check(database, clock, Alerts())
    with database.write() as session:
        session.get_one(Coverage, leaked).decision = decision
    assert check(database, clock, Alerts()) == []


def test_an_embargo_that_was_moved_forward_was_not_broken(database, clock, leaked):
    with database.write() as session:
        session.get_one(Coverage, leaked).release.embargo_at = clock.now()
    assert check(database, clock, Alerts()) == []


def test_a_day_without_an_hour_is_before_the_embargo_only_when_the_whole_day_is(
    database, clock, leaked
):
    with database.write() as session:
        article = session.get_one(Coverage, leaked).article
        article.published_at = clock.now().replace(hour=0)
        article.published_as = "day"
        article.first_seen_at = clock.now() + timedelta(hours=5)
    assert check(database, clock, Alerts()) == []


def test_an_old_leak_is_told_no_more(database, clock, leaked):
    assert check(database, clock, Alerts())
    clock.wait(timedelta(days=8))
    assert check(database, clock, Alerts()) == []
