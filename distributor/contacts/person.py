"""One person: all that is known of them, for themselves to read, and how it is forgotten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.models import Release
from core.wording import worded
from distributor.contacts import addresses, images, suppression
from distributor.models import (
    Attempt,
    Contact,
    ContactBatch,
    ContactChange,
    Delivery,
    Dispatch,
    Event,
    Lifting,
    Suppression,
)
from distributor.states import OPEN, Because


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    """An address, and the others that were merged with it; what they were and are."""

    keys: frozenset[str]
    contact_ids: Sequence[int]
    changes: Sequence[ContactChange]


def all_known(session: Session, address: str) -> Mapping[str, Any]:
    """Everything this office keeps about a person. Raises NotFound."""
    person = _person(session, address)
    kept = images.of(session, person.contact_ids, with_answers=True)
    known = {
        "email": addresses.read(address).key,
        "addresses": sorted(person.keys),
        "contacts": list(kept.values()),
        "suppressions": _suppressions(session, person),
        "liftings": _liftings(session, person),
        "deliveries": _deliveries(session, person),
        "left_out": _left_out(session, person),
        "changes": _changes(session, person),
    }
    if not any(value for key, value in known.items() if key not in _NAMES):
        raise NotFound(
            worded("Nothing is known of the address %(address)s.", address=address),
            to="email",
            mend=worded(
                "Look for the contact by name: %(command)s lists them.",
                command="`parution contact list`",
            ),
        )
    return known


_NAMES = frozenset({"email", "addresses"})


def erase(session: Session, address: str) -> None:
    """Forget a person, here, in past deliveries and in what batches remember.

    A suppression stays as a hash, which goes on refusing the address. Raises NotFound, and
    Conflict while a dispatch that has not ended still names them: its seal covers the
    address, and a message in the air must stay countable.
    """
    all_known(session, address)
    person = _person(session, address)
    of_person = _their(person)
    busy = session.scalar(
        select(Delivery.dispatch_id).where(of_person, Delivery.state.in_(OPEN))
    )
    if busy is not None:
        raise Conflict(
            worded("Dispatch %(id)s has not reached this contact yet.", id=busy),
            to="email",
            mend=worded(
                "Wait for it to end, or suppress the address now and erase it later."
            ),
        )
    _forget_deliveries(session, of_person)
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
    session.flush()


def _person(session: Session, address: str) -> _Person:
    """Follow the merges from an address to the others of the same person."""
    keys = {addresses.read(address).key}
    changes: dict[int, ContactChange] = {}
    while True:
        found = session.scalars(select(ContactChange).where(_names(keys))).all()
        merges = session.scalars(
            select(ContactChange)
            .join(ContactBatch, ContactBatch.id == ContactChange.batch_id)
            .where(
                ContactBatch.kind == "merge",
                ContactBatch.undone_at.is_(None),
                ContactBatch.id.in_({one.batch_id for one in found}),
            )
        ).all()
        changes |= {one.id: one for one in (*found, *merges)}
        more = {_key(one) for one in merges} - keys
        if not more:
            break
        keys |= more
    ids = session.scalars(
        select(Contact.id).where(Contact.address_key.in_(keys)).order_by(Contact.id)
    ).all()
    return _Person(
        keys=frozenset(keys),
        contact_ids=ids,
        changes=sorted(changes.values(), key=lambda one: one.id),
    )


def _names(keys: set[str]) -> ColumnElement[bool]:
    return or_(
        *(
            image["contact"]["address_key"].as_string().in_(keys)
            for image in (ContactChange.before, ContactChange.after)
        )
    )


def _key(change: ContactChange) -> str:
    image = change.before or change.after or {}
    return str(image["contact"]["address_key"])


def _their(person: _Person) -> ColumnElement[bool]:
    return or_(
        Delivery.address_key.in_(person.keys),
        Delivery.contact_id.in_(person.contact_ids),
    )


def _suppressions(session: Session, person: _Person) -> list[dict[str, Any]]:
    hashes = [suppression.digest(key) for key in person.keys]
    return [
        {"email": one.address_key, "reason": one.reason, "since": one.since}
        for one in session.scalars(
            select(Suppression)
            .where(Suppression.address_hash.in_(hashes))
            .order_by(Suppression.id)
        )
    ]


def _liftings(session: Session, person: _Person) -> list[dict[str, Any]]:
    hashes = [suppression.digest(key) for key in person.keys]
    return [
        {"reason": one.reason, "because": one.because, "lifted_at": one.lifted_at}
        for one in session.scalars(
            select(Lifting).where(Lifting.address_hash.in_(hashes)).order_by(Lifting.id)
        )
    ]


def _deliveries(session: Session, person: _Person) -> list[dict[str, Any]]:
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


def _left_out(session: Session, person: _Person) -> list[dict[str, Any]]:
    return [
        {"dispatch": dispatch_id, "email": one["address_key"], "reason": one["reason"]}
        for dispatch_id, left_out in session.execute(
            select(Dispatch.id, Dispatch.left_out).order_by(Dispatch.id)
        )
        for one in left_out
        if one["address_key"] in person.keys
    ]


def _changes(session: Session, person: _Person) -> list[dict[str, Any]]:
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
            "kind": batches[one.batch_id].kind,
            "file": batches[one.batch_id].file_name,
            "made_at": batches[one.batch_id].made_at,
            "before": one.before,
            "after": one.after,
        }
        for one in person.changes
    ]


def _forget_deliveries(session: Session, of_person: ColumnElement[bool]) -> None:
    """Servers repeat the address in their answers, and providers in their reports."""
    ids = list(session.scalars(select(Delivery.id).where(of_person)))
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
        update(Delivery)
        .where(Delivery.id.in_(ids))
        .values(
            contact_id=None,
            address="",
            name="",
            # Unique in its dispatch, and no longer an address.
            address_key="erased-" + Delivery.token,
        )
    )


def _forget_left_out(session: Session, person: _Person) -> None:
    named = {one["dispatch"] for one in _left_out(session, person)}
    for dispatch_id, left_out in session.execute(
        select(Dispatch.id, Dispatch.left_out).where(Dispatch.id.in_(named))
    ).all():
        session.execute(
            update(Dispatch)
            .where(Dispatch.id == dispatch_id)
            .values(
                left_out=[
                    one | {"address_key": "erased"}
                    if one["address_key"] in person.keys
                    else one
                    for one in left_out
                ]
            )
        )
