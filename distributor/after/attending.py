"""An event's guests: who is invited, who says they come and with whom, who was seen at the door."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from core.errors import BadInput, NotFound
from core.keys import Links, Purpose
from core.models import Release
from core.values import ReleaseKind
from core.wording import worded
from distributor.after import answers
from distributor.after.hearing import Heard
from distributor.contacts.words import folded
from distributor.models import Answer, Contact, Delivery, Dispatch, WalkIn
from distributor.states import DeliveryState

PAGE: Final = 100
_INVITED: Final = (
    DeliveryState.WAITING,
    DeliveryState.HELD,
    DeliveryState.SENDING,
    DeliveryState.ACCEPTED,
    DeliveryState.DELIVERED,
    DeliveryState.UNSURE,
)
COMING: Final = (Heard.COMING, Heard.WITH_CAMERA)
_PARTS: Final = 2


class Wanted(StrEnum):
    """Which guests are shown."""

    ALL = "all"
    # At the door: whoever said they come, or came.
    EXPECTED = "expected"
    COMING = "coming"
    WITH_CAMERA = "coming with camera"
    DECLINED = "declined"
    REPLIED = "replied"
    SILENT = "silent"
    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One contact who is invited, or answered. `answer` is empty for who stayed silent."""

    contact_id: int
    name: str
    address: str
    phone: str
    outlet: str
    answer: str
    # What they had said before they were seen at the door.
    before: str
    said_by: str
    said_at: datetime | None
    crew_size: int
    crew: Sequence[str]
    plate: str
    equipment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestPage:
    guests: Sequence[Guest]
    count: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """How many guests gave each answer; `people` and `inside` count crews and walk-ins too."""

    answers: Mapping[str, int]
    invited: int
    silent: int
    walk_ins: int
    # Expected, by what was said; and seen at the door.
    people: int
    inside: int

    def of(self, answer: str) -> int:
        return self.answers.get(answer, 0)


def turnout(session: Session, release_id: int) -> Turnout:
    """The numbers of an invitation's event."""
    rows = session.execute(
        select(
            Answer.answer, func.count(), func.coalesce(func.sum(Answer.crew_size), 0)
        )
        .where(Answer.release_id == release_id)
        .group_by(Answer.answer)
    ).all()
    counts = {answer: count for answer, count, _ in rows}
    with_crew = {answer: count + (crew or 0) for answer, count, crew in rows}
    invited = session.scalar(
        select(func.count()).select_from(_invited(release_id).subquery())
    )
    silent = session.scalar(
        select(func.count()).select_from(
            _invited(release_id).where(~_answered(release_id)).subquery()
        )
    )
    walked_in, with_theirs = session.execute(
        select(func.count(), func.coalesce(func.sum(WalkIn.crew_size), 0)).where(
            WalkIn.release_id == release_id
        )
    ).one()
    return Turnout(
        answers=counts,
        invited=invited or 0,
        silent=silent or 0,
        walk_ins=walked_in,
        people=sum(with_crew.get(one, 0) for one in (*COMING, Heard.PRESENT)),
        inside=with_crew.get(Heard.PRESENT, 0) + walked_in + with_theirs,
    )


