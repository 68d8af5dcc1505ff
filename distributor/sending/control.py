"""What a person may do to a dispatch: pause, resume, stop, undo and settle."""

from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict, NotFound
from core.settings import Settings
from core.wording import Worded, worded
from core.zones import ZoneRules
from distributor.models import Delivery, Dispatch
from distributor.sending import moves, schedule, sealing
from distributor.states import Because, DeliveryState, DispatchState, may_follow

_SETTLED = (DeliveryState.ACCEPTED, DeliveryState.REFUSED)


def pause(session: Session, dispatch_id: int, *, reason: str) -> Dispatch:
    """Stop sending until somebody resumes it. Messages in the air still end."""
    dispatch = moves.locked(session, dispatch_id)
    moves.require(
        dispatch,
        (DispatchState.PLANNED, DispatchState.RUNNING),
        mend=worded("Only a dispatch that is planned or running can be paused."),
    )
    dispatch.state = DispatchState.PAUSED
    dispatch.reason = reason
    # Nor is it a channel's fault: no other channel may take it over.
    dispatch.resume_at = dispatch.paused_at = None
    return dispatch


def resume(
    session: Session,
    dispatch_id: int,
    *,
    settings: Settings,
    zone_rules: ZoneRules,
    now: datetime,
) -> Dispatch:
    """Go on with a paused dispatch, or start one that was held, however late it is.

    A held one starts only when its seal, approval and embargo allow it: raises Conflict.
    """
    dispatch = moves.locked(session, dispatch_id)
    moves.require(
        dispatch,
        (DispatchState.PAUSED, DispatchState.HELD),
        mend=worded("Only a dispatch that is paused or held can be resumed."),
    )
    if dispatch.state == DispatchState.HELD:
        _let_go(session, dispatch, settings=settings, zone_rules=zone_rules, now=now)
    elif dispatch.started_at is None:
        dispatch.state = DispatchState.PLANNED
    else:
        dispatch.state = DispatchState.RUNNING
        # Whoever resumes has seen what became of the seed addresses.
        dispatch.seed_pause_seconds = 0
    dispatch.reason = ""
    dispatch.resume_at = None
    return dispatch


def stop(session: Session, dispatch_id: int, *, reason: str, now: datetime) -> Dispatch:
    """End it for good. What waits is cancelled; what is in the air still ends."""
    dispatch = moves.locked(session, dispatch_id)
    moves.require(
        dispatch,
        moves.OPEN,
        mend=worded("Only a dispatch that has not ended can be stopped."),
    )
    end(session, dispatch, reason=reason, because=Because.STOPPED, now=now)
    return dispatch


def end(
    session: Session,
    dispatch: Dispatch,
    *,
    reason: str,
    because: Because,
    now: datetime,
) -> None:
    """Stop an open dispatch whose lock is held."""
    dispatch.state = DispatchState.STOPPED
    dispatch.reason = reason
    dispatch.resume_at = dispatch.paused_at = None
    dispatch.ended_at = now
    moves.cancel_rest(session, dispatch, reason=because, now=now)


def undo(session: Session, dispatch_id: int, *, now: datetime) -> Dispatch:
    """Take a dispatch back inside its undo window: nobody gets it, or it was too late.

    One conditional statement decides, against the worker that starts it at the same instant.
    """
    taken_back = session.scalar(
        update(Dispatch)
        .where(
            Dispatch.id == dispatch_id,
            Dispatch.state.in_(moves.TO_COME),
            Dispatch.started_at.is_(None),
            Dispatch.undo_until > now,
        )
        .values(
            state=DispatchState.STOPPED,
            reason=Because.UNDONE,
            resume_at=None,
            ended_at=now,
        )
        .returning(Dispatch.id)
        .execution_options(synchronize_session=False)
    )
    dispatch = moves.locked(session, dispatch_id)
    if taken_back is None:
        raise Conflict(
            worded(
                "Dispatch %(dispatch_id)s is %(state)s and has no undo window open.",
                dispatch_id=dispatch_id,
                state=Worded(dispatch.state),
            ),
            to="dispatch",
            mend=worded(
                "`parution dispatch stop %(dispatch_id)s` spares whoever was not reached yet.",
                dispatch_id=dispatch_id,
            ),
        )
    moves.cancel_rest(session, dispatch, reason=Because.UNDONE, now=now)
    return dispatch


class Undoable(Protocol):
    """A dispatch, or what a report says of one."""

    @property
    def state(self) -> str: ...
    @property
    def started_at(self) -> datetime | None: ...
    @property
    def undo_until(self) -> datetime | None: ...


