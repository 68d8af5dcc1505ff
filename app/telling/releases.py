"""Releases: what one says of itself, its files, its profile and its goal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.models import Attachment, Release
from monitor import goals, profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentRow:
    id: int
    file_name: str
    role: str
    language: str
    media_type: str
    size: int
    digest: str
    alternative: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedRow:
    """What a file had and its version has not."""

    language: str
    what: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRow:
    id: int
    number: str
    kind: str
    parent: int | None
    zone: str
    embargo_at: datetime | None
    event_at: datetime | None
    place: str
    signatory: str
    press_contact: str
    press_phone: str
    press_email: str
    attachments: Sequence[AttachmentRow]
    dropped: Sequence[DroppedRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    language: str
    title: str
    body: str
    file_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow:
    """What articles in other words are found by, and which parts people changed."""

    release_id: int
    number: str
    sent_at: str | None
    event_days: Sequence[str]
    event_names: Sequence[str]
    people: Sequence[str]
    places: Sequence[str]
    organisations: Sequence[str]
    figures: Sequence[int]
    edited: Sequence[str]
    edited_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    place: int
    language: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalRow:
    release_id: int
    number: str
    objective: str
    audience: str
    messages: Sequence[MessageRow]
    set_by: str
    set_at: datetime | None


def release(row: Release) -> ReleaseRow:
    return ReleaseRow(
        id=row.id,
        number=row.number,
        kind=row.kind,
        parent=row.parent_id,
        zone=row.zone,
        embargo_at=row.embargo_at,
        event_at=row.event_at,
        place=row.place,
        signatory=row.signatory,
        press_contact=row.press_contact,
        press_phone=row.press_phone,
        press_email=row.press_email,
        attachments=[attachment(one) for one in row.attachments],
        dropped=[
            DroppedRow(language=version.language, what=one["what"], place=one["place"])
            for version in row.versions
            for one in version.dropped
        ],
    )


def attachment(row: Attachment) -> AttachmentRow:
    return AttachmentRow(
        id=row.id,
        file_name=row.file_name,
        role=row.role,
        language=row.language,
        media_type=row.media_type,
        size=row.size,
        digest=row.digest,
        alternative=row.alternative,
    )


def versions(row: Release) -> Sequence[VersionRow]:
    return [
        VersionRow(
            language=one.language,
            title=one.title,
            body=one.body,
            file_name=one.file_name,
        )
        for one in row.versions
    ]


def profile(session: Session, release_id: int) -> ProfileRow:
    """Raises NotFound."""
    view = profiles.view(session, release_id)
    return ProfileRow(
        release_id=view.release_id,
        number=view.number,
        **view.profile.as_row(),
        edited=sorted(view.edited),
        edited_by=view.edited_by,
    )


def goal(session: Session, release_id: int) -> GoalRow:
    """Raises NotFound."""
    view = goals.view(session, release_id)
    return GoalRow(
        release_id=view.release_id,
        number=view.number,
        objective=view.objective,
        audience=view.audience,
        messages=[
            MessageRow(place=one.place, language=str(language), text=text)
            for one in view.messages
            for language, text in one.said.items()
        ],
        set_by=view.set_by,
        set_at=view.set_at,
    )
