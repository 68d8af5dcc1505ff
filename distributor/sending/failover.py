"""Failover: a channel at fault pauses its dispatches, and one that stays at fault is left.

Only what waits moves to the next channel. What is unsure may have been accepted by the
first one, so it stays where it is until it is settled.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from distributor.models import Dispatch
from distributor.states import DispatchState


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    dispatch_id: int
    left: str
    taken: str


def pause(
    session: Session,
    channel: str,
    *,
    reason: str,
    resume_at: datetime | None,
    now: datetime,
) -> None:
    """The channel is at fault: everything that runs through it pauses and says why."""
    session.execute(
        update(Dispatch)
        .where(Dispatch.channel == channel, Dispatch.state == DispatchState.RUNNING)
        .values(
            state=DispatchState.PAUSED,
            reason=reason,
            resume_at=resume_at,
            # Since when it is at fault: the tries in between did not help.
            paused_at=func.coalesce(Dispatch.paused_at, now),
        )
        .execution_options(synchronize_session=False)
    )


def try_again(session: Session, channels: Collection[str], *, now: datetime) -> None:
    """These channels were mended: what waited for that goes on. A person's pause stays."""
    session.execute(
        update(Dispatch)
        .where(
            Dispatch.channel.in_(channels),
            Dispatch.state == DispatchState.PAUSED,
            Dispatch.paused_at.is_not(None),
            Dispatch.resume_at.is_(None),
        )
        .values(resume_at=now)
        .execution_options(synchronize_session=False)
    )


def is_over(session: Session) -> None:
    """What still runs has no fault behind it any more."""
    session.execute(
        update(Dispatch)
        .where(Dispatch.state == DispatchState.RUNNING, Dispatch.paused_at.is_not(None))
        .values(paused_at=None)
        .execution_options(synchronize_session=False)
    )


def take_next(
    session: Session, *, open_channels: Collection[str], now: datetime, after: timedelta
) -> Sequence[Move]:
    """Go on through the next sealed channel where the present one is at fault for so long."""
    moves: list[Move] = []
    for dispatch in session.scalars(
        select(Dispatch)
        .where(
            Dispatch.state == DispatchState.PAUSED, Dispatch.paused_at <= now - after
        )
        .with_for_update(skip_locked=True)
    ):
        # A provider keeps a planned mail until its hour; no other channel would.
        early = dispatch.mode == "planned" and now < dispatch.due_at
        later = dispatch.channels[dispatch.channels.index(dispatch.channel) + 1 :]
        taken = next((name for name in later if name in open_channels), None)
        if early or taken is None:
            continue
        moves.append(Move(dispatch_id=dispatch.id, left=dispatch.channel, taken=taken))
        dispatch.channel = taken
        dispatch.mode = "immediate"
        dispatch.state = DispatchState.RUNNING
        dispatch.reason = ""
        dispatch.resume_at = dispatch.paused_at = None
    return moves
