"""Addresses that must not be mailed. They outlive the contact and every import."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from distributor.models import Delivery, Suppression
from distributor.states import Because, DeliveryState

# SQLite's oldest limit on parameters is 999.
CHUNK = 500


def suppress(session: Session, address_key: str, *, reason: str, now: datetime) -> bool:
    """Suppress an address from now on; False when it already was.

    Its waiting deliveries are cancelled at once. One that is being sent is past recall.
    """
    known = session.scalar(
        select(Suppression.id).where(Suppression.address_key == address_key)
    )
    if known is None:
        session.add(Suppression(address_key=address_key, reason=reason, since=now))
    session.execute(
        update(Delivery)
        .where(
            Delivery.address_key == address_key,
            Delivery.state.in_([DeliveryState.WAITING, DeliveryState.HELD]),
        )
        .values(
            state=DeliveryState.CANCELLED,
            reason=Because.SUPPRESSED,
            changed_at=now,
            lease=None,
            leased_until=None,
        )
    )
    session.flush()
    return known is None


def suppressed(session: Session, address_keys: Iterable[str]) -> frozenset[str]:
    """Which of these must not be mailed."""
    keys = list(address_keys)
    found: set[str] = set()
    for start in range(0, len(keys), CHUNK):
        found.update(
            session.scalars(
                select(Suppression.address_key).where(
                    Suppression.address_key.in_(keys[start : start + CHUNK])
                )
            )
        )
    return frozenset(found)
