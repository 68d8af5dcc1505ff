"""What a release is to achieve, and what it is to get across, in each language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BadInput, NotFound
from core.releases import found_release
from core.values import Language
from core.wording import worded
from monitor.matching.messages import is_telling
from monitor.models import Goal, KeyMessage

PLACES: Final = range(1, 6)
_LONGEST: Final = 300  # code points


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing to get across; `place` 1 is the first."""

    place: int
    said: Mapping[Language, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalView:
    release_id: int
    number: str
    objective: str
    audience: str
    messages: Sequence[Message]
    # Who changed any of it last, and when; None while nobody set anything.
    set_by: str
    set_at: datetime | None

    @property
    def is_set(self) -> bool:
        return bool(self.objective or self.audience or self.messages)


def view(session: Session, release_id: int) -> GoalView:
    """Raises NotFound."""
    release = found_release(session, release_id)
    goal = session.get(Goal, release_id)
    rows = session.scalars(
        select(KeyMessage)
        .where(KeyMessage.release_id == release_id)
        .order_by(KeyMessage.place, KeyMessage.id)
    ).all()
    said: dict[int, dict[Language, str]] = {}
    for row in rows:
        said.setdefault(row.place, {})[Language(row.language)] = row.text
    changes = [(one.set_at, one.set_by) for one in rows]
    if goal is not None:
        changes.append((goal.set_at, goal.set_by))
    set_at, set_by = max(changes, default=(None, ""))
    return GoalView(
        release_id=release_id,
        number=release.number,
        objective=goal.objective if goal else "",
        audience=goal.audience if goal else "",
        messages=[Message(place=place, said=texts) for place, texts in said.items()],
        set_by=set_by,
        set_at=set_at,
    )


def aim(
    session: Session,
    release_id: int,
    *,
    objective: str,
    audience: str,
    by: str,
    now: datetime,
) -> None:
    """Keep what it is to achieve, and with whom. Raises NotFound, BadInput by field."""
    found_release(session, release_id)
    aims = {
        "objective": _text("objective", objective),
        "audience": _text("audience", audience),
    }
    row = session.get(Goal, release_id)
    if row is None:
        if any(aims.values()):
            session.add(Goal(release_id=release_id, set_by=by, set_at=now, **aims))
    elif (row.objective, row.audience) != tuple(aims.values()):
        row.objective, row.audience = aims["objective"], aims["audience"]
        row.set_by, row.set_at = by, now
    session.flush()


def say(
    session: Session,
    release_id: int,
    *,
    place: int,
    language: Language,
    text: str,
    by: str,
    now: datetime,
) -> None:
    """Keep a message's words in one language; empty words take them back.

    Raises NotFound, and BadInput whose field is a place and a language, such as 1-fr.
    """
    found_release(session, release_id)
    if place not in PLACES:
        raise BadInput(
            worded("A release gets few messages across."),
            to="place",
            mend=worded("Keep the five that count: their places are 1 to 5."),
        )
    name = field_name(place, language)
    text = _text(name, text)
    if text and not is_telling(text):
        raise BadInput(
            worded("This has too few telling words to be found in an article."),
            to=name,
            mend=worded("Write a short sentence that says what is new."),
        )
    row = session.scalar(
        select(KeyMessage).where(
            KeyMessage.release_id == release_id,
            KeyMessage.place == place,
            KeyMessage.language == language,
        )
    )
    if row is None and text:
        session.add(
            KeyMessage(
                release_id=release_id,
                place=place,
                language=str(language),
                text=text,
                set_by=by,
                set_at=now,
            )
        )
    elif row is not None and not text:
        session.delete(row)
    elif row is not None and row.text != text:
        row.text, row.set_by, row.set_at = text, by, now
    session.flush()


def remove(session: Session, release_id: int, *, place: int) -> None:
    """Take a message back in all its languages. Raises NotFound."""
    found_release(session, release_id)
    rows = session.scalars(
        select(KeyMessage).where(
            KeyMessage.release_id == release_id, KeyMessage.place == place
        )
    ).all()
    if not rows:
        raise NotFound(
            worded(
                "Release %(release_id)s has no message %(place)s.",
                release_id=release_id,
                place=place,
            ),
            to="place",
            mend=worded(
                "See `parution release goal %(release_id)s`.", release_id=release_id
            ),
        )
    for row in rows:
        session.delete(row)
    session.flush()


def field_name(place: int, language: Language) -> str:
    """What a message's words in one language are called in forms and errors."""
    return f"{place}-{language}"


def _text(name: str, given: str) -> str:
    text = " ".join(given.split())
    if len(text) > _LONGEST:
        raise BadInput(
            worded("This is too long."),
            to=name,
            mend=worded("Say it in at most 300 letters."),
        )
    return text
