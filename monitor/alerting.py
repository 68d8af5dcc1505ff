"""The alert rules of sources: one for each state that a person should know of."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.alerts import Raised, settle
from core.models import Alert
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


def check(session: Session, settings: Alerts, *, now: datetime) -> Sequence[Alert]:
    """Raise and end alerts as the sources are now; answer those that are new."""
    rows = session.scalars(
        select(Source)
        .where(
            Source.state.in_([state.value for state in _TOLD]),
            # Nobody waits for what is paused or entered by hand.
            Source.next_poll_at < NEVER,
        )
        .options(joinedload(Source.outlet))
        .order_by(Source.id)
    )
    held = [
        Raised(
            rule=RULES[SourceState(row.state)],
            about=f"source:{row.id}",
            fields={
                "outlet": row.outlet.name,
                "fault": row.fault,
                "detail": row.detail,
            },
        )
        for row in rows
        if now - row.state_since >= patience(SourceState(row.state), settings)
    ]
    return settle(session, held, rules=list(RULES.values()), now=now)
