"""How long a sort of row is kept, and why: one line of the table of retention.

Whoever writes the rows writes the line (`forgetting.rules` of each part), and `app.retention`
gathers them. What is due is looked for in reading transactions and dropped in short writing
ones, so that the ledger never waits for a look through years of rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.db import Database

# Looked for at once: each look may have to pass all that was dropped before.
_LOOK: Final = 20_000
# In one writing transaction.
_AT_ONCE: Final = 500


class Then(StrEnum):
    """What becomes of rows whose time is over."""

    REMOVED = "removed"
    # The row stays to be counted; what names or describes people in it goes.
    EMPTIED = "emptied"
    # A hash stands where the address stood: who has the address finds it, nobody reads it.
    PSEUDONYMISED = "pseudonymised"
    # A person is asked to look, and decides.
    PROPOSED = "proposed"
    # Nothing by itself: kept as long as the office, or until a person takes it away.
    KEPT = "kept"


# Selects one key of each row whose time is over, without a limit.
Due = Callable[[Session, datetime], Select[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How what is due is found."""

    due: Due

    def count(self, session: Session, now: datetime) -> int:
        """How many would be dropped at this moment; nothing is."""
        due = self.due(session, now).subquery()
        return session.scalar(select(func.count()).select_from(due)) or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep(Look):
    """How what is due is found and dropped."""

    drop: Callable[[Session, Sequence[Any]], object]
    at_once: int = _AT_ONCE

    def apply(self, database: Database, now: datetime) -> int:
        """Drop all that is due, part by part; answers how many. Again does no harm."""
        dropped = 0
        before: Sequence[Any] = ()
        while True:
            with database.read() as session:
                keys = session.scalars(self.due(session, now).limit(_LOOK)).all()
            if not keys:
                return dropped
            if keys == before:
                raise RuntimeError("what was dropped is due again")
            for start in range(0, len(keys), self.at_once):
                with database.write() as session:
                    self.drop(session, keys[start : start + self.at_once])
            dropped, before = dropped + len(keys), keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is kept, how long, from when, and why. Sentences are for the catalogues."""

    # For programs, such as full-text.
    name: str
    what: str
    tables: Sequence[str]
    then: Then
    why: str
    # How long; None is for good, or as long as what it belongs to.
    kept_for: timedelta | None = None
    # From which moment that is counted; empty where it is for good.
    since: str = ""
    # The setting that says how long, where one does.
    setting: str = ""
    # Whether these rows say something of people.
    is_personal: bool = False
    # None where nothing is looked for by the clock; a `Sweep` where it is dropped too.
    look: Look | None = None
