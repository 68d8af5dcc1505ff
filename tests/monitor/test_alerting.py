"""An alert rule for each state a person should know of."""

import pytest
from listening_makers import a_source

from core.alerts import open_alerts
from core.settings import Alerts
from monitor import alerting
from monitor.intake.poll import NEVER
from monitor.models import Source
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
