"""Lines of the journal as screens show them: the journal's own page, and one thing's history."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from app.alert_words import JOURNAL_BROKEN
from app.web import journal_words
from core.alerts import open_alerts
from core.i18n import Words
from core.journal import chain, reading, seals
from core.journal.models import JournalLine
from core.journal.telling import CHANGED

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """One changed field: empty where it held nothing, or was not there."""

    name: str
    before: str
    after: str
    # Its value is a secret, and only that it changed is told.
    is_secret: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    id: int
    at: datetime
    by: str
    way: str
    what: str
    about: str
    # "Dispatch 12", and where it is looked at; empty when nowhere.
    thing: str
    path: str
    fields: Sequence[FieldRow]
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What was found when the chain was last read."""

    lines: int
    sealed_at: datetime | None
    sealed_to: int
    whole_at: datetime | None
    # Where it is broken, and why, in words; 0 while it holds.
    broken_at: int
    why: str


def views(
    lines: Sequence[JournalLine], said: Words, *, zone: str
) -> Sequence[LineView]:
    return [_view(line, said, zone) for line in lines]


def history(
    session: Session, thing: str, said: Words, *, zone: str
) -> Sequence[LineView]:
    """What was done to one thing, such as dispatch:12, newest first."""
    return views(reading.about(session, thing), said, zone=zone)


def standing(session: Session, said: Words) -> Standing:
    last, whole = seals.last(session), seals.last_whole(session)
    broken = open_alerts(session, rules=[JOURNAL_BROKEN])
    told: Mapping[str, Any] = broken[0].fields if broken else {}
    return Standing(
        lines=chain.head(session).id,
        sealed_at=last.at if last is not None else None,
        sealed_to=last.line_id if last is not None else 0,
        whole_at=whole.at if whole is not None else None,
        broken_at=int(told.get("number", 0)),
        why=journal_words.of_fault(str(told.get("why", "")), said),
    )


def _view(line: JournalLine, said: Words, zone: str) -> LineView:
    kind, _, number = line.about.partition(":")
    return LineView(
        id=line.id,
        at=line.at,
        by=line.by,
        way=journal_words.of_way(line.via, said),
        what=journal_words.of_verb(line.what, said),
        about=line.about,
        thing=f"{journal_words.of_thing(kind, said)} {number}".strip(),
        path=journal_words.path_of(line.about),
        fields=[
            FieldRow(
                name=name,
                before=_text(line.before.get(name), said, zone),
                after=_text(line.after.get(name), said, zone),
                is_secret=CHANGED in (line.before.get(name), line.after.get(name)),
            )
            for name in {**line.before, **line.after}
        ],
        hash=line.hash,
    )


def _text(value: Any, said: Words, zone: str) -> str:
    """As the reader says it; a moment in the office's zone, a wall time as it is."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if _MOMENT.fullmatch(value):
        return said.moment(datetime.fromisoformat(value), zone)
    return value
