"""Reading the journal: newest first, page by page, by who, what, about what and when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.db import Database
from core.errors import BadInput
from core.journal.models import JournalLine
from core.wording import worded

_PAGE: Final = 50
_TOLD: Final = ("id", "at", "by", "via", "what", "about", "before", "after")
_AT_ONCE: Final = 1000
# Of a number that both databases can compare with.
_MOST_DIGITS: Final = 10
# Moments follow the numbers, but for writers beside each other and a clock that was set.
_SLACK: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines; what is empty asks nothing."""

    by: str = ""
    what: str = ""
    about: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    lines: Sequence[JournalLine]
    # Ask for the page before this line; None when there is none.
    older: int | None


def page(session: Session, wanted: Wanted, *, before: int | None = None) -> Page:
    asked = _asked(session, wanted).order_by(JournalLine.id.desc()).limit(_PAGE + 1)
    if before is not None:
        asked = asked.where(JournalLine.id < before)
    found = session.scalars(asked).all()
    lines = found[:_PAGE]
    return Page(lines=lines, older=lines[-1].id if len(found) > _PAGE else None)


def about(session: Session, thing: str, *, most: int = _PAGE) -> Sequence[JournalLine]:
    """The history of one thing, such as dispatch:12, newest first."""
    return session.scalars(
        select(JournalLine)
        .where(JournalLine.about == thing)
        .order_by(JournalLine.id.desc())
        .limit(most)
    ).all()


def about_any(session: Session, things: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """Every line about one of these things, oldest first, as plain values."""
    columns = [getattr(JournalLine, name) for name in _TOLD]
    rows = session.execute(
        select(*columns).where(JournalLine.about.in_(things)).order_by(JournalLine.id)
    )
    return [dict(row) for row in rows.mappings()]


def has(database: Database, noted: str) -> bool:
    """Whether a line that was noted elsewhere, as LINE:HASH, is here unchanged."""
    number, _, noted_hash = noted.partition(":")
    if not (number.isdecimal() and len(number) < _MOST_DIGITS):
        raise BadInput(
            worded("This names no line and its hash."),
            to="expect",
            mend=worded(
                "Write them like 1204:9f86d081..., as the log line journal.sealed has them."
            ),
        )
    with database.read() as session:
        found = session.scalar(
            select(JournalLine.hash).where(JournalLine.id == int(number))
        )
    return found == noted_hash


def every(database: Database, wanted: Wanted) -> Iterator[Sequence[JournalLine]]:
    """All of them, oldest first, a thousand at a time: for whoever takes the journal away."""
    last = 0
    while True:
        with database.read() as session:
            found = session.scalars(
                _asked(session, wanted)
                .where(JournalLine.id > last)
                .order_by(JournalLine.id)
                .limit(_AT_ONCE)
            ).all()
        yield found
        if len(found) < _AT_ONCE:
            return
        last = found[-1].id


def _asked(session: Session, wanted: Wanted) -> Select[JournalLine]:
    asked = select(JournalLine)
    for column, value in (
        (JournalLine.by, wanted.by),
        (JournalLine.what, wanted.what),
        (JournalLine.about, wanted.about),
    ):
        if value:
            asked = asked.where(column == value)
    return _within(session, asked, wanted)


def _within(
    session: Session, asked: Select[JournalLine], wanted: Wanted
) -> Select[JournalLine]:
    """Days as numbers of lines too: every index ends with them, so no line is read in vain."""
    if wanted.since is not None:
        first = session.scalar(
            select(JournalLine.id)
            .where(JournalLine.at >= wanted.since)
            .order_by(JournalLine.at)
            .limit(1)
        )
        asked = asked.where(
            JournalLine.id >= (first or 0) - _SLACK, JournalLine.at >= wanted.since
        )
    if wanted.until is not None:
        final = session.scalar(
            select(JournalLine.id)
            .where(JournalLine.at < wanted.until)
            .order_by(JournalLine.at.desc())
            .limit(1)
        )
        asked = asked.where(
            JournalLine.id <= (final or 0) + _SLACK, JournalLine.at < wanted.until
        )
    return asked
