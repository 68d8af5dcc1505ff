"""The alert rules: one for each state of a source, and one for a broken embargo."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.alerts import Raised, settle
from core.db import Database
from core.models import Alert, Outlet, Release
from core.settings import Alerts
from monitor.intake.poll import NEVER
from monitor.models import Article, Coverage, Source
from monitor.releases import minutes_early
from monitor.states import Decision, SourceState

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


EMBARGO_BROKEN: Final = "embargo-broken"


def patience(state: SourceState, settings: Alerts) -> timedelta:
    """How long a source is in *state* before an alert is raised."""
    return timedelta(minutes=getattr(settings, f"{state.value}_minutes"))


def check(database: Database, settings: Alerts, *, now: datetime) -> Sequence[Alert]:
    """Raise and end alerts as sources and coverage are now; answer those that are new.

    They are looked at before the writing transaction: of 100,000 sources thousands are told.
    """
    with database.read() as session:
        held = [
            *_held(session, settings, now=now),
            *_broken(session, settings, now=now),
        ]
    with database.write() as session:
        return settle(session, held, rules=[*RULES.values(), EMBARGO_BROKEN], now=now)


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


def _broken(session: Session, settings: Alerts, *, now: datetime) -> Sequence[Raised]:
    """Articles that cover a release and appeared before its embargo ended.

    As the embargo stands now. A person who confirms or rejects the line has seen it.
    """
    rows = session.scalars(
        select(Coverage)
        .join(Release, Release.id == Coverage.release_id)
        .where(
            Release.embargo_at > now - timedelta(days=settings.embargo_days),
            Coverage.decision == Decision.PROPOSED,
        )
        .options(
            joinedload(Coverage.release),
            joinedload(Coverage.article).defer(Article.full_text),
            joinedload(Coverage.article).joinedload(Article.outlet),
        )
        .order_by(Coverage.id)
    )
    return [
        Raised(
            rule=EMBARGO_BROKEN,
            about=f"coverage:{row.id}",
            fields={
                "outlet": row.article.outlet.name,
                "outlet_ar": row.article.outlet.name_ar,
                "title": row.article.title,
                "number": row.release.number,
                "label": row.label,
                "minutes": early,
            },
        )
        for row in rows
        if (early := minutes_early(row)) is not None
    ]
