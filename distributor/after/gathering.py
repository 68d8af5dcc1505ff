"""What the door must know of an event: room, programme, the way in; who came by themselves."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, and_, null, or_, select, update
from sqlalchemy.orm import Session

from core.db import Database
from core.errors import BadInput, Conflict
from core.models import Release
from core.retention import Sweep
from core.settings import Retention
from core.wording import worded
from distributor.models import Answer, Gathering, WalkIn

_MOST_PEOPLE: Final = 100_000
_LONGEST: Final = 4_000
_LONGEST_NAME: Final = 120
_LONGEST_PLATE: Final = 20
_MOST_CREW: Final = 15
# At the door of one event; a line of a form cannot fill the disk.
_MOST_WALK_INS: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    capacity: int | None = None
    programme: str = ""
    entrance: str = ""

    @property
    def seal(self) -> str:
        """Breaks when anybody changes a word: what a form was filled from."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    facts: Facts
    changed_by: str = ""
    changed_at: datetime | None = None


def known(session: Session, release_id: int) -> Known:
    """What is kept of an invitation's event; empty where nobody said anything."""
    kept = _kept(session, release_id)
    if kept is None:
        return Known(facts=Facts())
    return Known(
        facts=Facts(
            capacity=kept.capacity, programme=kept.programme, entrance=kept.entrance
        ),
        changed_by=kept.changed_by,
        changed_at=kept.changed_at,
    )


def facts(*, capacity: str, programme: str, entrance: str) -> Facts:
    """Read what a form says. Raises BadInput."""
    room = capacity.strip()
    if room and not (room.isdecimal() and 0 < int(room) <= _MOST_PEOPLE):
        raise BadInput(
            worded("The room is a number of people, or empty."),
            to="capacity",
            mend=worded("Write it in digits."),
        )
    for name, text in (("programme", programme), ("entrance", entrance)):
        if len(text) > _LONGEST:
            raise BadInput(
                worded(
                    "No more than %(most)s characters are taken here.", most=_LONGEST
                ),
                to=name,
                mend=worded("Shorten it."),
            )
    return Facts(
        capacity=int(room) if room else None,
        programme=_lines(programme),
        entrance=_lines(entrance),
    )


def keep(
    session: Session,
    release_id: int,
    said: Facts,
    *,
    seal: str,
    by: str,
    now: datetime,
) -> None:
    """Raises Conflict when somebody else changed it since the form was shown."""
    kept = _kept(session, release_id)
    if known(session, release_id).facts.seal != seal:
        raise Conflict(
            worded("Somebody else changed this event while you were writing."),
            to="seal",
            mend=worded("Both are shown: keep what is right, then save again."),
        )
    if kept is None:
        kept = Gathering(release_id=release_id)
        session.add(kept)
    kept.capacity, kept.programme = said.capacity, said.programme
    kept.entrance, kept.changed_by, kept.changed_at = said.entrance, by, now
    session.flush()


def walk_in(
    session: Session,
    release_id: int,
    *,
    key: str,
    name: str,
    outlet: str,
    crew_size: str,
    plate: str,
    by: str,
    now: datetime,
) -> None:
    """Note somebody who came unasked; one *key*, however often it is sent. Raises BadInput."""
    clean = {
        field: _line(text, most, to=field)
        for field, text, most in (
            ("name", name, _LONGEST_NAME),
            ("outlet", outlet, _LONGEST_NAME),
            ("plate", plate, _LONGEST_PLATE),
        )
    }
    if not clean["name"]:
        raise BadInput(
            worded("The name is missing."),
            to="name",
            mend=worded("Write who came."),
        )
    there = session.scalars(
        select(WalkIn.key).where(WalkIn.release_id == release_id)
    ).all()
    if key in there:
        return
    if len(there) >= _MOST_WALK_INS:
        raise BadInput(
            worded("No event has that many guests who came by themselves."),
            to="name",
            mend=worded("Take off those that were noted by mistake."),
        )
    session.add(
        WalkIn(
            release_id=release_id,
            key=key,
            **clean,
            crew_size=_crew(crew_size),
            noted_by=by,
            came_at=now,
        )
    )
    session.flush()


def take_off(session: Session, release_id: int, walk_in_id: int) -> None:
    """Somebody was noted by mistake; who is gone already is gone."""
    kept = session.get(WalkIn, walk_in_id)
    if kept is not None and kept.release_id == release_id:
        session.delete(kept)
        session.flush()


def walk_ins(session: Session, release_id: int) -> Sequence[WalkIn]:
    """The latest first."""
    return session.scalars(
        select(WalkIn)
        .where(WalkIn.release_id == release_id)
        .order_by(WalkIn.came_at.desc(), WalkIn.id.desc())
        .limit(_MOST_WALK_INS)
    ).all()


def forget(database: Database, retention: Retention, *, now: datetime) -> int:
    """Erase names of crews, vehicles and walk-ins of events long over; answers how many.

    That somebody came, and with how many, stays: the balance counts it.
    """
    return sum(
        sweep.apply(database, now)
        for sweep in (old_crews(retention), old_walk_ins(retention))
    )


def old_crews(retention: Retention) -> Sweep:
    def due(_: Session, now: datetime) -> Select[int]:
        before = now - timedelta(days=retention.event_days)
        return (
            select(Answer.id)
            .join(Release, Release.id == Answer.release_id)
            .where(
                or_(
                    Answer.crew.is_not(None),
                    Answer.plate.is_not(None),
                    Answer.equipment.is_not(None),
                    Answer.before.is_not(None),
                ),
                # Of an event without an hour nobody knows the end.
                or_(
                    Release.event_at < before,
                    and_(Release.event_at.is_(None), Answer.said_at < before),
                ),
            )
        )

    return Sweep(due=due, drop=_forget_crews)


def _forget_crews(session: Session, ids: Sequence[int]) -> None:
    session.execute(
        update(Answer)
        .where(Answer.id.in_(ids))
        .values(crew=null(), plate=None, equipment=None, before=null())
    )


def old_walk_ins(retention: Retention) -> Sweep:
    def due(_: Session, now: datetime) -> Select[int]:
        before = now - timedelta(days=retention.event_days)
        return select(WalkIn.id).where(WalkIn.came_at < before, WalkIn.name != "")

    return Sweep(due=due, drop=_forget_walk_ins)


def _forget_walk_ins(session: Session, ids: Sequence[int]) -> None:
    session.execute(
        update(WalkIn)
        .where(WalkIn.id.in_(ids))
        .values(name="", outlet="", plate="", noted_by="")
    )


def _kept(session: Session, release_id: int) -> Gathering | None:
    return session.scalar(select(Gathering).where(Gathering.release_id == release_id))


def _lines(text: str) -> str:
    kept = [
        " ".join("".join(one if one.isprintable() else " " for one in line).split())
        for line in text.splitlines()
    ]
    return "\n".join(one for one in kept if one)


def _line(text: str, most: int, *, to: str) -> str:
    clean = _lines(" ".join(text.split()))
    if len(clean) > most:
        raise BadInput(
            worded("No more than %(most)s characters are taken here.", most=most),
            to=to,
            mend=worded("Shorten it."),
        )
    return clean


def _crew(text: str) -> int:
    if not text.strip():
        return 0
    if not text.strip().isdecimal() or int(text) > _MOST_CREW:
        raise BadInput(
            worded(
                "The number of people is not one from 0 to %(most)s.", most=_MOST_CREW
            ),
            to="crew_size",
            mend=worded("Write how many came with them, without them."),
        )
    return int(text)
