"""Contacts and their mailing lists: who is in them, and how a person is erased."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.errors import BadInput, NotFound
from distributor.contacts import addresses
from distributor.models import Contact, MailingList, Membership, Suppression


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLine:
    email: str
    name: str
    languages: Sequence[str]
    outlet: str
    beats: Sequence[str]
    phone: str
    provenance: str
    kind: str
    consent: str
    # Like 22:00-07:00, or empty.
    quiet: str
    lists: Sequence[str]
    suppressed: bool


def by_name(session: Session, name: str) -> MailingList:
    """Raises NotFound that names the lists there are."""
    found = session.scalar(select(MailingList).where(MailingList.name == name))
    if found is None:
        names = session.scalars(select(MailingList.name).order_by(MailingList.name))
        there_are = ", ".join(names)
        raise NotFound(
            f"There is no mailing list called {name!r}.",
            to="list",
            mend=f"The lists are: {there_are}."
            if there_are
            else "Make one with `parution contact import FILE --list NAME`.",
        )
    return found


def clean_name(name: str) -> str:
    clean = " ".join(name.split())
    if not clean:
        raise BadInput(
            "The mailing list has no name.", to="list", mend="Give one, like nationale."
        )
    return clean


def by_name_or_new(session: Session, name: str) -> MailingList:
    clean = clean_name(name)
    found = session.scalar(select(MailingList).where(MailingList.name == clean))
    if found is None:
        found = MailingList(name=clean)
        session.add(found)
        session.flush()
    return found


def members(session: Session, mailing_list: MailingList) -> Select[int]:
    """The ids of the contacts of a list, as a query to join or to put behind IN."""
    del session
    return select(Membership.contact_id).where(
        Membership.mailing_list_id == mailing_list.id
    )


def sizes(session: Session) -> dict[str, int]:
    """How many contacts each mailing list has."""
    return dict(
        session.execute(
            select(MailingList.name, func.count(Membership.contact_id))
            .outerjoin(Membership, Membership.mailing_list_id == MailingList.id)
            .group_by(MailingList.name)
            .order_by(MailingList.name)
        ).all()
    )


def contacts(session: Session, *, list_name: str | None = None) -> list[ContactLine]:
    """Every contact, or those of one list, by address."""
    asked = select(Contact, Suppression.id).outerjoin(
        Suppression, Suppression.address_key == Contact.address_key
    )
    if list_name is not None:
        asked = asked.join(Membership, Membership.contact_id == Contact.id).where(
            Membership.mailing_list_id == by_name(session, list_name).id
        )
    member_of: dict[int, list[str]] = {}
    for contact_id, name in session.execute(
        select(Membership.contact_id, MailingList.name)
        .join(MailingList, MailingList.id == Membership.mailing_list_id)
        .order_by(MailingList.name)
    ):
        member_of.setdefault(contact_id, []).append(name)
    return [
        ContactLine(
            email=contact.address,
            name=contact.name,
            languages=tuple(contact.languages),
            outlet=contact.outlet,
            beats=tuple(contact.beats),
            phone=contact.phone,
            provenance=contact.provenance,
            kind=contact.kind,
            consent=contact.consent,
            quiet=f"{contact.quiet_from}-{contact.quiet_until}".strip("-"),
            lists=tuple(member_of.get(contact.id, ())),
            suppressed=suppression is not None,
        )
        for contact, suppression in session.execute(asked.order_by(Contact.address_key))
    ]


def contact(session: Session, address: str) -> Contact:
    """Raises NotFound."""
    key = addresses.read(address).key
    found = session.scalar(select(Contact).where(Contact.address_key == key))
    if found is None:
        raise NotFound(
            f"There is no contact with the address {address!r}.",
            to="email",
            mend="See `parution contact list`.",
        )
    return found
