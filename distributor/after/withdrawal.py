"""Withdrawal: planned mail that must not leave -> its batch cancelled, the others sent anew (S7).

The wish is in the rows (a suppression, a pause, a stop, a doubt), and asking the provider
twice does no harm: a crash between its yes and our commit only makes us ask again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol, runtime_checkable

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from core.clock import Clock
from core.db import Database
from core.log import logger
from distributor.channels.sendgrid.batches import Cancelled
from distributor.models import Batch, Delivery, Dispatch, Suppression
from distributor.states import Because, DeliveryState, DispatchState

_log = logger("withdrawal")

# The provider lets a batch be cancelled until then, and so many at a time.
_LAST_CALL = timedelta(minutes=10)
_AT_ONCE = 10
# How long after its hour it is still found out who was too late: this worker may be down.
_LOOK_BACK = timedelta(days=1)
_KEPT = (DeliveryState.ACCEPTED, DeliveryState.UNSURE)
_ENDED = (DispatchState.STOPPED,)
_HALTED = or_(
    Dispatch.state.in_([DispatchState.HELD, *_ENDED]),
    # A person's pause: a channel's fault ends by itself, and must not use up the ten.
    and_(Dispatch.state == DispatchState.PAUSED, Dispatch.paused_at.is_(None)),
)
_SUPPRESSED = exists().where(Suppression.address_key == Delivery.address_key)


@runtime_checkable
class Withdraws(Protocol):
    """What a channel that takes planned mail can do."""

    def cancel_batch(self, name: str) -> tuple[Cancelled, str]: ...


class _Wish(NamedTuple):
    batch_id: int
    name: str
    channel: str


class Withdrawal:
    """Does one tick at a time; any number of processes may each have one."""

    def __init__(
        self, *, database: Database, clock: Clock, channels: Mapping[str, object]
    ) -> None:
        self._database = database
        self._clock = clock
        self._channels = channels

    def tick(self) -> int:
        """Withdraw what must not leave; answers how many batches were cancelled."""
        with self._database.read() as session:
            wishes = _wishes(session, now=self._clock.now())
        cancelled = sum(self._withdraw(wish) for wish in wishes)
        with self._database.read() as session:
            late = session.scalar(_late(self._clock.now()).limit(1)) is not None
        if late:
            self._say_too_late()
        return cancelled

    def _withdraw(self, wish: _Wish) -> int:
        channel = self._channels.get(wish.channel)
        if not isinstance(channel, Withdraws):
            return 0
        answer, words = channel.cancel_batch(wish.name)
        _log.info("batch.withdrawn", batch=wish.batch_id, answer=answer, words=words)
        if answer is not Cancelled.YES:
            return 0
        with self._database.write() as session:
            _take_back(session, wish.batch_id, now=self._clock.now())
        return 1

    def _say_too_late(self) -> None:
        now = self._clock.now()
        with self._database.write() as session:
            session.execute(
                update(Delivery)
                .where(Delivery.id.in_(_late(now)))
                .values(reason=Because.NOT_WITHDRAWN, changed_at=now)
                .execution_options(synchronize_session=False)
            )


def _wishes(session: Session, *, now: datetime) -> Sequence[_Wish]:
    """The batches to cancel now, those that leave soonest first, as many as may be."""
    used = session.scalar(
        select(func.count(Batch.id)).where(
            Batch.cancelled_at.is_not(None), Batch.send_at > now
        )
    )
    unwanted = exists().where(
        Delivery.batch_id == Batch.id,
        Delivery.state.in_(_KEPT),
        or_(
            _SUPPRESSED,
            Delivery.state == DeliveryState.UNSURE,
            _HALTED,
        ),
    )
    rows = session.execute(
        select(Batch.id, Batch.name, Dispatch.channel)
        .join(Dispatch, Dispatch.id == Batch.dispatch_id)
        .where(Batch.cancelled_at.is_(None), Batch.send_at > now + _LAST_CALL, unwanted)
        .order_by(Batch.send_at, Batch.id)
        .limit(max(0, _AT_ONCE - (used or 0)))
    )
    return [_Wish(*row) for row in rows]


def _take_back(session: Session, batch_id: int, *, now: datetime) -> None:
    """The provider throws the batch away: nobody in it was reached."""
    batch = session.get_one(Batch, batch_id)
    batch.cancelled_at = now
    dispatch = session.get_one(Dispatch, batch.dispatch_id)
    kept = and_(Delivery.batch_id == batch_id, Delivery.state.in_(_KEPT))
    changes: list[tuple[DeliveryState, str, ColumnElement[bool]]] = [
        (DeliveryState.CANCELLED, Because.SUPPRESSED, and_(kept, _SUPPRESSED)),
        (DeliveryState.CANCELLED, Because.STOPPED, kept)
        if dispatch.state in _ENDED
        else (DeliveryState.WAITING, "", kept),
    ]
    for state, reason, which in changes:
        session.execute(
            update(Delivery)
            .where(which)
            .values(
                state=state,
                reason=reason,
                changed_at=now,
                batch_id=None,
                lease=None,
                leased_until=None,
            )
            .execution_options(synchronize_session=False)
        )
    if dispatch.state == DispatchState.DONE:
        dispatch.state = DispatchState.RUNNING
        dispatch.ended_at = None


def _late(now: datetime) -> Select[int]:
    """Those who opposed before its hour, when the provider could not be stopped any more."""
    return (
        select(Delivery.id)
        .join(Batch, Batch.id == Delivery.batch_id)
        .where(
            Delivery.state.in_([DeliveryState.ACCEPTED, DeliveryState.DELIVERED]),
            Delivery.reason == "",
            Batch.cancelled_at.is_(None),
            Batch.send_at > now - _LOOK_BACK,
            Batch.send_at <= now + _LAST_CALL,
            exists().where(
                Suppression.address_key == Delivery.address_key,
                Suppression.since < Batch.send_at,
            ),
        )
    )
