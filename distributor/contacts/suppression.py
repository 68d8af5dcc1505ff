"""Addresses that must not be mailed. They outlive the contact and every import."""

import hashlib
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
        select(Suppression).where(Suppression.address_hash == digest(address_key))
    )
    if known is None:
        session.add(
            Suppression(
                address_key=address_key,
                address_hash=digest(address_key),
                reason=reason,
                since=now,
            )
        )
    else:
        # Known by its hash alone after an erasure: the ledger looks for the key.
        known.address_key = address_key
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
    keys = {digest(key): key for key in address_keys}
    hashes = list(keys)
    found: set[str] = set()
    for start in range(0, len(hashes), CHUNK):
        found.update(
            session.scalars(
                select(Suppression.address_hash).where(
                    Suppression.address_hash.in_(hashes[start : start + CHUNK])
                )
            )
        )
    return frozenset(keys[one] for one in found)


def digest(address_key: str) -> str:
    """What is kept of an address when the person behind it is forgotten."""
    return hashlib.sha256(address_key.encode()).hexdigest()