def undoable(dispatch: Undoable, *, now: datetime) -> bool:
    """Whether `undo` would take it back now."""
    return (
        dispatch.state in moves.TO_COME
        and dispatch.started_at is None
        and dispatch.undo_until is not None
        and dispatch.undo_until > now
    )


def settle(
    session: Session,
    dispatch_id: int,
    delivery_id: int,
    state: str,
    *,
    by: str,
    because: str,
    now: datetime,
) -> Delivery:
    """Record what became of an `unsure` delivery, and who says so."""
    # Locked on PostgreSQL: a provider's report may settle it at the same moment.
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None or delivery.dispatch_id != dispatch_id:
        raise NotFound(
            worded(
                "Dispatch %(dispatch_id)s has no delivery %(delivery_id)s.",
                dispatch_id=dispatch_id,
                delivery_id=delivery_id,
            ),
            to="delivery",
            mend=worded(
                "See `parution dispatch show %(dispatch_id)s --deliveries`.",
                dispatch_id=dispatch_id,
            ),
        )
    if state not in _SETTLED:
        raise BadInput(
            worded("A delivery cannot be settled as %(state)s.", state=f"{state!r}"),
            to="state",
            mend=worded("Say accepted or refused."),
        )
    after = DeliveryState(state)
    if delivery.state != DeliveryState.UNSURE or not may_follow(
        DeliveryState.UNSURE, after
    ):
        raise Conflict(
            worded(
                "Delivery %(delivery_id)s is %(state)s, so there is nothing to settle.",
                delivery_id=delivery_id,
                state=Worded(delivery.state),
            ),
            to="delivery",
            mend=worded("Only unsure deliveries are settled."),
        )
    delivery.state = after
    said = because.strip()
    delivery.reason = (
        worded("settled by %(name)s: %(said)s", name=by, said=said)
        if said
        else worded("settled by %(name)s", name=by)
    )
    delivery.changed_at = now
    # The worker that left it in doubt, should it still live, has no say any more.
    delivery.lease = None
    delivery.leased_until = None
    return delivery


def paused_by(name: str, because: str) -> str:
    """What `pause` is given as its reason."""
    if not because.strip():
        return worded("Paused by %(name)s.", name=name)
    return worded("Paused by %(name)s: %(because)s", name=name, because=because.strip())


def stopped_by(name: str, because: str) -> str:
    """What `stop` is given as its reason."""
    if not because.strip():
        return worded("Stopped by %(name)s.", name=name)
    return worded(
        "Stopped by %(name)s: %(because)s", name=name, because=because.strip()
    )


def hold(session: Session, dispatch: Dispatch, *, reason: str, now: datetime) -> None:
    """Wait for a person; the waiting deliveries are held with it."""
    dispatch.state = DispatchState.HELD
    dispatch.reason = reason
    moves.move(
        session,
        dispatch,
        before=DeliveryState.WAITING,
        after=DeliveryState.HELD,
        reason="",
        now=now,
    )


def _let_go(
    session: Session,
    dispatch: Dispatch,
    *,
    settings: Settings,
    zone_rules: ZoneRules,
    now: datetime,
) -> None:
    if now >= dispatch.due_at:
        seen = sealing.examine(
            session, dispatch, settings=settings, zone_rules=zone_rules
        )
        doubt = schedule.doubt_of(seen, now=now)
        if doubt:
            raise Conflict(doubt, to=f"dispatch {dispatch.id}")
    moves.move(
        session,
        dispatch,
        before=DeliveryState.HELD,
        after=DeliveryState.WAITING,
        reason="",
        now=now,
    )
    # Still undoable after a late approval: it starts by itself when that is over.
    from_now = max(now, dispatch.undo_until or now)
    if now < dispatch.due_at or from_now > now:
        dispatch.state = DispatchState.PLANNED
    else:
        dispatch.state = DispatchState.RUNNING
        dispatch.started_at = dispatch.started_at or now
    if now >= dispatch.due_at:
        _postpone(session, dispatch, until=from_now)


def _postpone(session: Session, dispatch: Dispatch, *, until: datetime) -> None:
    """Its deadline and its stages count from when it really leaves."""
    dispatch.deadline_at = until + (dispatch.deadline_at - dispatch.due_at)
    rest = until + timedelta(seconds=dispatch.seed_pause_seconds)
    for is_seed, due_at in ((True, until), (False, rest)):
        session.execute(
            update(Delivery)
            .where(
                Delivery.dispatch_id == dispatch.id,
                Delivery.state == DeliveryState.WAITING,
                Delivery.is_seed.is_(is_seed),
                # Whoever sleeps until a later hour is left asleep.
                Delivery.due_at < due_at,
            )
            .values(due_at=due_at)
            .execution_options(synchronize_session=False)
        )
