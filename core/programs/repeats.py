"""What a program asks once under a key of its own is done once, however often it is asked.

claim -> done -> the answer is kept, and given again to who asks the same for a day. A call
that is cut off keeps its claim: whether it was done is for a person to see.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict
from core.programs.models import Repeat
from core.wording import worded

KEPT_FOR: Final = timedelta(hours=24)
# Longer than any call takes; after that the first one will not answer any more.
_CUT_OFF: Final = timedelta(minutes=10)


class KeyMisused(BadInput):
    code = "idempotency-key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    account_id: int
    key: str
    what: str
    body: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was answered: a status, a body, and where what was made is found."""

    status: int
    answer: str
    place: str = ""


def claim(session: Session, call: Call, *, now: datetime) -> Kept | None:
    """None for who is first; the kept answer for who asks again.

    Raises KeyMisused where the key named another call, Conflict while the first one runs.
    """
    session.execute(delete(Repeat).where(Repeat.made_at < now - KEPT_FOR))
    found = _found(session, call) or _begun(session, call, now)
    if found is None:
        return None
    if (found.what, found.digest) != (call.what, call.digest):
        raise KeyMisused(
            worded("This key was used for another call."),
            to="Idempotency-Key",
            mend=worded(
                "Give every call a key of its own; repeat it only with the same body."
            ),
        )
    if found.status is None:
        raise _still(found, now)
    return Kept(status=found.status, answer=found.answer, place=found.place)


def keep(session: Session, call: Call, kept: Kept) -> None:
    row = _found(session, call)
    if row is not None:
        row.status, row.answer, row.place = kept.status, kept.answer, kept.place


def forget(session: Session, call: Call) -> None:
    """Nothing was done: the same key may be tried again."""
    session.execute(
        delete(Repeat).where(
            Repeat.account_id == call.account_id,
            Repeat.key == call.key,
            Repeat.status.is_(None),
        )
    )


def mentioning(session: Session, words: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """Kept answers in which one of *words* stands, such as the address of a person."""
    rows = session.scalars(
        select(Repeat)
        .where(or_(*(Repeat.answer.icontains(one, autoescape=True) for one in words)))
        .order_by(Repeat.id)
    )
    return [{"id": row.id, "what": row.what, "made_at": row.made_at} for row in rows]


def empty(session: Session, words: Sequence[str]) -> None:
    """Forget what these answers said; that the call was done is still known."""
    ids = [one["id"] for one in mentioning(session, words)]
    session.execute(update(Repeat).where(Repeat.id.in_(ids)).values(answer=""))


def _found(session: Session, call: Call) -> Repeat | None:
    return session.scalar(
        select(Repeat).where(
            Repeat.account_id == call.account_id, Repeat.key == call.key
        )
    )


def _begun(session: Session, call: Call, now: datetime) -> Repeat | None:
    """None when it is ours; else that of who came at the same instant."""
    try:
        with session.begin_nested():
            session.add(
                Repeat(
                    account_id=call.account_id,
                    key=call.key,
                    what=call.what,
                    digest=call.digest,
                    made_at=now,
                )
            )
    except IntegrityError:
        return _found(session, call)
    return None


def _still(found: Repeat, now: datetime) -> Conflict:
    if now - found.made_at < _CUT_OFF:
        return Conflict(
            worded("The first call with this key is still being done."),
            to="Idempotency-Key",
            mend=worded("Wait a moment and ask again with the same key."),
        )
    return Conflict(
        worded("The first call with this key was cut off, and may have been done."),
        to="Idempotency-Key",
        mend=worded("Look whether it was done; if not, ask again with a new key."),
    )
