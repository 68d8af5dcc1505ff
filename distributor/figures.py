"""What the sending half tells those who watch over the office: counts, and whether it moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from distributor.models import Attempt, Delivery, Dispatch
from distributor.sending import by_hand
from distributor.states import DeliveryState, DispatchState


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Every dispatch and delivery that there is, by state."""

    dispatches: Mapping[str, int]
    # By channel, then by state.
    deliveries: Mapping[str, Mapping[str, int]]
    # The number of the last attempt: it grows with each, whichever worker makes it.
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """What should have left, and whether anything leaves. Office time."""

    # When the dispatch that nobody started was due.
    overdue_since: datetime | None
    # Since when a delivery of a running dispatch is due and waits.
    waiting_since: datetime | None
    last_attempt_at: datetime | None

    def is_late(self, now: datetime, patience: timedelta) -> bool:
        """Whether a dispatch should have been started or held by now."""
        return self.overdue_since is not None and now - self.overdue_since > patience

    def is_stuck(self, now: datetime, patience: timedelta) -> bool:
        """Whether something is due and nobody has tried anything for so long."""
        if self.waiting_since is None:
            return False
        since = max(self.waiting_since, self.last_attempt_at or self.waiting_since)
        return now - since > patience


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A dispatch past its hour that waits for a person."""

    dispatch_id: int
    state: str
    due_at: datetime
    reason: str


def mail(session: Session) -> Mail:
    # The index of dispatch and state answers this by itself, without a row.
    counts = session.execute(
        select(Delivery.dispatch_id, Delivery.state, func.count()).group_by(
            Delivery.dispatch_id, Delivery.state
        )
    ).all()
    rows = session.execute(select(Dispatch.id, Dispatch.channel, Dispatch.state)).all()
    channels = {row.id: row.channel for row in rows}
    deliveries: dict[str, dict[str, int]] = {
        name: dict.fromkeys(DeliveryState, 0) for name in channels.values()
    }
    for dispatch_id, state, count in counts:
        deliveries[channels[dispatch_id]][state] += count
    dispatches: dict[str, int] = dict.fromkeys(DispatchState, 0)
    for row in rows:
        dispatches[row.state] += 1
    return Mail(
        dispatches=dispatches,
        deliveries=deliveries,
        attempts=session.scalar(select(func.max(Attempt.id))) or 0,
    )


def moving(session: Session, *, now: datetime) -> Moving:
    """What people work off by hand is never late."""
    overdue = session.execute(
        select(Dispatch.due_at, Dispatch.undo_until).where(
            Dispatch.state == DispatchState.PLANNED,
            Dispatch.due_at < now,
            Dispatch.channel != by_hand.CHANNEL,
        )
    )
    starts = [max(row.due_at, row.undo_until or row.due_at) for row in overdue]
    return Moving(
        overdue_since=min((one for one in starts if one < now), default=None),
        waiting_since=session.scalar(
            select(func.min(Delivery.due_at)).where(
                Delivery.state == DeliveryState.WAITING,
                Delivery.due_at <= now,
                Delivery.dispatch_id.in_(
                    select(Dispatch.id).where(
                        Dispatch.state == DispatchState.RUNNING,
                        Dispatch.channel != by_hand.CHANNEL,
                    )
                ),
            )
        ),
        last_attempt_at=session.scalar(
            select(Attempt.began_at).order_by(Attempt.id.desc()).limit(1)
        ),
    )


def waiting(session: Session, *, before: datetime) -> list[Waiting]:
    """What is held or paused and should have left before a moment, the oldest first."""
    rows = session.execute(
        select(Dispatch.id, Dispatch.state, Dispatch.due_at, Dispatch.reason)
        .where(
            Dispatch.state.in_([DispatchState.HELD, DispatchState.PAUSED]),
            Dispatch.due_at < before,
        )
        .order_by(Dispatch.due_at)
    )
    return [
        Waiting(
            dispatch_id=row.id, state=row.state, due_at=row.due_at, reason=row.reason
        )
        for row in rows
    ]
