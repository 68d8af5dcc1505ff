"""One person: all that is known of them, for themselves to read, and how it is forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.models import Release
from core.wording import worded
from distributor.contacts import (
    addresses,
    erasures,
    images,
    old_deliveries,
    suppression,
)
from distributor.contacts.following import Person, person_of
from distributor.models import (
    Attempt,
    ContactBatch,
    ContactChange,
    Delivery,
    Dispatch,
    Event,
    Lifting,
    Suppression,
)
from distributor.states import OPEN


def all_known(session: Session, address: str) -> Mapping[str, Any]:
    """Everything this office keeps about a person. Raises NotFound."""
    known = gather(session, address)
    if not is_known(known):
        raise unknown(address)
    return known


def gather(session: Session, address: str) -> Mapping[str, Any]:
    """The same, and empty for whom nothing is kept of."""
    person = person_of(session, address)
    kept = images.of(session, person.contact_ids, with_answers=True)
    return {
        "email": addresses.read(address).key,
        "addresses": sorted(person.keys),
        "contacts": list(kept.values()),
        "suppressions": _suppressions(session, person),
        "liftings": _liftings(session, person),
        "deliveries": _deliveries(session, person),
        "left_out": _left_out(session, person),
        "changes": _changes(session, person),
    }


def is_known(known: Mapping[str, Any]) -> bool:
    return any(value for key, value in known.items() if key not in _NAMES)


def unknown(address: str) -> NotFound:
    return NotFound(
        worded("Nothing is known of the address %(address)s.", address=address),
        to="email",
        mend=worded(
            "Look for the contact by name: %(command)s lists them.",
            command="`parution contact list`",
        ),
    )


_NAMES = frozenset({"email", "addresses"})


def erase(session: Session, address: str, *, now: datetime) -> None:
    """Forget a person, here, in past deliveries and in what batches remember.

    That it was done is kept by hash, so that a backup of before is held to it. A
    suppression stays as a hash too, which goes on refusing the address. Raises NotFound, and
    Conflict while a dispatch that has not ended still names them: its seal covers the
    address, and a message in the air must stay countable.
    """
    all_known(session, address)
    person = person_of(session, address)
    of_person = _their(person)
    waiting = busy(session, address)
    if waiting is not None:
        raise Conflict(
            worded("Dispatch %(id)s has not reached this contact yet.", id=waiting),
            to="email",
            mend=worded(
                "Wait for it to end, or suppress the address now and erase it later."
            ),
        )
    ids = list(session.scalars(select(Delivery.id).where(of_person)))
    old_deliveries.forget(session, ids)
    _forget_left_out(session, person)
    session.execute(
        update(Suppression)
        .where(Suppression.address_key.in_(person.keys))
        .values(address_key=None)
    )
    session.execute(
        delete(ContactChange).where(
            ContactChange.id.in_([one.id for one in person.changes])
        )
    )
    images.take_away(session, person.contact_ids)
    erasures.note(session, [suppression.digest(key) for key in person.keys], at=now)
    session.flush()


def busy(session: Session, address: str) -> int | None:
    """A dispatch that has not ended for them; None where they can be erased."""
    of_person = _their(person_of(session, address))
    found: int | None = session.scalar(
        select(Delivery.dispatch_id)
        .where(of_person, Delivery.state.in_(OPEN))
        .order_by(Delivery.dispatch_id)
    )
    return found


def _their(person: Person) -> ColumnElement[bool]:
    return or_(
        and_(
            Delivery.address_key.in_(_written(person)),
            or_(
                Delivery.contact_id.is_(None),
                Delivery.contact_id.not_in(person.other_ids),
            ),
        ),
        Delivery.contact_id.in_(person.contact_ids),
    )


def _written(person: Person) -> frozenset[str]:
    """As rows name them: by address, and by hash where that is old."""
    return person.keys | {old_deliveries.pseudonym(key) for key in person.keys}


def _suppressions(session: Session, person: Person) -> list[dict[str, Any]]:
    hashes = [suppression.digest(key) for key in person.keys]
    return [
        {"email": one.address_key, "reason": one.reason, "since": one.since}
        for one in session.scalars(
            select(Suppression)
            .where(Suppression.address_hash.in_(hashes))
            .order_by(Suppression.id)
        )
    ]


def _liftings(session: Session, person: Person) -> list[dict[str, Any]]:
    hashes = [suppression.digest(key) for key in person.keys]
    return [
        {"reason": one.reason, "because": one.because, "lifted_at": one.lifted_at}
        for one in session.scalars(
            select(Lifting).where(Lifting.address_hash.in_(hashes)).order_by(Lifting.id)
        )
    ]


def _deliveries(session: Session, person: Person) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Delivery, Release.number, Dispatch.about)
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .outerjoin(Release, Release.id == Dispatch.release_id)
        .where(_their(person))
        .order_by(Delivery.id)
    ).all()
    attempts = _by_delivery(session, Attempt, [one.id for one, *_ in rows])
    events = _by_delivery(session, Event, [one.id for one, *_ in rows])
    return [
        {
            "dispatch": one.dispatch_id,
            "release": number or "",
            # What it sent that is no release, like edition:12.
            "about": about,
            "email": one.address,
            "name": one.name,
            "language": one.language,
            "state": one.state,
            "reason": one.reason,
            "due_at": one.due_at,
            "attempts": attempts.get(one.id, []),
            "events": events.get(one.id, []),
        }
        for one, number, about in rows
    ]


def _by_delivery(
    session: Session, table: type[Attempt | Event], delivery_ids: Sequence[int]
) -> Mapping[int, list[dict[str, Any]]]:
    columns = table.__table__.c
    found: dict[int, list[dict[str, Any]]] = {}
    for row in session.execute(
        select(*columns)
        .where(columns.delivery_id.in_(delivery_ids))
        .order_by(columns.id)
    ).mappings():
        values = dict(row)
        del values["id"]
        found.setdefault(values.pop("delivery_id"), []).append(values)
    return found


def _left_out(session: Session, person: Person) -> list[dict[str, Any]]:
    written = _written(person)
    return [
        {"dispatch": dispatch_id, "email": one["address_key"], "reason": one["reason"]}
        for dispatch_id, left_out in session.execute(
            select(Dispatch.id, Dispatch.left_out).order_by(Dispatch.id)
        )
        for one in left_out
        if one["address_key"] in written
    ]


def _changes(session: Session, person: Person) -> list[dict[str, Any]]:
    batches = {
        one.id: one
        for one in session.scalars(
            select(ContactBatch).where(
                ContactBatch.id.in_({one.batch_id for one in person.changes})
            )
        )
    }
    return [
        {
            "batch": one.batch_id,
            "contact_id": one.contact_id,
            "kind": batches[one.batch_id].kind,
            "file": batches[one.batch_id].file_name,
            "made_at": batches[one.batch_id].made_at,
            "before": one.before,
            "after": one.after,
        }
        for one in person.changes
    ]


def _forget_left_out(session: Session, person: Person) -> None:
    named = {one["dispatch"] for one in _left_out(session, person)}
    written = _written(person)
    for dispatch_id, left_out in session.execute(
        select(Dispatch.id, Dispatch.left_out).where(Dispatch.id.in_(named))
    ).all():
        session.execute(
            update(Dispatch)
            .where(Dispatch.id == dispatch_id)
            .values(
                left_out=[
                    one | {"address_key": "erased"}
                    if one["address_key"] in written
                    else one
                    for one in left_out
                ]
            )
        )
