"""Deliveries of years ago: the address becomes a hash, later nobody is named at all.

That a message left, when, its hash and what became of it stays for good.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, String, cast, exists, or_, select, update
from sqlalchemy.orm import Session

from core.retention import Sweep
from core.settings import Retention
from distributor.contacts import suppression
from distributor.contacts.suppression import digest
from distributor.models import (
    Attempt,
    Contact,
    Delivery,
    Dispatch,
    Event,
    Suppression,
)
from distributor.states import ENDED, OPEN, Because

# Before what stands for an address where nobody may be known by it any more.
ERASED: Final = "erased-"
# Every address has one, and no hash of an address does.
_AT: Final = "@"


def pseudonym(address_key: str) -> str:
    """What stands for an address in old rows; one that stands already stays."""
    return digest(address_key) if _AT in address_key else address_key


def is_forgotten(written: str) -> bool:
    """Nothing tells whose it was, not even to whoever has the address."""
    return written.startswith(ERASED)


def key_of(session: Session, written: str) -> str | None:
    """The key that *written* stands for, where it is still known; a hash may have none."""
    if _AT in written:
        return written
    noted = session.scalar(
        select(Suppression.address_key).where(Suppression.address_hash == written)
    )
    if noted is not None:
        return noted
    for asked in (
        select(Contact.address_key),
        select(Delivery.address_key).where(Delivery.state.in_(OPEN)).distinct(),
    ):
        for key in session.scalars(asked):
            if digest(key) == written:
                return key
    return None


def is_suppressed(session: Session, written: str) -> bool:
    return bool(
        session.scalar(
            select(exists().where(Suppression.address_hash == pseudonym(written)))
        )
    )


def suppress(session: Session, written: str, *, reason: str, now: datetime) -> bool:
    """Suppress whom *written* stands for, by the hash alone where no more is known of them.

    False when they already were, or when nothing tells who it was.
    """
    if is_forgotten(written):
        return False
    key = key_of(session, written)
    if key is not None:
        return suppression.suppress(session, key, reason=reason, now=now)
    return suppression.suppress_hash(session, written, reason=reason, now=now)


def addresses(retention: Retention) -> Sweep:
    """Who has an address can still ask what was sent to it; nobody reads it here."""

    def due(_: Session, now: datetime) -> Select[Any]:
        return _old(now, retention.address_days).where(
            or_(
                Delivery.address != "",
                Delivery.name != "",
                Delivery.address_key.contains(_AT, autoescape=True),
            )
        )

    return Sweep(due=due, drop=_pseudonymise)


def left_out(retention: Retention) -> Sweep:
    """Whom a dispatch left out is listed in it by address."""

    def due(_: Session, now: datetime) -> Select[Any]:
        return select(Dispatch.id).where(
            Dispatch.due_at < now - timedelta(days=retention.address_days),
            cast(Dispatch.left_out, String).contains(_AT, autoescape=True),
        )

    return Sweep(due=due, drop=_pseudonymise_left_out)


def recipients(retention: Retention) -> Sweep:
    """Then nobody can be told to have been reached, not even by whoever has the address."""

    def due(_: Session, now: datetime) -> Select[Any]:
        return _old(now, retention.recipient_days).where(
            or_(
                Delivery.contact_id.is_not(None),
                ~Delivery.address_key.startswith(ERASED, autoescape=True),
            )
        )

    return Sweep(due=due, drop=forget)


def forget(session: Session, ids: Sequence[int]) -> None:
    """Deliveries that name nobody any more; they stay counted."""
    _empty(session, ids)
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids))
        # Unique in its dispatch, and no longer an address.
        .values(contact_id=None, address_key=ERASED + Delivery.token)
    )


def _old(now: datetime, days: int) -> Select[Any]:
    return (
        select(Delivery.id)
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .where(
            Dispatch.due_at < now - timedelta(days=days),
            # What is held still waits for a person, however long.
            Delivery.state.in_(ENDED),
        )
        .order_by(Delivery.id)
    )


def _pseudonymise(session: Session, ids: Sequence[int]) -> None:
    keys = session.execute(
        select(Delivery.id, Delivery.address_key).where(Delivery.id.in_(ids))
    ).all()
    _empty(session, ids)
    session.execute(
        update(Delivery),
        [{"id": id_, "address_key": pseudonym(key)} for id_, key in keys],
    )


def _empty(session: Session, ids: Sequence[int]) -> None:
    """Servers repeat the address in their answers, and providers in their reports."""
    session.execute(
        update(Attempt).where(Attempt.delivery_id.in_(ids)).values(answer="")
    )
    session.execute(update(Event).where(Event.delivery_id.in_(ids)).values(detail={}))
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.reason.not_in(list(Because)))
        .values(reason="")
    )
    session.execute(
        update(Delivery).where(Delivery.id.in_(ids)).values(address="", name="")
    )


def _pseudonymise_left_out(session: Session, ids: Sequence[int]) -> None:
    for dispatch_id, listed in session.execute(
        select(Dispatch.id, Dispatch.left_out).where(Dispatch.id.in_(ids))
    ).all():
        session.execute(
            update(Dispatch)
            .where(Dispatch.id == dispatch_id)
            .values(
                left_out=[
                    one | {"address_key": pseudonym(one["address_key"])}
                    for one in listed
                ]
            )
        )
