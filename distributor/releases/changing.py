"""Whether a release may still be changed: what has left is corrected, what is planned is sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.wording import worded
from distributor.models import Delivery, Dispatch
from distributor.states import DeliveryState, DispatchState

_BEGUN = (DispatchState.RUNNING, DispatchState.PAUSED, DispatchState.HELD)
# Whoever may have it, or had it and could not keep it.
_MAY_HAVE_IT = (
    DeliveryState.SENDING,
    DeliveryState.ACCEPTED,
    DeliveryState.DELIVERED,
    DeliveryState.BOUNCED,
    DeliveryState.COMPLAINED,
    DeliveryState.UNSURE,
)


class HasLeft(Conflict):
    code = "has-left"


class SealWouldBreak(Conflict):
    """A change would break the seal of a planned dispatch, and nobody said that it may."""

    code = "seal-would-break"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    dispatch_id: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What keeps a release from being changed freely."""

    # The dispatch that left with its words; None while nothing did.
    left_by: int | None
    # The dispatches whose seals a change breaks, and their approvals with them.
    sealed: Sequence[Planned]


def standing(session: Session, release_id: int) -> Standing:
    has_it = exists().where(
        Delivery.dispatch_id == Dispatch.id,
        Delivery.is_seed.is_(False),
        Delivery.state.in_(_MAY_HAVE_IT),
    )
    left_by = session.scalar(
        select(Dispatch.id)
        .where(
            Dispatch.release_id == release_id,
            Dispatch.started_at.is_not(None),
            Dispatch.state.in_(_BEGUN) | has_it,
        )
        .order_by(Dispatch.id.desc())
        .limit(1)
    )
    sealed = session.execute(
        select(Dispatch.id, Dispatch.due_at)
        .where(
            Dispatch.release_id == release_id,
            Dispatch.started_at.is_(None),
            Dispatch.state.in_([DispatchState.PLANNED, *_BEGUN]),
        )
        .order_by(Dispatch.due_at, Dispatch.id)
    )
    return Standing(
        left_by=left_by,
        sealed=[Planned(dispatch_id=id_, due_at=due_at) for id_, due_at in sealed],
    )


def require(session: Session, release_id: int, *, breaks_seals: bool) -> None:
    """Raises HasLeft, or SealWouldBreak where nobody said that it may."""
    found = standing(session, release_id)
    if found.left_by is not None:
        raise HasLeft(
            worded("This release has left, so its words cannot be changed any more."),
            to="release",
            mend=worded("Write a correction: it reaches whoever got this text."),
        )
    if found.sealed and not breaks_seals:
        raise SealWouldBreak(
            worded(
                "A dispatch of this release is planned, and a change breaks its seal."
            ),
            to="breaks_seals",
            mend=worded(
                "Say that the plan is to be sealed and approved again, and save."
            ),
        )
