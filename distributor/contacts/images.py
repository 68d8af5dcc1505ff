"""Images: how a contact is at one moment, as JSON, and how it is put back exactly so."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, delete, insert, select, update
from sqlalchemy.orm import Session

from core.db import Base, Moment
from distributor.contacts.chunks import chunks
from distributor.models import (
    Answer,
    Contact,
    Delivery,
    Employment,
    MailingList,
    Membership,
)

Image = Mapping[str, Any]

_CONTACT = Contact.__table__.c
_KINDS: Mapping[type, type[date]] = {Moment: datetime, Date: date}
COLUMNS = [column.name for column in _CONTACT]
# Left out where they are empty, so that an image made before there were such columns still
# equals the rows it shows.
_LATER = frozenset({"before", "crew_size", "crew", "plate", "equipment"})


def of(
    session: Session, contact_ids: Sequence[int], *, with_answers: bool = False
) -> dict[int, Image]:
    """The image of each of these contacts that exists."""
    session.flush()
    images: dict[int, dict[str, Any]] = {}
    for part in chunks(contact_ids):
        for row in session.execute(
            select(*(_CONTACT[name] for name in COLUMNS)).where(Contact.id.in_(part))
        ):
            images[row.id] = {
                "contact": {
                    name: _plain(value)
                    for name, value in zip(COLUMNS, row, strict=True)
                },
                "lists": [],
                "employments": [],
            } | ({"answers": []} if with_answers else {})
        for contact_id, name in session.execute(
            select(Membership.contact_id, MailingList.name)
            .join(MailingList, MailingList.id == Membership.mailing_list_id)
            .where(Membership.contact_id.in_(part))
            .order_by(MailingList.name)
        ):
            images[contact_id]["lists"].append(name)
        _gather(session, images, part, "employments", Employment)
        if with_answers:
            _gather(session, images, part, "answers", Answer)
    return dict(images)


def _gather(
    session: Session,
    images: Mapping[int, dict[str, Any]],
    contact_ids: Sequence[int],
    name: str,
    table: type[Employment | Answer],
) -> None:
    """Add the rows of a table that hang on contacts; their own numbers say nothing."""
    columns = table.__table__.c
    names = [one.name for one in columns if one.name not in {"id", "contact_id"}]
    for contact_id, *values in session.execute(
        select(columns.contact_id, *(columns[one] for one in names))
        .where(columns.contact_id.in_(contact_ids))
        .order_by(columns.id)
    ):
        images[contact_id][name].append(
            {
                one: _plain(value)
                for one, value in zip(names, values, strict=True)
                if value is not None or one not in _LATER
            }
        )


def put_back(
    session: Session,
    images: Mapping[int, Image],
    *,
    lists: Mapping[str, int],
    keys: Mapping[int, str],
) -> Mapping[int, int]:
    """Make these contacts exactly as in their images; *lists* are the lists' ids by name.

    *keys* are those of the addresses they have now, where they are there.
    Answers the number of each. It is a new one where SQLite has given that of a contact
    who was away to somebody else.
    """
    numbers = _put_contacts(session, images, keys)
    for part in chunks(list(numbers.values())):
        session.execute(delete(Membership).where(Membership.contact_id.in_(part)))
        session.execute(delete(Employment).where(Employment.contact_id.in_(part)))
    _add_all(
        session,
        Membership,
        [
            {"contact_id": numbers[contact_id], "mailing_list_id": lists[name]}
            for contact_id, image in images.items()
            for name in image["lists"]
        ],
    )
    for name, table in (("employments", Employment), ("answers", Answer)):
        _add_all(
            session,
            table,
            [
                _rich(row, table) | {"contact_id": numbers[contact_id]}
                for contact_id, image in images.items()
                for row in image.get(name, ())
            ],
        )
    session.expire_all()
    return numbers


def _put_contacts(
    session: Session, images: Mapping[int, Image], keys: Mapping[int, str]
) -> Mapping[int, int]:
    there = of(session, list(images))
    numbers: dict[int, int] = {}
    for contact_id, image in images.items():
        values = _rich(image["contact"], Contact)
        known = there.get(contact_id)
        if known and known["contact"]["address_key"] == keys.get(contact_id):
            session.execute(
                update(Contact).where(Contact.id == contact_id).values(values),
                execution_options={"synchronize_session": False},
            )
            if "answers" in image:
                session.execute(delete(Answer).where(Answer.contact_id == contact_id))
            numbers[contact_id] = contact_id
            continue
        if known:
            del values["id"]
        added = session.execute(insert(Contact).values(values).returning(Contact.id))
        numbers[contact_id] = added.scalar_one()
    return numbers


def take_away(session: Session, contact_ids: Sequence[int]) -> None:
    """Remove contacts with all that hangs on them; what they were sent stays, without them."""
    for part in chunks(contact_ids):
        session.execute(
            update(Delivery)
            .where(Delivery.contact_id.in_(part))
            .values(contact_id=None)
        )
        for table in (Membership, Employment, Answer):
            session.execute(delete(table).where(table.contact_id.in_(part)))
        session.execute(delete(Contact).where(Contact.id.in_(part)))
    session.expire_all()


def _add_all(
    session: Session,
    table: type[Membership | Employment | Answer],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    if rows:
        session.execute(insert(table), list(rows))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _rich(values: Mapping[str, Any], table: type[Base]) -> dict[str, Any]:
    columns = table.__table__.c
    return {
        name: value
        if value is None or not isinstance(columns[name].type, Moment | Date)
        else _KINDS[type(columns[name].type)].fromisoformat(value)
        for name, value in values.items()
    }
