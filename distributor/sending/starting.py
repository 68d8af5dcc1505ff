"""Starting: what the clock says of planned and resting dispatches -> running, held or waiting."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from core.log import logger
from core.settings import Settings
from core.zones import ZoneRules, moment_of
from distributor.models import Dispatch
from distributor.sending import control, schedule, sealing
from distributor.states import DispatchState

_log = logger("sending")


def is_due(session: Session, *, zone_rules: ZoneRules, now: datetime) -> bool:
    """Whether `start_due` would find something: most ticks find nothing and write nothing."""
    asked = select(Dispatch.id).where(or_(_planned(zone_rules, now), _rested(now)))
    return session.scalar(asked.limit(1)) is not None


def start_due(
    session: Session, *, settings: Settings, zone_rules: ZoneRules, now: datetime
) -> None:
    """Start, hold or resume what the clock says."""
    session.execute(
        update(Dispatch)
        .where(_rested(now))
        .values(state=DispatchState.RUNNING, reason="", resume_at=None)
    )
    for dispatch in session.scalars(
        select(Dispatch)
        .where(_planned(zone_rules, now))
        .with_for_update(skip_locked=True)
    ):
        _decide(session, dispatch, settings=settings, zone_rules=zone_rules, now=now)


def _planned(zone_rules: ZoneRules, now: datetime) -> ColumnElement[bool]:
    return and_(
        Dispatch.state == DispatchState.PLANNED,
        or_(Dispatch.due_at <= now, Dispatch.zone_rules != zone_rules.version),
    )


def _rested(now: datetime) -> ColumnElement[bool]:
    return and_(Dispatch.state == DispatchState.PAUSED, Dispatch.resume_at <= now)


def _decide(
    session: Session,
    dispatch: Dispatch,
    *,
    settings: Settings,
    zone_rules: ZoneRules,
    now: datetime,
) -> None:
    due_by_rules = moment_of(dispatch.wall, dispatch.zone)
    if now < dispatch.due_at and due_by_rules == dispatch.due_at:
        # Newer zone rules, and they leave this plan where it was.
        dispatch.zone_rules = zone_rules.version
        return
    decision = schedule.decide(
        sealing.examine(session, dispatch, settings=settings, zone_rules=zone_rules),
        now=now,
        grace=timedelta(minutes=settings.sending.grace_minutes),
    )
    dispatch.due_at = due_by_rules
    dispatch.zone_rules = zone_rules.version
    if decision.step is schedule.Step.HOLD:
        control.hold(session, dispatch, reason=decision.reason, now=now)
        _log.warning("dispatch.held", dispatch=dispatch.id, reason=decision.reason)
    elif decision.step is schedule.Step.START:
        dispatch.state = DispatchState.RUNNING
        dispatch.started_at = now
        _log.info("dispatch.started", dispatch=dispatch.id)
