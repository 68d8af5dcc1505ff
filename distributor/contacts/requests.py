"""Requests of persons about their own data: noted, due by a day, answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict, NotFound
from core.wording import worded
from core.zones import moment_of, wall_of
from distributor.contacts import addresses, suppression
from distributor.models import PersonRequest
from distributor.states import Asked, Came, Settled

# Proof that people were answered, as long as the proof of what they were sent.
KEPT: Final = timedelta(days=1826)
_LONGEST: Final = 500
_BETWEEN: Final = " · "
_SHOWN: Final = 200
# A request may be answered all through its last day, to the second.
_LAST: Final = time(23, 59, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    id: int
    kind: str
    # Empty where the person was erased.
    address: str
    came_by: str
    note: str
    received_at: datetime
    due_at: datetime
    noted_by: str
    outcome: str
    answered_at: datetime | None
    answered_by: str

    @property
    def is_open(self) -> bool:
        return not self.outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    line: RequestLine
    # Somebody had noted it before, and it waits for its answer still.
    was_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked, by whom and how, as somebody of the office or a page notes it."""

    kind: Asked
    address: str
    came_by: Came
    note: str = ""
    # When it reached the office, where that was before now.
    received_at: datetime | None = None


def note(
    session: Session, wish: Wish, *, days: int, zone: str, by: str, now: datetime
) -> RequestLine:
    """Note a request, due until the end of the day that is *days* after it came in *zone*.

    Said again while it is open, it is one, and nothing of it is lost: see `noted`. Raises
    BadInput.
    """
    return noted(session, wish, days=days, zone=zone, by=by, now=now).line


def noted(
    session: Session, wish: Wish, *, days: int, zone: str, by: str, now: datetime
) -> Noted:
    """As `note`, and says whether it was open already.

    What is said again adds its note to the open one, whose earlier day goes on counting.
    """
    key = addresses.read(wish.address).key
    received = wish.received_at or now
    if received > now:
        raise BadInput(
            worded("This day lies ahead."),
            to="received",
            mend=worded("Give the day on which the request came."),
        )
    said, due = _short(wish.note), due_after(received, days, zone)
    known = session.scalars(
        select(PersonRequest)
        .where(
            PersonRequest.address_hash == suppression.digest(key),
            PersonRequest.kind == wish.kind,
            PersonRequest.outcome == "",
        )
        .order_by(PersonRequest.id)
        # Of two who note at once, neither loses a note.
        .with_for_update()
    ).first()
    if known is not None:
        known.note = _with(known.note, said)
        known.received_at = min(known.received_at, received)
        known.due_at = min(known.due_at, due)
        session.flush()
        return Noted(line=_line(known), was_open=True)
    row = PersonRequest(
        kind=wish.kind,
        address=key,
        address_hash=suppression.digest(key),
        came_by=wish.came_by,
        note=said,
        received_at=received,
        due_at=due,
        noted_by=by,
    )
    session.add(row)
    session.flush()
    return Noted(line=_line(row), was_open=False)


def due_after(received: datetime, days: int, zone: str) -> datetime:
    """The end of the last day, on the wall: hours that summer time adds or takes move no day."""
    last = wall_of(received, zone).date() + timedelta(days=days)
    return moment_of(datetime.combine(last, _LAST), zone, later=True)


def answer(
    session: Session,
    request_id: int,
    outcome: Settled,
    *,
    note: str = "",
    by: str,
    now: datetime,
) -> RequestLine:
    """Close a request. Raises NotFound, Conflict where it is closed, and BadInput."""
    # A note that is added meanwhile is in what it is joined to.
    row = session.get(
        PersonRequest, request_id, with_for_update=True, populate_existing=True
    )
    if row is None:
        raise NotFound(
            worded("There is no request %(id)s.", id=request_id),
            to="request",
            mend=worded("Choose one of those shown."),
        )
    said = _short(note)
    if outcome is Settled.REFUSED and not said:
        raise BadInput(
            worded("A refusal needs its reason."),
            to="note",
            mend=worded("Say why: the person must be told, and may complain."),
        )
    taken = session.execute(
        update(PersonRequest)
        .where(PersonRequest.id == request_id, PersonRequest.outcome == "")
        .values(
            outcome=outcome,
            note=_joined(row.note, said),
            answered_at=now,
            answered_by=by,
        )
        .returning(PersonRequest.id)
    ).one_or_none()
    if taken is None:
        raise Conflict(
            worded("This request was answered already."),
            to="request",
            mend=worded("Look at it again."),
        )
    session.refresh(row)
    return _line(row)


def of(session: Session, request_id: int) -> RequestLine:
    """Raises NotFound."""
    row = session.get(PersonRequest, request_id)
    if row is None:
        raise NotFound(
            worded("There is no request %(id)s.", id=request_id),
            to="request",
            mend=worded("Choose one of those shown."),
        )
    return _line(row)


def listed(session: Session, *, open_only: bool = False) -> Sequence[RequestLine]:
    """Those that are open, the most urgent first; then the answered ones, the latest first."""
    order = select(PersonRequest)
    still = session.scalars(
        order.where(PersonRequest.outcome == "").order_by(
            PersonRequest.due_at, PersonRequest.id
        )
    ).all()
    done = (
        ()
        if open_only
        else session.scalars(
            order.where(PersonRequest.outcome != "")
            .order_by(PersonRequest.answered_at.desc(), PersonRequest.id.desc())
            .limit(_SHOWN)
        ).all()
    )
    return [_line(row) for row in (*still, *done)]


def of_hashes(session: Session, hashes: Sequence[str]) -> Sequence[RequestLine]:
    """What one person asked, under any of their addresses."""
    rows = session.scalars(
        select(PersonRequest)
        .where(PersonRequest.address_hash.in_(hashes))
        .order_by(PersonRequest.id)
    )
    return [_line(row) for row in rows]


def forget(session: Session, hashes: Sequence[str]) -> None:
    """Who is erased is not named here either; that they asked stays as proof."""
    session.execute(
        update(PersonRequest)
        .where(PersonRequest.address_hash.in_(hashes))
        .values(address="", note="")
    )


def old(now: datetime) -> Select[Any]:
    return select(PersonRequest.id).where(
        PersonRequest.answered_at.is_not(None), PersonRequest.answered_at < now - KEPT
    )


def _joined(*notes: str) -> str:
    return _BETWEEN.join(filter(None, notes))


def _with(kept: str, said: str) -> str:
    """A form that was sent twice says nothing new."""
    whole = [f"{_BETWEEN}{one}{_BETWEEN}" for one in (said, kept)]
    return kept if whole[0] in whole[1] else _joined(kept, said)


def _short(text: str) -> str:
    said = " ".join(text.split())
    if len(said) > _LONGEST:
        raise BadInput(
            worded("The note is longer than 500 letters."),
            to="note",
            mend=worded("Say it shorter; keep the letter itself elsewhere."),
        )
    return said


def _line(row: PersonRequest) -> RequestLine:
    return RequestLine(
        **{name: getattr(row, name) for name in RequestLine.__dataclass_fields__}
    )
