"""Moves: a dispatch under its lock, and all its deliveries of one state to another."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.models import Release
from core.wording import Worded, worded
from distributor.models import Delivery, Dispatch
from distributor.states import DeliveryState, DispatchState, may_follow

# What has not ended: it may still be stopped.
OPEN = (
    DispatchState.PLANNED,
    DispatchState.RUNNING,
    DispatchState.PAUSED,
    DispatchState.HELD,
)

# What has not begun, or waits: it may still be approved, refused and undone.
TO_COME = (DispatchState.PLANNED, DispatchState.PAUSED, DispatchState.HELD)

# Whoever may have the message, or will in a moment: what a correction must reach.
MAY_HAVE_IT = (
    DeliveryState.SENDING,
    DeliveryState.ACCEPTED,
    DeliveryState.DELIVERED,
    DeliveryState.COMPLAINED,
    DeliveryState.UNSURE,
)


class Sent(Protocol):
    """A dispatch, or what a report says of one."""

    @property
    def id(self) -> int: ...
    @property
    def release_id(self) -> int | None: ...
    @property
    def purpose(self) -> str: ...


def release_of(dispatch: Sent) -> int:
    """The release it sends. Raises Conflict where it sends an edition or a notice."""
    if dispatch.release_id is None:
        raise Conflict(
            worded("Dispatch %(id)s sends no release.", id=dispatch.id),
            to=f"dispatch {dispatch.id}",
            mend=worded(
                "Only what sends a release is followed, reminded of and corrected. "
                "A review is put right by its next version."
            ),
        )
    return dispatch.release_id


def release(session: Session, dispatch: Dispatch) -> Release | None:
    """The release it sends; None where it sends an edition or a notice."""
    if dispatch.release_id is None:
        return None
    return session.get_one(Release, dispatch.release_id)


def found(session: Session, dispatch_id: int) -> Dispatch:
    """Raises NotFound."""
    return _known(session.get(Dispatch, dispatch_id), dispatch_id)


def locked(session: Session, dispatch_id: int) -> Dispatch:
    """Raises NotFound. On PostgreSQL a person and the worker may decide at the same moment."""
    dispatch = session.get(
        Dispatch, dispatch_id, with_for_update=True, populate_existing=True
    )
    return _known(dispatch, dispatch_id)


def require(
    dispatch: Dispatch, states: Collection[DispatchState], *, mend: Worded
) -> None:
    """Raises Conflict, with *mend* saying in which states it is done."""
    if dispatch.state not in states:
        raise Conflict(
            worded(
                "This cannot be done: dispatch %(id)s is %(state)s.",
                id=dispatch.id,
                state=Worded(dispatch.state),
            ),
            to="dispatch",
            mend=mend,
        )


def move(
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


def cancel_rest(
    session: Session, dispatch: Dispatch, *, reason: str, now: datetime
) -> None:
    """Cancel all that has not begun; what is in the air still ends."""
    for before in (DeliveryState.WAITING, DeliveryState.HELD):
        move(
            session,
            dispatch,
            before=before,
            after=DeliveryState.CANCELLED,
            reason=reason,
            now=now,
        )


def shift(session: Session, dispatch: Dispatch, *, by: timedelta) -> None:
    """Move the hours of what has not begun: seeds, the rest and quiet ones keep their distance."""
    unbegun = (
        Delivery.dispatch_id == dispatch.id,
        Delivery.state.in_([DeliveryState.WAITING, DeliveryState.HELD]),
    )
    moments = session.scalars(select(Delivery.due_at).where(*unbegun).distinct()).all()
    # In the order that lets none of them meet another on its way.
    for moment in sorted(moments, reverse=by > timedelta(0)):
        session.execute(
            update(Delivery)
            .where(*unbegun, Delivery.due_at == moment)
            .values(due_at=moment + by)
            .execution_options(synchronize_session=False)
        )


def _known(dispatch: Dispatch | None, dispatch_id: int) -> Dispatch:
    if dispatch is None:
        raise NotFound(
            worded("There is no dispatch %(dispatch_id)s.", dispatch_id=dispatch_id),
            to="dispatch",
            mend=worded("See `parution dispatch list`."),
        )
    return dispatch
