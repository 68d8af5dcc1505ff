"""Hearing: an answer that reached the office itself, by telephone, mail or at the door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BadInput, NotFound
from core.models import Release
from core.releases import found_release
from core.values import ReleaseKind
from core.wording import worded
from distributor.after import answers
from distributor.contacts import addresses
from distributor.models import Answer, Contact

BY_TELEPHONE: Final = "telephone"
_ASKS_TO_COME: Final = frozenset({ReleaseKind.INVITATION, ReleaseKind.REMINDER})


class Heard(StrEnum):
    """`replied` is any answer that leaves open whether they come; the last two are seen there."""

    COMING = "coming"
    WITH_CAMERA = "coming with camera"
    DECLINED = "declined"
    REPLIED = "replied"
    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What one contact said to a release last. `said_by` is an account, "link" or "telephone"."""

    release: int
    email: str
    name: str
    outlet: str
    answer: str
    said_by: str
    said_at: datetime


def note(
    session: Session,
    release_id: int,
    address: str,
    *,
    answer: Heard,
    said_by: str,
    now: datetime,
    told: answers.Details | None = None,
) -> Given:
    """Keep it, and spare them the reminders that wait. Raises NotFound and BadInput."""
    release = invitation_of(session, release_id)
    key = addresses.read(address).key
    contact = session.scalar(select(Contact).where(Contact.address_key == key))
    if contact is None:
        raise NotFound(
            worded("No contact has the address %(address)s.", address=key),
            to="address",
            mend=worded("Add the contact first."),
        )
    answers.record(
        session,
        release_id=release.id,
        contact_id=contact.id,
        answer=answer,
        said_by=said_by,
        now=now,
        told=told,
    )
    return next(
        one for one in given(session, release.id) if one.email == contact.address
    )


def given(session: Session, release_id: int) -> Sequence[Given]:
    """Every answer to an invitation or its reminders, by address. Raises NotFound."""
    release = invitation_of(session, release_id)
    rows = session.execute(
        select(Answer, Contact)
        .join(Contact, Contact.id == Answer.contact_id)
        .where(Answer.release_id == release.id)
        .order_by(Contact.address_key)
    )
    return [
        Given(
            release=release.id,
            email=contact.address,
            name=contact.name,
            outlet=contact.outlet,
            answer=answer.answer,
            said_by=answer.said_by,
            said_at=answer.said_at,
        )
        for answer, contact in rows
    ]


def asks_to_come(release: Release) -> bool:
    return release.kind in _ASKS_TO_COME


def invitation_of(session: Session, release_id: int) -> Release:
    """What is answered to a reminder is an answer to its invitation."""
    release = found_release(session, release_id)
    if not asks_to_come(release):
        raise BadInput(
            worded(
                "Release %(number)s is no invitation: it asks nobody for an answer.",
                number=release.number,
            ),
            to="release",
            mend=worded("Choose an invitation or its reminder."),
        )
    if release.kind == ReleaseKind.REMINDER and release.parent_id is not None:
        return session.get_one(Release, release.parent_id)
    return release
