"""Answers: what a contact says to an invitation, and how long the link of a mail may say it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict, NotFound
from core.keys import Links, Purpose
from core.log import logger
from core.models import Release, Version
from core.values import Language, ReleaseKind
from core.wording import worded
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


# How a contact is seen at the door, which is no answer of theirs.
SEEN: Final = frozenset({"present", "absent"})


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
    # How much they said of who and what comes with them. The mail may have been passed on,
    # so names and vehicles are not shown again.
    crew_size: int = 0
    names: int = 0
    has_plate: bool = False
    has_equipment: bool = False
    # The event has begun: who comes with them is seen at the door.
    has_begun: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Who comes with a contact, in what and with what. None leaves it as it was said."""

    crew_size: int | None = None
    crew: tuple[str, ...] | None = None
    plate: str | None = None
    equipment: str | None = None

    @property
    def says_something(self) -> bool:
        return any(
            one is not None
            for one in (self.crew_size, self.crew, self.plate, self.equipment)
        )


NO_DETAILS: Final = Details(crew_size=0, crew=(), plate="", equipment="")
MOST_CREW: Final = 15
_LONGEST_NAME: Final = 80
_LONGEST_PLATE: Final = 20
_LONGEST_EQUIPMENT: Final = 300


def details(
    *, crew_size: str = "", crew: str = "", plate: str = "", equipment: str = ""
) -> Details:
    """What a form says, one name a line; empty fields say nothing. Raises BadInput."""
    names = [one for line in crew.splitlines() if (one := _one_line(line))]
    if len(names) > MOST_CREW or any(len(one) > _LONGEST_NAME for one in names):
        raise BadInput(
            worded(
                "No more than %(most)s names of at most %(signs)s characters are taken.",
                most=MOST_CREW,
                signs=_LONGEST_NAME,
            ),
            to="crew",
            mend=worded("Write one name a line."),
        )
    return Details(
        crew_size=_size(crew_size, names),
        crew=tuple(names) or None,
        plate=_short("plate", plate, _LONGEST_PLATE),
        equipment=_short("equipment", equipment, _LONGEST_EQUIPMENT),
    )


def whole(told: Details) -> Details:
    """As the office's own form says it: what it leaves empty is not so."""
    return Details(
        crew_size=told.crew_size or 0,
        crew=told.crew or (),
        plate=told.plate or "",
        equipment=told.equipment or "",
    )


def _size(text: str, names: Sequence[str]) -> int | None:
    if not text.strip():
        return len(names) or None
    if not text.strip().isdecimal() or int(text) > MOST_CREW:
        raise BadInput(
            worded(
                "The number of people is not one from 0 to %(most)s.", most=MOST_CREW
            ),
            to="crew_size",
            mend=worded("Write how many come with you, without you."),
        )
    return max(int(text), len(names))


def _short(name: str, text: str, most: int) -> str | None:
    clean = _one_line(text)
    if len(clean) > most:
        raise BadInput(
            worded("No more than %(most)s characters are taken here.", most=most),
            to=name,
            mend=worded("Shorten it."),
        )
    return clean or None


def _one_line(text: str) -> str:
    """Without signs that turn a line around or break it: it is printed for the door."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def invitation(
    session: Session, signed: str, *, links: Links, now: datetime
) -> Invitation:
    """Raises NotFound for a link we did not sign, Conflict when its time is over."""
    token = links.read(Purpose.ANSWER, signed)
    delivery = session.scalar(select(Delivery).where(Delivery.token == token))
    if token is None or delivery is None or delivery.contact_id is None:
        raise NotFound(
            worded("This link belongs to no invitation of ours."),
            to="token",
            mend=worded("Answer the message instead; a person reads the answers."),
        )
    sent = moves.release(session, delivery.dispatch)
    if sent is None or sent.kind not in _ASKING:
        raise NotFound(
            worded("This message is not an invitation."),
            to="token",
            mend=worded("Answer the message instead; a person reads the answers."),
        )
    release = _event(session, sent)
    if now > _ends_at(sent, release, delivery.dispatch):
        raise Conflict(
            worded("This invitation is over, so its link takes no answer any more."),
            to="token",
            mend=worded("Answer the message instead; a person reads the answers."),
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
        answer=_last_said(known),
        crew_size=(known.crew_size or 0) if known else 0,
        names=len(known.crew or ()) if known else 0,
        has_plate=bool(known and known.plate),
        has_equipment=bool(known and known.equipment),
        has_begun=_has_begun(sent, release, now),
    )


def _last_said(known: Answer | None) -> str:
    """Their own words, not how they were seen at the door."""
    if known is None:
        return ""
    if known.answer in SEEN:
        return str(known.before["answer"]) if known.before else ""
    return known.answer


def _has_begun(sent: Release, release: Release, now: datetime) -> bool:
    event_at = sent.event_at or release.event_at
    return event_at is not None and now >= event_at


def say(
    session: Session,
    signed: str,
    answer: Said,
    told: Details,
    *,
    links: Links,
    now: datetime,
) -> None:
    """What a contact says by their own link. Raises NotFound, and Conflict when it is late."""
    invited = invitation(session, signed, links=links, now=now)
    if invited.has_begun and told.says_something:
        raise Conflict(
            worded("The event has begun: who comes with you is noted at the door."),
            to="crew",
            mend=worded("Send your answer without it."),
        )
    record(
        session,
        release_id=invited.release_id,
        contact_id=invited.contact_id,
        answer=answer,
        said_by=BY_LINK,
        now=now,
        told=told,
    )


def record(
    session: Session,
    *,
    release_id: int,
    contact_id: int,
    answer: str,
    said_by: str,
    now: datetime,
    told: Details | None = None,
) -> None:
    """Keep what a contact says now, and spare them the reminders that still wait."""
    known = _known(session, release_id, contact_id)
    if known is None:
        known = Answer(release_id=release_id, contact_id=contact_id, answer="")
        session.add(known)
    _answer(known, answer, said_by=said_by, now=now)
    _detail(known, NO_DETAILS if answer == Said.DECLINED else told or Details())
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


def _answer(known: Answer, answer: str, *, said_by: str, now: datetime) -> None:
    """Being seen at the door keeps what was said before; a link unsays nobody's presence."""
    if known.answer == answer:
        return
    if known.answer in SEEN and said_by == BY_LINK:
        known.before = {
            "answer": answer,
            "said_by": said_by,
            "said_at": now.isoformat(),
        }
        return
    if answer not in SEEN:
        known.before = None
    elif known.answer and known.answer not in SEEN:
        known.before = {
            "answer": known.answer,
            "said_by": known.said_by,
            "said_at": known.said_at.isoformat(),
        }
    known.answer, known.said_by, known.said_at = answer, said_by, now


def _detail(known: Answer, told: Details) -> None:
    if told.crew_size is not None:
        known.crew_size = told.crew_size
    if told.crew is not None:
        known.crew = list(told.crew) or None
    if told.plate is not None:
        known.plate = told.plate or None
    if told.equipment is not None:
        known.equipment = told.equipment or None


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
