"""Answers: what a contact says to an invitation, and how long the link of a mail may say it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.keys import Links, Purpose
from core.log import logger
from core.models import Release, Version
from core.values import Language, ReleaseKind
from distributor.models import Answer, Delivery, Dispatch
from distributor.sending import moves
from distributor.states import Because, DeliveryState
from distributor.states import Purpose as DispatchPurpose

_log = logger("answers")

# Of an event without an hour nobody knows the end, so its link ends with its dispatch.
_AFTER_EVENT: Final = timedelta(days=1)
_AFTER_SENDING: Final = timedelta(days=30)
_ASKING: Final = frozenset({ReleaseKind.INVITATION, ReleaseKind.REMINDER})
BY_LINK: Final = "link"


class Said(StrEnum):
    """What a contact may say by their own link."""

    COMING = "coming"
    WITH_CAMERA = "coming with camera"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What the page of one contact's link shows: the event, and their own answer."""

    release_id: int
    contact_id: int
    language: Language
    title: str
    place: str
    event_wall: datetime | None
    # Empty until they answered.
    answer: str


def invitation(
    session: Session, signed: str, *, links: Links, now: datetime
) -> Invitation:
    """Raises NotFound for a link we did not sign, Conflict when its time is over."""
    token = links.read(Purpose.ANSWER, signed)
    delivery = session.scalar(select(Delivery).where(Delivery.token == token))
    if token is None or delivery is None or delivery.contact_id is None:
        raise NotFound(
            "This link belongs to no invitation of ours.",
            to="token",
            mend="Answer the message instead; a person reads the answers.",
        )
    sent = moves.release(session, delivery.dispatch)
    if sent is None or sent.kind not in _ASKING:
        raise NotFound(
            "This message is not an invitation.",
            to="token",
            mend="Answer the message instead; a person reads the answers.",
        )
    release = _event(session, sent)
    if now > _ends_at(sent, release, delivery.dispatch):
        raise Conflict(
            "This invitation is over, so its link takes no answer any more.",
            to="token",
            mend="Answer the message instead; a person reads the answers.",
        )
    version = _version(session, sent, delivery.language)
    known = _known(session, release.id, delivery.contact_id)
    return Invitation(
        release_id=release.id,
        contact_id=delivery.contact_id,
        language=Language(version.language),
        title=version.title,
        place=sent.place or release.place,
        event_wall=sent.event_wall or release.event_wall,
        answer=known.answer if known else "",
    )


def record(
    session: Session,
    *,
    release_id: int,
    contact_id: int,
    answer: str,
    said_by: str,
    now: datetime,
) -> None:
    """Keep what a contact says now, and spare them the reminders that still wait."""
    known = _known(session, release_id, contact_id)
    if known is None:
        known = Answer(release_id=release_id, contact_id=contact_id)
        session.add(known)
    if known.answer != answer:
        known.answer, known.said_by, known.said_at = answer, said_by, now
    session.flush()
    reminders = (
        select(Dispatch.id)
        .join(Release, Release.id == Dispatch.release_id)
        .where(
            Dispatch.purpose == DispatchPurpose.REMINDER,
            or_(Release.id == release_id, Release.parent_id == release_id),
        )
    )
    session.execute(
        update(Delivery)
        .where(
            Delivery.contact_id == contact_id,
            Delivery.dispatch_id.in_(reminders),
            Delivery.state.in_([DeliveryState.WAITING, DeliveryState.HELD]),
        )
        .values(
            state=DeliveryState.CANCELLED,
            reason=Because.ANSWERED,
            changed_at=now,
            lease=None,
            leased_until=None,
        )
    )
    _log.info("answer.recorded", release=release_id, by_link=said_by == BY_LINK)


def _known(session: Session, release_id: int, contact_id: int) -> Answer | None:
    return session.scalar(
        select(Answer).where(
            Answer.release_id == release_id, Answer.contact_id == contact_id
        )
    )


def _event(session: Session, sent: Release) -> Release:
    """The invitation itself: an answer to its reminder is an answer to it."""
    if sent.kind == ReleaseKind.REMINDER and sent.parent_id is not None:
        return session.get_one(Release, sent.parent_id)
    return sent


def _ends_at(sent: Release, release: Release, dispatch: Dispatch) -> datetime:
    event_at = sent.event_at or release.event_at
    return event_at + _AFTER_EVENT if event_at else dispatch.due_at + _AFTER_SENDING


def _version(session: Session, release: Release, language: str) -> Version:
    """The one that was sent."""
    return session.scalars(
        select(Version).where(
            Version.release_id == release.id, Version.language == language
        )
    ).one()
