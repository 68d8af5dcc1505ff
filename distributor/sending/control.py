"""What a person may do to a dispatch: pause, resume, stop, settle and approve."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from core import accounts
from core.accounts import Right
from core.errors import BadInput, Conflict, NotFound
from core.models import Account
from core.settings import Settings
from core.zones import ZoneRules
from distributor.models import Approval, Delivery, Dispatch
from distributor.sending import schedule, sealing
from distributor.states import Because, DeliveryState, DispatchState, may_follow

_SETTLED = (DeliveryState.ACCEPTED, DeliveryState.REFUSED)


def pause(session: Session, dispatch_id: int, *, reason: str) -> Dispatch:
    """Stop sending until somebody resumes it. Messages in the air still end."""
    dispatch = _dispatch(session, dispatch_id)
    _require(dispatch, (DispatchState.PLANNED, DispatchState.RUNNING), "paused")
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
    dispatch = _dispatch(session, dispatch_id)
    _require(dispatch, (DispatchState.PAUSED, DispatchState.HELD), "resumed")
    if dispatch.state == DispatchState.HELD:
        _let_go(session, dispatch, settings=settings, zone_rules=zone_rules, now=now)
    elif dispatch.started_at is None:
        dispatch.state = DispatchState.PLANNED
    else:
        dispatch.state = DispatchState.RUNNING
    dispatch.reason = ""
    dispatch.resume_at = None
    return dispatch


def stop(session: Session, dispatch_id: int, *, reason: str, now: datetime) -> Dispatch:
    """End it for good. What waits is cancelled; what is in the air still ends."""
    dispatch = _dispatch(session, dispatch_id)
    _require(
        dispatch,
        (
            DispatchState.PLANNED,
            DispatchState.RUNNING,
            DispatchState.PAUSED,
            DispatchState.HELD,
        ),
        "stopped",
    )
    dispatch.state = DispatchState.STOPPED
    dispatch.reason = reason
    dispatch.resume_at = None
    dispatch.ended_at = now
    for before in (DeliveryState.WAITING, DeliveryState.HELD):
        _move(
            session,
            dispatch,
            before=before,
            after=DeliveryState.CANCELLED,
            reason=Because.STOPPED,
            now=now,
        )
    return dispatch


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
    delivery = session.get(Delivery, delivery_id)
    if delivery is None or delivery.dispatch_id != dispatch_id:
        raise NotFound(
            f"Dispatch {dispatch_id} has no delivery {delivery_id}.",
            to="delivery",
            mend=f"See `parution dispatch show {dispatch_id} --deliveries`.",
        )
    if state not in _SETTLED:
        raise BadInput(
            f"A delivery cannot be settled as {state!r}.",
            to="state",
            mend="Say accepted or refused.",
        )
    after = DeliveryState(state)
    if delivery.state != DeliveryState.UNSURE or not may_follow(
        DeliveryState.UNSURE, after
    ):
        raise Conflict(
            f"Delivery {delivery_id} is {delivery.state}, so there is nothing to settle.",
            to="delivery",
            mend="Only unsure deliveries are settled.",
        )
    delivery.state = after
    delivery.reason = f"settled by {by}: {because}" if because else f"settled by {by}"
    delivery.changed_at = now
    # The worker that left it in doubt, should it still live, has no say any more.
    delivery.lease = None
    delivery.leased_until = None
    return delivery


def approve(
    session: Session,
    dispatch_id: int,
    *,
    account: Account,
    settings: Settings,
    now: datetime,
) -> Approval:
    """Sign the dispatch seal. *account* has proved who they are."""
    dispatch = _dispatch(session, dispatch_id)
    _require(
        dispatch,
        (DispatchState.PLANNED, DispatchState.PAUSED, DispatchState.HELD),
        "approved",
    )
    if not accounts.may(account, Right.APPROVE):
        raise Conflict(
            f"{account.name} may not approve.",
            to="account",
            mend="Ask a validator or an administrator.",
        )
    if not sealing.is_sealed(session, dispatch, settings):
        raise Conflict(
            "The release, the mail templates or the sender changed after it was planned.",
            to=f"dispatch {dispatch_id}",
            mend="Stop it and plan it again.",
        )
    approval = Approval(
        dispatch_id=dispatch.id,
        account_id=account.id,
        seal=dispatch.seal,
        given_at=now,
    )
    session.add(approval)
    session.flush()
    return approval


def hold(session: Session, dispatch: Dispatch, *, reason: str, now: datetime) -> None:
    """Wait for a person; the waiting deliveries are held with it."""
    dispatch.state = DispatchState.HELD
    dispatch.reason = reason
    _move(
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
    early = now < dispatch.due_at
    if not early:
        seen = sealing.examine(
            session, dispatch, settings=settings, zone_rules=zone_rules
        )
        doubt = schedule.doubt_of(seen, now=now)
        if doubt:
            raise Conflict(doubt, to=f"dispatch {dispatch.id}")
    due_at = dispatch.due_at if early else now
    if not early:
        # Its deadline counts from when it really leaves.
        dispatch.deadline_at = now + (dispatch.deadline_at - dispatch.due_at)
        dispatch.started_at = dispatch.started_at or now
    dispatch.state = DispatchState.PLANNED if early else DispatchState.RUNNING
    _move(
        session,
        dispatch,
        before=DeliveryState.HELD,
        after=DeliveryState.WAITING,
        reason="",
        now=now,
    )
    session.execute(
        update(Delivery)
        .where(
            Delivery.dispatch_id == dispatch.id, Delivery.state == DeliveryState.WAITING
        )
        .values(due_at=due_at)
    )


def _dispatch(session: Session, dispatch_id: int) -> Dispatch:
    # Locked on PostgreSQL: a person and the worker may decide at the same moment.
    dispatch = session.get(Dispatch, dispatch_id, with_for_update=True)
    if dispatch is None:
        raise NotFound(
            f"There is no dispatch {dispatch_id}.",
            to="dispatch",
            mend="See `parution dispatch list`.",
        )
    return dispatch


def _require(dispatch: Dispatch, states: Sequence[DispatchState], verb: str) -> None:
    if dispatch.state not in states:
        raise Conflict(
            f"Dispatch {dispatch.id} is {dispatch.state} and cannot be {verb}.",
            to="dispatch",
            mend=f"Only a dispatch that is {' or '.join(states)} can be {verb}.",
        )


def _move(
    session: Session,
    dispatch: Dispatch,
    *,
    before: DeliveryState,
    after: DeliveryState,
    reason: str,
    now: datetime,
) -> None:
    """Move every delivery of one state to another; their leases end."""
    if not may_follow(before, after):
        raise ValueError(f"{after} may not follow {before}")
    session.execute(
        update(Delivery)
        .where(Delivery.dispatch_id == dispatch.id, Delivery.state == before)
        .values(
            state=after, reason=reason, changed_at=now, lease=None, leased_until=None
        )
        .execution_options(synchronize_session=False)
    )
