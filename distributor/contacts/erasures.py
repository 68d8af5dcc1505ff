"""Erasures, by hash: what was erased stays so when a backup of before is restored.

Whoever was erased is known by the SHA-256 of their address alone. A database that was
restored does not know of erasures since; the ledger beside it does, and they are done again.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from distributor.contacts import old_deliveries, traces
from distributor.contacts.suppression import digest
from distributor.models import (
    Contact,
    ContactChange,
    Delivery,
    Dispatch,
    Erasure,
    PersonRequest,
    Suppression,
)
from distributor.states import Because, DeliveryState


def note(session: Session, hashes: Collection[str], *, at: datetime) -> None:
    """Erased twice, the last time counts."""
    known = {
        one.address_hash: one
        for one in session.scalars(
            select(Erasure).where(Erasure.address_hash.in_(hashes))
        )
    }
    for one in sorted(hashes):
        if one in known:
            known[one].erased_at = max(known[one].erased_at, at)
        else:
            session.add(Erasure(address_hash=one, erased_at=at))
    session.flush()


def noted(session: Session) -> Mapping[str, datetime]:
    """Every hash, and when it was last erased."""
    rows = session.execute(select(Erasure.address_hash, Erasure.erased_at)).all()
    return {row.address_hash: row.erased_at for row in rows}


def named(session: Session, hashes: Collection[str]) -> Sequence[str]:
    """The addresses of these hashes that a contact, or what stands beside it, still has."""
    return sorted({key for key in _written(session) if digest(key) in hashes})


def let_go(session: Session, keys: Sequence[str], *, now: datetime) -> None:
    """What a restored plan would still send them is cancelled; what may be out is unsure."""
    ended = {
        DeliveryState.WAITING: (DeliveryState.CANCELLED, Because.SUPPRESSED),
        DeliveryState.HELD: (DeliveryState.CANCELLED, Because.SUPPRESSED),
        DeliveryState.SENDING: (DeliveryState.UNSURE, Because.CRASH),
    }
    theirs = select(Contact.id).where(Contact.address_key.in_(keys))
    for state, (after, because) in ended.items():
        session.execute(
            update(Delivery)
            .where(
                or_(Delivery.address_key.in_(keys), Delivery.contact_id.in_(theirs)),
                Delivery.state == state,
            )
            .values(
                state=after,
                reason=because,
                changed_at=now,
                lease=None,
                leased_until=None,
            )
        )


def forget_hashed(session: Session, hashes: Collection[str]) -> None:
    """Old deliveries in which a hash stands where the address stood."""
    ids = session.scalars(
        select(Delivery.id).where(Delivery.address_key.in_(hashes))
    ).all()
    old_deliveries.forget(session, ids)


def _written(session: Session) -> Iterator[str]:
    """Every address that any row names, many of them several times."""
    for asked in (
        select(Contact.address_key),
        select(Suppression.address_key).where(Suppression.address_key.is_not(None)),
        select(Delivery.address_key).distinct(),
        select(PersonRequest.address).where(PersonRequest.address != "").distinct(),
    ):
        yield from (str(key) for key in session.scalars(asked))
    yield from traces.addresses_written(session)
    for listed in session.scalars(select(Dispatch.left_out)):
        yield from (one["address_key"] for one in listed)
    for before, after in session.execute(
        select(ContactChange.before, ContactChange.after)
    ):
        yield from (
            str(image["contact"]["address_key"]) for image in (before, after) if image
        )
