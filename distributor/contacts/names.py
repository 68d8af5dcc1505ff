"""Contacts as by-lines are compared with them: what the listening half is told of people."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.values import ContactName
from distributor.models import Contact, Employment

_JOURNALIST = "journalist"


def contact_names(session: Session) -> Sequence[ContactName]:
    """Every person with a name, by id; a newsroom's address writes nothing.

    Who must not be mailed still writes: a suppression is about sending.
    """
    earlier: dict[int, list[str]] = {}
    for contact_id, outlet in session.execute(
        select(Employment.contact_id, Employment.outlet).order_by(Employment.id.desc())
    ):
        earlier.setdefault(contact_id, []).append(outlet)
    rows = session.execute(
        select(Contact.id, Contact.name, Contact.outlet, Contact.languages)
        .where(Contact.kind == _JOURNALIST, Contact.name != "")
        .order_by(Contact.id)
    )
    return [
        ContactName(
            contact_id=row.id,
            name=row.name,
            outlets=tuple(dict.fromkeys([row.outlet, *earlier.get(row.id, [])])),
            languages=tuple(row.languages),
        )
        for row in rows
    ]


def called(session: Session, contact_ids: Collection[int]) -> Mapping[int, ContactName]:
    """These contacts, with their present outlet alone, for screens that name a few."""
    rows = session.execute(
        select(Contact.id, Contact.name, Contact.outlet, Contact.languages).where(
            Contact.id.in_(contact_ids)
        )
    )
    return {
        row.id: ContactName(
            contact_id=row.id,
            name=row.name,
            outlets=(row.outlet,),
            languages=tuple(row.languages),
        )
        for row in rows
    }
