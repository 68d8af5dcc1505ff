"""Contacts as lists of them show them, and one by its address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.wording import worded
from distributor.contacts import addresses, lists
from distributor.contacts.facts import member_of
from distributor.models import Contact, Suppression


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLine:
    id: int
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


def contacts(session: Session, *, list_name: str | None = None) -> list[ContactLine]:
    """Every contact, or those of one list, by address."""
    asked = _of_list(session, list_name).order_by(Contact.address_key)
    return _lines(session, asked, joined=member_of(session))


def contacts_after(
    session: Session,
    *,
    list_name: str | None = None,
    text: str = "",
    after: int = 0,
    most: int,
) -> list[ContactLine]:
    """A few contacts behind one; *text* is a part of the name, address or outlet."""
    asked = _of_list(session, list_name)
    asked = asked.where(Contact.id > after).order_by(Contact.id).limit(most)
    if text:
        asked = asked.where(
            or_(
                *(
                    column.icontains(text, autoescape=True)
                    for column in (Contact.name, Contact.address, Contact.outlet)
                )
            )
        )
    return _lines(session, asked)


def line(session: Session, contact_id: int) -> ContactLine:
    """Raises NotFound."""
    found = _lines(session, _contacts().where(Contact.id == contact_id))
    if not found:
        raise NotFound(
            worded("There is no contact %(contact_id)s.", contact_id=contact_id),
            to="contact",
            mend=worded("See `parution contact list`."),
        )
    return found[0]


def _contacts() -> Select[Contact, int | None]:
    return select(Contact, Suppression.id).outerjoin(
        Suppression, Suppression.address_key == Contact.address_key
    )


def _of_list(session: Session, name: str | None) -> Select[Contact, int | None]:
    """Everybody without a name."""
    if name is None:
        return _contacts()
    members = lists.members(session, lists.by_name(session, name))
    return _contacts().where(Contact.id.in_(members))


def _lines(
    session: Session,
    asked: Select[Contact, int | None],
    *,
    joined: Mapping[int, Sequence[str]] | None = None,
) -> list[ContactLine]:
    rows = session.execute(asked).all()
    if joined is None:
        joined = member_of(session, [contact.id for contact, _ in rows])
    return [
        ContactLine(
            id=contact.id,
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
            lists=tuple(joined.get(contact.id, ())),
            suppressed=suppression is not None,
        )
        for contact, suppression in rows
    ]


def contact(session: Session, address: str) -> Contact:
    """Raises NotFound."""
    key = addresses.read(address).key
    found = session.scalar(select(Contact).where(Contact.address_key == key))
    if found is None:
        raise NotFound(
            worded(
                "There is no contact with the address %(address)s.", address=address
            ),
            to="email",
            mend=worded(
                "Look for the contact by name: %(command)s lists them.",
                command="`parution contact list`",
            ),
        )
    return found
