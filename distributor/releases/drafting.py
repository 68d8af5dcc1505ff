"""Drafts: a new release without words yet, and a correction that begins with those of its parent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.errors import BadInput
from core.models import Account, Release
from core.values import ReleaseKind
from core.wording import worded
from distributor.releases import facts, importing, numbers
from distributor.releases.importing import Details, ImportedVersion
from distributor.releases.kinds import KINDS, Need

# What takes back, or puts right, what another release said.
FOLLOW_UPS = (ReleaseKind.CORRECTION, ReleaseKind.CANCELLATION)


def proposed(session: Session, *, zone: str, now: datetime) -> str:
    """The number a release made now would take."""
    return str(numbers.following(session, now=now, zone=zone))


def begin(
    session: Session,
    *,
    kind: str,
    number: str,
    parent: str,
    zone: str,
    by: Account,
    now: datetime,
) -> Release:
    """Make a draft. Without a number it takes the next one. Raises BadInput."""
    asked, told = facts.line(number), facts.line(parent)
    known = _kind(kind)
    if Need.PARENT in KINDS[known].needs and not told:
        raise BadInput(
            worded("This kind of release speaks of another one, and none was named."),
            to="parent",
            mend=worded("Give the number of the release that this one speaks of."),
        )
    found = facts.by_number(session, told) if told else None
    if told and found is None:
        raise BadInput(
            worded("There is no other release with this number."),
            to="parent",
            mend=worded("Give the number of the release that this one speaks of."),
        )
    if asked and facts.by_number(session, asked) is not None:
        raise BadInput(
            worded("Another release has this number."),
            to="number",
            mend=worded("Give another number; a text that changed is a correction."),
        )
    return _store(
        session,
        kind=known,
        number=asked,
        parent_id=found.id if found else None,
        like=found,
        versions=(),
        zone=zone,
        by=by,
        now=now,
    )


def follow_up(
    session: Session,
    release: Release,
    *,
    kind: str,
    zone: str,
    by: Account,
    now: datetime,
) -> Release:
    """A correction or cancellation of a release, which begins with its words."""
    known = _kind(kind)
    if known not in FOLLOW_UPS:
        raise BadInput(
            worded("There is no such kind of release."),
            to="kind",
            mend=worded("Choose one of the list."),
        )
    return _store(
        session,
        kind=known,
        number="",
        parent_id=release.id,
        like=release,
        versions=[
            ImportedVersion(
                language=one.language, title=one.title, body=one.body, file_name=""
            )
            for one in release.versions
        ],
        zone=zone,
        by=by,
        now=now,
    )


def _store(
    session: Session,
    *,
    kind: ReleaseKind,
    number: str,
    parent_id: int | None,
    like: Release | None,
    versions: Sequence[ImportedVersion],
    zone: str,
    by: Account,
    now: datetime,
) -> Release:
    """*like* is the release whose place, signatory and press contact are taken over."""
    made = importing.store(
        session,
        kind=kind,
        versions=versions,
        zone=zone,
        embargo_wall=None,
        event_wall=None,
        now=now,
        number=number or numbers.AUTO,
        details=Details(
            place=like.place if like else "",
            signatory=like.signatory if like else "",
            press_contact=like.press_contact if like else "",
            press_phone=like.press_phone if like else "",
            press_email=like.press_email if like else "",
            author_id=by.id,
        ),
        parent_id=parent_id,
    )
    session.flush()
    return made


def _kind(given: str) -> ReleaseKind:
    try:
        return ReleaseKind(given)
    except ValueError:
        raise BadInput(
            worded("There is no such kind of release."),
            to="kind",
            mend=worded("Choose one of the list."),
        ) from None
