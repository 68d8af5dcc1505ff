"""Puts a release in the newsroom, and takes it out: each a decision of a named person.

What is put there is a copy of the sealed text, so that an edit afterwards changes nothing
that the public reads until somebody decides so again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import zones
from core.accounts import Right, may
from core.errors import BadInput, Conflict, NotFound
from core.models import Account, Attachment, Release
from core.settings import Settings
from core.wording import worded
from distributor.models import Dispatch, Publication
from distributor.newsroom import copying
from distributor.newsroom.copying import LONGEST_NOTE, Caption, short
from distributor.newsroom.pictures import Drawn
from distributor.releases.attaching import AttachmentRole
from distributor.sending import moves, standing
from distributor.sending.sealing import release_seal
from distributor.states import DispatchState


class When(StrEnum):
    NOW = "now"
    AT = "at"
    WITH_DISPATCH = "dispatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """When a release is to show, and what is said beside its pictures, by file name."""

    when: When = When.NOW
    wall: datetime | None = None
    zone: str = ""
    dispatch_id: int | None = None
    note: str = ""
    captions: Mapping[str, Caption] = field(default_factory=dict)
    # The release seal the person saw; empty saw none.
    seal: str = ""


def current(session: Session, release_id: int) -> Publication | None:
    """The release's present publication, whatever became of it."""
    return session.scalar(
        select(Publication).where(
            Publication.release_id == release_id, Publication.ended_at.is_(None)
        )
    )


def asked(session: Session, release_id: int, publication_id: int) -> Publication:
    """The one that waits for a decision. Raises Conflict when it is another by now."""
    found = current(session, release_id)
    if found is None or found.id != publication_id:
        raise Conflict(
            worded("Something else was asked meanwhile."),
            to="newsroom",
            mend=worded("Look at it again."),
        )
    return found


def pictures_of(session: Session, release_id: int) -> Sequence[tuple[str, str, bytes]]:
    """The release's pictures as `pictures.redraw` takes them."""
    rows = session.execute(
        select(Attachment.file_name, Attachment.digest, Attachment.content)
        .where(
            Attachment.release_id == release_id,
            Attachment.role == AttachmentRole.PICTURE,
        )
        .order_by(Attachment.id)
    )
    return [(name, digest, content) for name, digest, content in rows]


def put(
    session: Session,
    release: Release,
    wish: Wish,
    *,
    pictures: Sequence[Drawn],
    account: Account,
    settings: Settings,
    now: datetime,
) -> Publication:
    """Copy the release as it is sealed now.

    It shows once somebody who may send decided so: at once where *account* may, else later by
    `decide`. Raises BadInput or Conflict.
    """
    _require_enabled(settings)
    if not may(account, Right.WRITE):
        raise Conflict(
            worded("Only somebody who writes here asks for a release in the newsroom."),
            to="account",
            mend=worded("Ask a writer or a validator."),
        )
    seal = release_seal(release, settings)
    _require_seen(wish, seal, release)
    _require_texts(release)
    leaving = _agreed(session, release, wish, seal, now=now)
    made = Publication(
        release_id=release.id,
        slug=copying.slug_of(session, release),
        seal=seal,
        number=release.number,
        kind=release.kind,
        place=release.place,
        signatory=release.signatory,
        press_contact=release.press_contact,
        press_phone=release.press_phone,
        press_email=release.press_email,
        asked_by=account.id,
        asked_at=now,
        zone=wish.zone or release.zone,
        note=short(wish.note, "note", LONGEST_NOTE),
        texts=copying.texts(release),
        files=copying.files(release, wish.captions, pictures),
        **leaving,
    )
    _end_present(session, release, made, now=now)
    session.add(made)
    session.flush()
    if may(account, Right.SEND):
        decide(session, made, account=account, settings=settings, now=now)
    return made


def decide(
    session: Session,
    asked: Publication,
    *,
    account: Account,
    settings: Settings,
    now: datetime,
) -> None:
    """Let it show from its hour. Raises Conflict where the office's rules forbid it."""
    _require_enabled(settings)
    if not may(account, Right.SEND):
        raise Conflict(
            worded("Only somebody who may send puts a release in the newsroom."),
            to="account",
            mend=worded("Ask for it here; a validator decides."),
        )
    if asked.decided_at is not None or asked.withdrawn_at is not None:
        raise Conflict(
            worded("This was decided already."),
            to="newsroom",
            mend=worded("Look at it again."),
        )
    release = session.get_one(Release, asked.release_id)
    if release_seal(release, settings) != asked.seal:
        raise Conflict(
            worded("The release was changed after this was asked."),
            to="newsroom",
            mend=worded("Read it again, and publish what it says now."),
        )
    if settings.approval != "off" and not _is_approved(session, asked):
        raise Conflict(
            worded("Nobody has approved this text: no approved dispatch sends it."),
            to="newsroom",
            mend=worded(
                "Plan a dispatch of it and have a second person approve that first."
            ),
        )
    asked.decided_by, asked.decided_at = account.id, now
    if asked.dispatch_id is None and asked.wall is None:
        asked.publish_at = now
    session.flush()


