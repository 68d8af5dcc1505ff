"""Who is one person: from an address, over merges and edits, to the others they had.

An address may have passed to somebody else since: what is theirs is left to them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from distributor.contacts import addresses
from distributor.contacts.words import folded
from distributor.models import Contact, ContactBatch, ContactChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An address, and the others of the same person; what they were and are."""

    keys: frozenset[str]
    contact_ids: Sequence[int]
    changes: Sequence[ContactChange]
    # Contacts who had one of these addresses once, or have it now, and are somebody else.
    other_ids: frozenset[int]


def person_of(session: Session, address: str) -> Person:
    """Whoever has or had an address; empty but for it where nobody did."""
    keys = {addresses.read(address).key}
    while True:
        contacts = _contacts(session, Contact.address_key.in_(keys))
        changes = {one.id: one for one in _naming(session, keys)}
        for contact in contacts:
            changes |= {one.id: one for one in _own(session, contact)}
        merges = _merges(session, changes.values())
        changes |= {one.id: one for one in merges}
        more = {key for one in merges for key in _keys(one)}
        more |= _moved(session, changes.values())
        if more <= keys:
            break
        keys |= more
    ids = {one.id for one in contacts}
    others = _contacts(
        session, Contact.id.in_({one.contact_id for one in changes.values()} - ids)
    )
    theirs = {other.id: {one.id for one in _own(session, other)} for other in others}
    not_ours = set().union(*theirs.values())
    return Person(
        keys=frozenset(keys),
        contact_ids=sorted(ids),
        changes=[changes[one] for one in sorted(changes) if one not in not_ours],
        other_ids=frozenset(
            id_ for id_, own in theirs.items() if not own.isdisjoint(changes)
        ),
    )


def _contacts(session: Session, which: ColumnElement[bool]) -> Sequence[Contact]:
    return session.scalars(select(Contact).where(which).order_by(Contact.id)).all()


def _naming(session: Session, keys: Collection[str]) -> Sequence[ContactChange]:
    named = or_(
        *(
            image["contact"]["address_key"].as_string().in_(keys)
            for image in (ContactChange.before, ContactChange.after)
        )
    )
    return session.scalars(select(ContactChange).where(named)).all()


def _own(session: Session, contact: Contact) -> Iterable[ContactChange]:
    """A contact's own changes. SQLite gives the number of one who left again."""
    keys = {contact.address_key}
    for change in session.scalars(
        select(ContactChange)
        .where(ContactChange.contact_id == contact.id)
        .order_by(ContactChange.id.desc())
    ):
        if not keys.isdisjoint(_keys(change)):
            keys |= _keys(change)
            yield change


def _merges(
    session: Session, changes: Iterable[ContactChange]
) -> Sequence[ContactChange]:
    """Both sides of every merge that one of these is of, and that was not undone."""
    return session.scalars(
        select(ContactChange)
        .join(ContactBatch, ContactBatch.id == ContactChange.batch_id)
        .where(
            ContactBatch.kind == "merge",
            ContactBatch.undone_at.is_(None),
            ContactBatch.id.in_({one.batch_id for one in changes}),
        )
    ).all()


def _moved(session: Session, changes: Iterable[ContactChange]) -> set[str]:
    """The addresses before and after each move, unless one is somebody else's by now."""
    moves = [one for one in changes if len(_keys(one)) > 1]
    stands = set(
        session.scalars(
            select(ContactBatch.id).where(
                ContactBatch.id.in_({one.batch_id for one in moves}),
                ContactBatch.undone_at.is_(None),
            )
        )
    )
    keys = {key for one in moves for key in _keys(one)}
    holders = {
        one.address_key: one
        for one in _contacts(session, Contact.address_key.in_(keys))
    }
    return {
        key
        for one in moves
        if one.batch_id in stands and not _passed_on(one, holders)
        for key in _keys(one)
    }


def _passed_on(change: ContactChange, holders: Mapping[str, Contact]) -> bool:
    """An old file may have brought the address back: under the same name it is the same one."""
    names = {folded(image["contact"]["name"]) for image in _images(change)} - {""}
    return any(
        holder.id != change.contact_id and folded(holder.name) not in names
        for holder in (holders.get(key) for key in _keys(change))
        if holder is not None
    )


def _keys(change: ContactChange) -> set[str]:
    return {str(image["contact"]["address_key"]) for image in _images(change)}


def _images(change: ContactChange) -> Sequence[Mapping[str, Mapping[str, str]]]:
    return [image for image in (change.before, change.after) if image]
