"""The alert rules of sources: one for each state that a person should know of."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.alerts import Raised, settle
from core.db import Database
from core.models import Alert, Outlet
from core.settings import Alerts
from monitor.intake.poll import NEVER
from monitor.models import Source
from monitor.states import SourceState

_TOLD: Final = (
    SourceState.BLOCKED,
    SourceState.FAILING,
    SourceState.GONE,
    SourceState.HIJACKED,
    SourceState.OUTRUN,
    SourceState.QUIET,
    SourceState.STALE,
)
RULES: Final[Mapping[SourceState, str]] = {
    state: f"source-{state.value}" for state in _TOLD
}


def patience(state: SourceState, settings: Alerts) -> timedelta:
    """How long a source is in *state* before an alert is raised."""
    return timedelta(minutes=getattr(settings, f"{state.value}_minutes"))


def check(database: Database, settings: Alerts, *, now: datetime) -> Sequence[Alert]:
    """Raise and end alerts as the sources are now; answer those that are new.

    They are looked at before the writing transaction: of 100,000 sources thousands are told.
    """
    with database.read() as session:
        held = _held(session, settings, now=now)
    with database.write() as session:
        return settle(session, held, rules=list(RULES.values()), now=now)


def _held(session: Session, settings: Alerts, *, now: datetime) -> Sequence[Raised]:
    rows = session.execute(
        select(
            Source.id,
            Source.state,
            Source.state_since,
            Source.fault,
            Source.detail,
            Outlet.name.label("outlet"),
        )
        .join(Outlet, Outlet.id == Source.outlet_id)
        .where(
            Source.state.in_([state.value for state in _TOLD]),
            # Nobody waits for what is paused or entered by hand.
            Source.next_poll_at < NEVER,
        )
        .order_by(Source.id)
    )
    return [
        Raised(
            rule=RULES[SourceState(row.state)],
            about=f"source:{row.id}",
            fields={"outlet": row.outlet, "fault": row.fault, "detail": row.detail},
        )
        for row in rows
        if now - row.state_since >= patience(SourceState(row.state), settings)
    ]