def withdraw(
    session: Session, release_id: int, *, account: Account, because: str, now: datetime
) -> Publication:
    """Take it out at once; its address says that it is no longer there. Raises Conflict.

    Whoever writes may: to take a wrong text away must wait for nobody.
    """
    found = current(session, release_id)
    if found is None or found.withdrawn_at is not None:
        raise NotFound(
            worded("This release is not in the newsroom."),
            to="newsroom",
            mend=worded("There is nothing to take out."),
        )
    if not may(account, Right.WRITE):
        raise Conflict(
            worded(
                "Only somebody who writes here takes a release out of the newsroom."
            ),
            to="account",
            mend=worded("Ask a writer or a validator."),
        )
    if not because.strip():
        raise BadInput(
            worded("It is taken out without a reason."),
            to="because",
            mend=worded("Say why; only the office reads it."),
        )
    found.withdrawn_by, found.withdrawn_at = account.id, now
    found.withdrawn_why = short(because, "because", LONGEST_NOTE)
    session.flush()
    return found


def dispatches_to_follow(
    session: Session, release_id: int, seal: str
) -> Sequence[Dispatch]:
    """The dispatches of this very text that it can show together with, the newest first."""
    rows = session.scalars(
        select(Dispatch)
        .where(
            Dispatch.release_id == release_id,
            Dispatch.release_seal == seal,
            Dispatch.state != DispatchState.STOPPED,
        )
        .order_by(Dispatch.id.desc())
        .limit(20)
    )
    return rows.all()


def _is_approved(session: Session, asked: Publication) -> bool:
    return any(
        standing.approval(session, one) is not None
        for one in dispatches_to_follow(session, asked.release_id, asked.seal)
    )


def _require_enabled(settings: Settings) -> None:
    if not settings.newsroom.enabled:
        raise Conflict(
            worded("This office has no public newsroom."),
            to="newsroom",
            mend=worded(
                "An administrator turns it on with the setting newsroom.enabled."
            ),
        )


def _require_seen(wish: Wish, seal: str, release: Release) -> None:
    if wish.seal and wish.seal != seal:
        raise Conflict(
            worded("The release was changed while you looked at it."),
            to=f"release {release.number}",
            mend=worded("Read it again, and publish what it says now."),
        )


def _require_texts(release: Release) -> None:
    if not release.versions:
        raise BadInput(
            worded("The release has no text yet."),
            to="release",
            mend=worded("Write it in at least one language first."),
        )


def _agreed(
    session: Session, release: Release, wish: Wish, seal: str, *, now: datetime
) -> dict[str, datetime | int | None]:
    """The columns that say when it shows."""
    if wish.when is When.NOW:
        # An embargo is looked at each time somebody asks for the page.
        return {"publish_at": now}
    if wish.when is When.AT:
        if wish.wall is None:
            raise BadInput(
                worded("No date and time were given."),
                to="at",
                mend=worded("Say when it is to show."),
            )
        at = zones.moment_of(wish.wall, wish.zone or release.zone)
        return {"wall": wish.wall, "publish_at": at}
    if wish.dispatch_id is None:
        raise BadInput(
            worded("No dispatch was chosen."),
            to="dispatch",
            mend=worded("Choose the one it is to show with."),
        )
    dispatch = moves.found(session, wish.dispatch_id)
    if dispatch not in dispatches_to_follow(session, release.id, seal):
        raise Conflict(
            worded("That dispatch does not send this text, or was stopped."),
            to="dispatch",
            mend=worded("Choose another one, or an hour of its own."),
        )
    return {"dispatch_id": dispatch.id}


def _end_present(
    session: Session, release: Release, made: Publication, *, now: datetime
) -> None:
    """A text the public can read is replaced at once or not at all: it never vanishes for a while."""
    present = current(session, release.id)
    if present is None:
        return
    shows = present.decided_at is not None and present.withdrawn_at is None
    if shows and (made.publish_at is None or made.publish_at > now):
        raise Conflict(
            worded("The release is in the newsroom already, or will be."),
            to="newsroom",
            mend=worded("Publish the new text now, or take the old one out first."),
        )
    present.ended_at = now
    session.flush()
