"""One contact as a screen shows it: facts, outlets over time, what was sent, what changed."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.models import Account, Release
from core.wording import worded
from distributor.contacts import images, lists
from distributor.models import (
    Answer,
    Contact,
    ContactBatch,
    ContactChange,
    Delivery,
    Dispatch,
    Employment,
    MailingList,
    Suppression,
)

_DELIVERIES: Final = 15
_CHANGES: Final = 15
_ANSWERS: Final = 15
# What a person reads of a change; numbers, keys and moments of rows say nothing to them.
_TOLD: Final = (
    *("address", "name", "kind", "languages", "outlet", "beats", "phone"),
    *("provenance", "consent", "quiet_from", "quiet_until", "paused_until"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    outlet: str
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    dispatch_id: int
    delivery_id: int
    number: str
    about: str
    due_at: datetime
    state: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    release_id: int
    number: str
    answer: str
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One change; `fields` has of each what it was and what it became."""

    batch_id: int
    kind: str
    file_name: str
    by: str
    made_at: datetime
    undone_at: datetime | None
    is_new: bool
    # The address that a merge joined to this one.
    joined: str
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    contact: Contact
    # Breaks when anything of the contact changes: what a form was filled from.
    seal: str
    worked: Sequence[Worked]
    # The lists the contact joined, and those whose rule it fits.
    joined_lists: Sequence[tuple[int, str]]
    fitting_lists: Sequence[tuple[int, str]]
    suppressed: str
    suppressed_since: datetime | None
    sent: Sequence[Sent]
    sent_count: int
    answers: Sequence[Answered]
    changes: Sequence[Changed]


def contact_of(session: Session, contact_id: int) -> Contact:
    """Raises NotFound."""
    found = session.get(Contact, contact_id)
    if found is None:
        raise NotFound(
            worded("There is no such contact any more."),
            to="contact",
            mend=worded("It may have been erased or merged: look for the name."),
        )
    return found


def seal_of(session: Session, contact_id: int) -> str:
    """The hash of all that a form about the contact shows."""
    image = images.of(session, [contact_id]).get(contact_id, {})
    return hashlib.sha256(json.dumps(image, sort_keys=True).encode()).hexdigest()[:32]


def card(session: Session, contact_id: int) -> Card:
    """Raises NotFound."""
    contact = contact_of(session, contact_id)
    out = session.scalar(
        select(Suppression).where(Suppression.address_key == contact.address_key)
    )
    sent_count = session.scalar(
        select(func.count()).where(Delivery.contact_id == contact.id)
    )
    return Card(
        contact=contact,
        seal=seal_of(session, contact_id),
        worked=_worked(session, contact_id),
        joined_lists=_joined_lists(session, contact_id),
        fitting_lists=_fitting_lists(session, contact_id),
        suppressed=out.reason if out else "",
        suppressed_since=out.since if out else None,
        sent=_sent(session, contact_id),
        sent_count=sent_count or 0,
        answers=_answers(session, contact_id),
        changes=_changes(session, contact),
    )


def _worked(session: Session, contact_id: int) -> Sequence[Worked]:
    """The present one first, then the latest left."""
    rows = session.scalars(
        select(Employment).where(Employment.contact_id == contact_id)
    ).all()
    ordered = sorted(
        rows,
        key=lambda one: (one.until is None, one.until or date.min, one.id),
        reverse=True,
    )
    return [
        Worked(outlet=one.outlet, since=one.since, until=one.until) for one in ordered
    ]


def _joined_lists(session: Session, contact_id: int) -> Sequence[tuple[int, str]]:
    rows = session.execute(
        select(MailingList.id, MailingList.name)
        .where(MailingList.id.in_(lists.joined_by(contact_id)))
        .order_by(MailingList.name)
    )
    return [(list_id, name) for list_id, name in rows]


def _fitting_lists(session: Session, contact_id: int) -> Sequence[tuple[int, str]]:
    return [(one.id, one.name) for one in lists.fitting(session, contact_id)]


def _sent(session: Session, contact_id: int) -> Sequence[Sent]:
    rows = session.execute(
        select(Delivery, Dispatch.about, Release.number)
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .outerjoin(Release, Release.id == Dispatch.release_id)
        .where(Delivery.contact_id == contact_id)
        .order_by(Delivery.due_at.desc(), Delivery.id.desc())
        .limit(_DELIVERIES)
    )
    return [
        Sent(
            dispatch_id=one.dispatch_id,
            delivery_id=one.id,
            number=number or "",
            about=about,
            due_at=one.due_at,
            state=one.state,
            reason=one.reason,
        )
        for one, about, number in rows
    ]


def _answers(session: Session, contact_id: int) -> Sequence[Answered]:
    rows = session.execute(
        select(Answer.release_id, Release.number, Answer.answer, Answer.said_at)
        .join(Release, Release.id == Answer.release_id)
        .where(Answer.contact_id == contact_id)
        .order_by(Answer.said_at.desc(), Answer.id.desc())
        .limit(_ANSWERS)
    )
    return [
        Answered(release_id=release_id, number=number, answer=answer, said_at=said_at)
        for release_id, number, answer, said_at in rows
    ]


def _changes(session: Session, contact: Contact) -> Sequence[Changed]:
    """The latest first. SQLite gives the number of one who left again: only their own."""
    rows = session.execute(
        select(ContactChange, ContactBatch, Account.name)
        .join(ContactBatch, ContactBatch.id == ContactChange.batch_id)
        .outerjoin(Account, Account.id == ContactBatch.account_id)
        .where(ContactChange.contact_id == contact.id)
        .order_by(ContactChange.id.desc())
        .limit(_CHANGES)
    ).all()
    joined = _joined_addresses(session, [batch.id for _, batch, _ in rows])
    keys, found = {contact.address_key}, []
    for change, batch, by in rows:
        own = {_key(image) for image in (change.before, change.after) if image}
        if keys.isdisjoint(own):
            continue
        keys |= own
        found.append(
            Changed(
                batch_id=batch.id,
                kind=batch.kind,
                file_name=batch.file_name,
                by=by or "",
                made_at=batch.made_at,
                undone_at=batch.undone_at,
                is_new=change.before is None,
                joined=joined.get(batch.id, ""),
                fields=_fields(change),
            )
        )
    return found


def _joined_addresses(session: Session, batch_ids: Sequence[int]) -> Mapping[int, str]:
    """By batch, the address that a merge took away."""
    rows = session.execute(
        select(ContactChange.batch_id, ContactChange.before, ContactChange.after)
        .join(ContactBatch, ContactBatch.id == ContactChange.batch_id)
        .where(ContactChange.batch_id.in_(batch_ids), ContactBatch.kind == "merge")
    )
    return {
        batch_id: str(before["contact"]["address"])
        for batch_id, before, after in rows
        if before and not after
    }


def _key(image: Mapping[str, Any]) -> str:
    return str(image["contact"]["address_key"])


def _fields(change: ContactChange) -> Mapping[str, tuple[Any, Any]]:
    if change.before is None or change.after is None:
        return {}
    before, after = change.before["contact"], change.after["contact"]
    told = {
        name: (before.get(name), after.get(name))
        for name in _TOLD
        if before.get(name) != after.get(name)
    }
    if change.before["lists"] != change.after["lists"]:
        told["lists"] = (change.before["lists"], change.after["lists"])
    return told
