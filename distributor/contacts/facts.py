"""What rules may ask of contacts: read for all of them at once."""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache

from sqlalchemy import ColumnElement, String, cast, select
from sqlalchemy.orm import Session

from core.models import Outlet
from distributor.contacts import rules
from distributor.contacts.words import folded
from distributor.models import Contact, MailingList, Membership


def read(
    session: Session, *those: ColumnElement[bool]
) -> Iterator[tuple[int, rules.Facts]]:
    """Each contact's id and what rules may ask of it, of everybody or of *those*."""
    joined = member_of(session)
    regions = _regions(session)
    for row in session.execute(
        select(
            *(Contact.id, Contact.address_key, Contact.name, Contact.kind),
            *(cast(Contact.languages, String), Contact.outlet),
            *(cast(Contact.beats, String), Contact.provenance),
        )
        .where(*those)
        .order_by(Contact.id)
    ):
        contact_id, key, name, kind, languages, outlet, beats, provenance = row
        yield (
            contact_id,
            rules.Facts(
                languages=written_many(languages),
                kind=kind,
                lists=joined.get(contact_id, ()),
                outlet=folded(outlet),
                beats=[folded(beat) for beat in written_many(beats)],
                provenance=folded(provenance),
                region=regions.get(folded(outlet), ""),
                text=folded(
                    " ".join([name, key, outlet, *written_many(beats), provenance])
                ),
            ),
        )


# Thousands share their languages and beats, and reading JSON was half of the time.
@lru_cache(maxsize=16_384)
def written_many(written: str) -> tuple[str, ...]:
    """The words of a JSON list as the database keeps it."""
    return tuple(json.loads(written))


def _regions(session: Session) -> dict[str, str]:
    """The region of each outlet that has one, by any of its names."""
    rows = session.execute(
        select(Outlet.name, Outlet.name_ar, Outlet.region).where(Outlet.region != "")
    )
    return {
        folded(name): folded(region)
        for *names, region in rows
        for name in names
        if name
    }


def member_of(
    session: Session, contact_ids: Sequence[int] | None = None
) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    asked = (
        select(Membership.contact_id, MailingList.name)
        .join(MailingList, MailingList.id == Membership.mailing_list_id)
        .order_by(MailingList.name)
    )
    if contact_ids is not None:
        asked = asked.where(Membership.contact_id.in_(contact_ids))
    for contact_id, name in session.execute(asked):
        found.setdefault(contact_id, []).append(name)
    return found