def guests(
    session: Session,
    release_id: int,
    *,
    wanted: Wanted = Wanted.ALL,
    words: str = "",
    page: int = 1,
) -> GuestPage:
    """Some guests by name. Words look in names, outlets and number plates."""
    asked = _guests(release_id, wanted)
    if said := folded(words):
        ids = list(_searched(session, asked, said))
        count, shown = len(ids), ids[(page - 1) * PAGE : page * PAGE]
        rows = session.execute(asked.where(Contact.id.in_(shown))).all()
    else:
        count = (
            session.scalar(
                select(func.count()).select_from(asked.order_by(None).subquery())
            )
            or 0
        )
        rows = session.execute(asked.limit(PAGE).offset((page - 1) * PAGE)).all()
    return GuestPage(
        guests=[_guest(contact, answer) for contact, answer in rows],
        count=count,
        page=page,
        pages=max(1, -(-count // PAGE)),
    )


def every_guest(
    session: Session, release_id: int, *, wanted: Wanted
) -> Iterator[Guest]:
    """All of them by name, for the list at the door."""
    for contact, answer in session.execute(_guests(release_id, wanted)):
        yield _guest(contact, answer)


def guest(session: Session, release_id: int, contact_id: int) -> Guest:
    """One guest, invited or not. Raises NotFound for no contact."""
    row = session.execute(
        select(Contact, Answer)
        .outerjoin(
            Answer,
            and_(Answer.contact_id == Contact.id, Answer.release_id == release_id),
        )
        .where(Contact.id == contact_id)
    ).first()
    if row is None:
        raise NotFound(
            worded("There is no such contact any more."),
            to="contact",
            mend=worded("It may have been erased or merged: look for the name."),
        )
    return _guest(row[0], row[1])


def mark(
    session: Session,
    release_id: int,
    contact_id: int,
    seen: Heard | None,
    *,
    by: str,
    now: datetime,
) -> None:
    """Say that a guest came or did not; None takes back whatever was said at the door.

    Said twice, or by two people, it is said once.
    """
    guest(session, release_id, contact_id)
    if seen is not None:
        if seen not in answers.SEEN:
            raise BadInput(
                worded("At the door a guest is present or absent."),
                to="seen",
                mend=worded("Choose one of those shown."),
            )
        answers.record(
            session,
            release_id=release_id,
            contact_id=contact_id,
            answer=seen,
            said_by=by,
            now=now,
        )
        return
    known = session.scalar(
        select(Answer).where(
            Answer.release_id == release_id, Answer.contact_id == contact_id
        )
    )
    if known is None or known.answer not in answers.SEEN:
        return
    if known.before is None:
        session.delete(known)
    else:
        _take_back(known, known.before)
    session.flush()


def gate_token(links: Links, release_id: int, contact_id: int) -> str:
    """What the code of a guest holds: signed, and of no use to who is not signed in."""
    return links.sign(Purpose.GATE, f"{release_id}-{contact_id}-")


def gate_guest(links: Links, signed: str) -> tuple[int, int]:
    """The release and the contact of a code. Raises NotFound for one we did not sign."""
    token = links.read(Purpose.GATE, signed) or ""
    numbers = [one for one in token.split("-") if one.isdecimal()]
    if len(numbers) != _PARTS:
        raise NotFound(
            worded("This code is no guest of ours."),
            to="code",
            mend=worded("Look for the name in the list."),
        )
    return int(numbers[0]), int(numbers[1])


def came_unasked(session: Session, release_id: int) -> int:
    """Who was seen at the door and was sent nothing: walk-ins, and contacts not reached."""
    seen = session.scalar(
        select(func.count()).where(
            Answer.release_id == release_id,
            Answer.answer == Heard.PRESENT,
            Answer.contact_id.not_in(_invited(release_id)),
        )
    )
    walked = session.scalar(select(func.count()).where(WalkIn.release_id == release_id))
    return (seen or 0) + (walked or 0)


def _take_back(known: Answer, before: Mapping[str, Any]) -> None:
    known.answer = str(before["answer"])
    known.said_by = str(before["said_by"])
    known.said_at = datetime.fromisoformat(before["said_at"])
    known.before = None


def _invited(release_id: int) -> Select[int | None]:
    """The contacts that the invitation or its reminders reached, or will reach."""
    asking = select(Release.id).where(
        or_(
            Release.id == release_id,
            and_(Release.parent_id == release_id, Release.kind == ReleaseKind.REMINDER),
        )
    )
    return (
        select(Delivery.contact_id)
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .where(
            Dispatch.release_id.in_(asking),
            Delivery.contact_id.is_not(None),
            Delivery.is_seed.is_(False),
            Delivery.state.in_(_INVITED),
        )
        .distinct()
    )


def _answered(release_id: int) -> ColumnElement[bool]:
    return Delivery.contact_id.in_(
        select(Answer.contact_id).where(Answer.release_id == release_id)
    )


def _guests(release_id: int, wanted: Wanted) -> Select[Contact, Answer | None]:
    asked = (
        select(Contact, Answer)
        .outerjoin(
            Answer,
            and_(Answer.contact_id == Contact.id, Answer.release_id == release_id),
        )
        .order_by(Contact.name, Contact.id)
    )
    if wanted is Wanted.ALL:
        asked = asked.where(
            or_(Answer.id.is_not(None), Contact.id.in_(_invited(release_id)))
        )
    elif wanted is Wanted.SILENT:
        asked = asked.where(Answer.id.is_(None), Contact.id.in_(_invited(release_id)))
    elif wanted is Wanted.EXPECTED:
        asked = asked.where(Answer.answer.in_([*COMING, *answers.SEEN]))
    else:
        asked = asked.where(Answer.answer == str(wanted))
    return asked


def _searched(
    session: Session, asked: Select[Contact, Answer | None], said: str
) -> Iterator[int]:
    wanted = [f" {one}" for one in said.split()]
    rows = session.execute(
        asked.with_only_columns(
            Contact.id, Contact.name, Contact.outlet, Contact.address_key, Answer.plate
        )
    )
    for contact_id, name, outlet, key, plate in rows:
        text = " " + folded(" ".join([name, outlet, key, plate or ""]))
        if all(one in text for one in wanted):
            yield contact_id


def _guest(contact: Contact, answer: Answer | None) -> Guest:
    return Guest(
        contact_id=contact.id,
        name=contact.name or contact.address,
        address=contact.address,
        phone=contact.phone,
        outlet=contact.outlet,
        answer=answer.answer if answer else "",
        before=str(answer.before["answer"]) if answer and answer.before else "",
        said_by=answer.said_by if answer else "",
        said_at=answer.said_at if answer else None,
        crew_size=(answer.crew_size or 0) if answer else 0,
        crew=tuple(answer.crew or ()) if answer else (),
        plate=(answer.plate or "") if answer else "",
        equipment=(answer.equipment or "") if answer else "",
    )
