"""Addresses that must not be mailed. They outlive the contact and every import."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import BadInput, NotFound
from core.wording import worded
from distributor.contacts.chunks import chunks
from distributor.models import Delivery, Lifting, Suppression
from distributor.states import Because, DeliveryState

# Why, where it is not told in somebody's own words.
REASONS: Final = ("asked", "unsubscribed", "opposed", "bounced", "complained")


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionLine:
    id: int
    # None where the person was erased: a hash alone refuses the address.
    email: str | None
    reason: str
    since: datetime


def suppress(session: Session, address_key: str, *, reason: str, now: datetime) -> bool:
    """Suppress an address from now on; False when it already was.

    Its waiting deliveries are cancelled at once. One that is being sent is past recall.
    """
    row, is_new = _entered(
        session,
        Suppression(
            address_key=address_key,
            address_hash=digest(address_key),
            reason=reason,
            since=now,
        ),
    )
    # Known by its hash alone after an erasure: the ledger looks for the key.
    row.address_key = address_key
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
    return is_new


def suppress_hash(
    session: Session, address_hash: str, *, reason: str, now: datetime
) -> bool:
    """Suppress an address of which only the hash is known; False when it already was."""
    row = Suppression(address_hash=address_hash, reason=reason, since=now)
    return _entered(session, row)[1]


def _entered(session: Session, row: Suppression) -> tuple[Suppression, bool]:
    """The row of an address, and whether it is this one: a bounce and a click may come at once."""
    asked = select(Suppression).where(Suppression.address_hash == row.address_hash)
    known = session.scalar(asked)
    if known is not None:
        return known, False
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return session.scalars(asked).one(), False
    return row, True


def suppress_again(
    session: Session,
    address_hash: str,
    address_key: str | None,
    *,
    reason: str,
    since: datetime,
    now: datetime,
) -> None:
    """Suppress who was suppressed *since* then and is not here, by the hash alone or by both."""
    suppress_hash(session, address_hash, reason=reason, now=since)
    if address_key is not None:
        suppress(session, address_key, reason=reason, now=now)


def noted(session: Session) -> Mapping[str, tuple[datetime, str]]:
    """The hash of every address that must not be mailed, since when and why."""
    rows = session.execute(
        select(Suppression.address_hash, Suppression.since, Suppression.reason)
    )
    return {row.address_hash: (row.since, row.reason) for row in rows}


def lifted(session: Session) -> Mapping[str, datetime]:
    """When the suppression of a hash was last lifted."""
    rows = session.execute(
        select(
            Lifting.address_hash, func.max(Lifting.lifted_at).label("lifted_at")
        ).group_by(Lifting.address_hash)
    )
    return {row.address_hash: row.lifted_at for row in rows}


def lift(
    session: Session,
    address_key: str,
    *,
    because: str,
    now: datetime,
    account_id: int | None = None,
) -> str:
    """Let an address be mailed again; answers why it could not be. The reason is kept.

    Only a person does this, knowingly: no import, merge or undo ever lifts an opposition.
    """
    because = " ".join(because.split())
    if not because:
        raise BadInput(
            worded("Lifting a suppression needs a reason."),
            to="because",
            mend=worded("Say who asked for it, and when and how."),
        )
    known = session.scalar(
        select(Suppression).where(Suppression.address_hash == digest(address_key))
    )
    if known is None:
        raise NotFound(
            worded("The address %(address)s is not suppressed.", address=address_key),
            to="email",
            mend=worded("Nothing needs to be lifted."),
        )
    session.add(
        Lifting(
            address_hash=known.address_hash,
            reason=known.reason,
            because=because,
            account_id=account_id,
            lifted_at=now,
        )
    )
    session.delete(known)
    session.flush()
    return known.reason


def listed(
    session: Session, *, before: int | None = None, most: int
) -> Sequence[SuppressionLine]:
    """The last few that were suppressed, or those *before* one, the newest first."""
    asked = select(Suppression).order_by(Suppression.id.desc()).limit(most)
    if before is not None:
        asked = asked.where(Suppression.id < before)
    return [
        SuppressionLine(
            id=row.id, email=row.address_key, reason=row.reason, since=row.since
        )
        for row in session.scalars(asked)
    ]


def suppressed(session: Session, address_keys: Iterable[str]) -> frozenset[str]:
    """Which of these must not be mailed."""
    keys = {digest(key): key for key in address_keys}
    found: set[str] = set()
    for part in chunks(list(keys)):
        found.update(
            session.scalars(
                select(Suppression.address_hash).where(
                    Suppression.address_hash.in_(part)
                )
            )
        )
    return frozenset(keys[one] for one in found)


def recall(session: Session, address_keys: Sequence[str]) -> None:
    """Write the key again beside suppressions that an erasure left with a hash alone."""
    keys = {digest(key): key for key in address_keys}
    for part in chunks(list(keys)):
        for known in session.scalars(
            select(Suppression).where(
                Suppression.address_hash.in_(part), Suppression.address_key.is_(None)
            )
        ):
            known.address_key = keys[known.address_hash]
    session.flush()


def digest(address_key: str) -> str:
    """What is kept of an address when the person behind it is forgotten."""
    return hashlib.sha256(address_key.encode()).hexdigest()
