"""Starting: what the clock says of planned and resting dispatches -> running, held or waiting."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from core.log import logger
from core.settings import Settings
from core.wording import worded
from core.zones import ZoneRules, moment_of
from distributor.models import Dispatch
from distributor.sending import (
    control,
    moves,
    reminders,
    schedule,
    sealing,
    seeds,
)
from distributor.states import Because, DispatchState, Purpose

_log = logger("sending")


def is_due(session: Session, *, zone_rules: ZoneRules, now: datetime) -> bool:
    """Whether `start_due` would find something: most ticks find nothing and write nothing."""
    asked = select(Dispatch.id).where(
        or_(_planned(zone_rules, now), _rested(now), seeds.failed())
    )
    return session.scalar(asked.limit(1)) is not None


def start_due(
    session: Session, *, settings: Settings, zone_rules: ZoneRules, now: datetime
) -> None:
    """Start, hold, pause or resume what the clock and the seed addresses say."""
    seeds.pause_failed(session)
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


def next_due(session: Session) -> datetime | None:
    """When something planned or resting falls due next."""
    moments = (
        session.scalar(
            select(func.min(_opens_at())).where(
                Dispatch.state == DispatchState.PLANNED, Dispatch.mode != "planned"
            )
        ),
        _next_handover(session),
        session.scalar(
            select(func.min(Dispatch.resume_at)).where(
                Dispatch.state == DispatchState.PAUSED
            )
        ),
    )
    return min((moment for moment in moments if moment is not None), default=None)


def _next_handover(session: Session) -> datetime | None:
    early = session.scalar(
        select(func.min(_opens_at())).where(
            Dispatch.state == DispatchState.PLANNED, Dispatch.mode == "planned"
        )
    )
    return None if early is None else early - schedule.HAND_OVER_BEFORE


def _opens_at() -> ColumnElement[datetime]:
    """The later one of its hour and the end of its undo window."""
    return case(
        (Dispatch.undo_until > Dispatch.due_at, Dispatch.undo_until),
        else_=Dispatch.due_at,
    )


def _planned(zone_rules: ZoneRules, now: datetime) -> ColumnElement[bool]:
    is_due = and_(
        or_(Dispatch.undo_until.is_(None), Dispatch.undo_until <= now),
        or_(
            Dispatch.due_at <= now,
            and_(
                Dispatch.mode == "planned",
                Dispatch.due_at <= now + schedule.HAND_OVER_BEFORE,
                Dispatch.due_at >= now + schedule.HAND_OVER_UNTIL,
            ),
        ),
    )
    return and_(
        Dispatch.state == DispatchState.PLANNED,
        or_(is_due, Dispatch.zone_rules != zone_rules.version),
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
        if dispatch.mode != "planned":
            return
    if _is_needless(session, dispatch, now):
        return
    decision = schedule.decide(
        sealing.examine(session, dispatch, settings=settings, zone_rules=zone_rules),
        now=now,
        grace=timedelta(minutes=dispatch.grace_minutes),
    )
    _follow_rules(session, dispatch, due_by_rules)
    dispatch.zone_rules = zone_rules.version
    if decision.step is schedule.Step.HOLD:
        control.hold(session, dispatch, reason=decision.reason, now=now)
        _log.warning("dispatch.held", dispatch=dispatch.id, reason=decision.reason)
    elif decision.step is schedule.Step.START:
        dispatch.state = DispatchState.RUNNING
        dispatch.started_at = now
        _log.info("dispatch.started", dispatch=dispatch.id)


def _is_needless(session: Session, dispatch: Dispatch, now: datetime) -> bool:
    """A reminder that nobody needs any more ends instead of starting."""
    if dispatch.purpose != Purpose.REMINDER or now < dispatch.due_at:
        return False
    if reminders.take_off(session, dispatch, now=now):
        return False
    control.end(
        session,
        dispatch,
        reason=worded("Nobody is silent any more, so nobody was reminded."),
        because=Because.ANSWERED,
        now=now,
    )
    return True


def _follow_rules(session: Session, dispatch: Dispatch, due_at: datetime) -> None:
    """Its hour is the same on the wall; the moment it means moved, and all of it with it."""
    by = due_at - dispatch.due_at
    if by:
        moves.shift(session, dispatch, by=by)
        dispatch.deadline_at += by
        dispatch.due_at = due_at
