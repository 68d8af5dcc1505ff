"""The chain: lines are written at the end, each with the hash of the one before, and read back.

Writing is one at a time: on SQLite by the lock every writing transaction has, on
PostgreSQL by one that is taken here, late, and held until the commit that follows.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from core.db import Database
from core.journal.actor import Actor
from core.journal.models import JournalLine
from core.journal.telling import Line

BEFORE_THE_FIRST: Final = "0" * 64
# Any number of ours; one lock for the one chain.
_LOCK: Final = text("SELECT pg_advisory_xact_lock(5207190)")
_AT_ONCE: Final = 1000
_COLUMNS: Final = (
    JournalLine.id,
    JournalLine.at,
    JournalLine.by,
    JournalLine.via,
    JournalLine.what,
    JournalLine.about,
    JournalLine.before,
    JournalLine.after,
    JournalLine.previous_hash,
    JournalLine.hash,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A line's place in the chain."""

    id: int = 0
    hash: str = BEFORE_THE_FIRST


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What reading the chain found: how far it holds, and where and why it does not."""

    lines: int
    last: Link
    broken_at: int = 0
    # "missing", "changed" or "not linked".
    why: str = ""

    @property
    def holds(self) -> bool:
        return not self.why


def append(
    session: Session, lines: Sequence[Line], *, actor: Actor, at: datetime
) -> None:
    """Write *lines* at the end, in this transaction."""
    lock(session)
    last = head(session)
    rows = []
    for line in lines:
        row: dict[str, Any] = {
            "id": last.id + 1,
            "at": at,
            "by": actor.by,
            "via": actor.via,
            "what": line.what,
            "about": line.about,
            "before": dict(line.before),
            "after": dict(line.after),
            "previous_hash": last.hash,
        }
        row["hash"] = hash_of(row)
        rows.append(row)
        last = Link(id=row["id"], hash=row["hash"])
    session.execute(insert(JournalLine), rows)


def lock(session: Session) -> None:
    """One writer at a time until this transaction ends; SQLite has no other way anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_LOCK)


def head(session: Session) -> Link:
    """The last line, or what stands before the first."""
    found = session.execute(
        select(JournalLine.id, JournalLine.hash)
        .order_by(JournalLine.id.desc())
        .limit(1)
    ).one_or_none()
    return Link(id=found.id, hash=found.hash) if found is not None else Link()


def hash_of(row: Mapping[str, Any]) -> str:
    """SHA-256 over the line and the hash of the line before it, in one agreed spelling."""
    at = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    told = {**row, "at": at}
    told.pop("hash", None)
    written = json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("ascii")).hexdigest()


def verify(database: Database, *, since: Link | None = None) -> Verdict:
    """Read the chain from its first line, or from one that is known to hold.

    In steps, each with a view of its own: a long reader would keep the database from
    cleaning up behind those who write.
    """
    last, count = since or Link(), 0
    while True:
        with database.read() as session:
            rows = _after(session, last)
        for row in rows:
            why = _fault(row, last)
            if why:
                return Verdict(lines=count, last=last, broken_at=last.id + 1, why=why)
            last, count = Link(id=row["id"], hash=row["hash"]), count + 1
        if len(rows) < _AT_ONCE:
            return Verdict(lines=count, last=last)


def _after(session: Session, last: Link) -> Sequence[Mapping[str, Any]]:
    found = session.execute(
        select(*_COLUMNS)
        .where(JournalLine.id > last.id)
        .order_by(JournalLine.id)
        .limit(_AT_ONCE)
    )
    return [dict(row) for row in found.mappings()]


def _fault(row: Mapping[str, Any], last: Link) -> str:
    if row["id"] != last.id + 1:
        return "missing"
    if row["previous_hash"] != last.hash:
        return "not linked"
    return "" if row["hash"] == hash_of(row) else "changed"


def rows_of(lines: Sequence[JournalLine]) -> Iterator[Mapping[str, Any]]:
    """As they are handed out: whoever has the rows can work out the hashes again."""
    for line in lines:
        row = {column.key: getattr(line, column.key) for column in _COLUMNS}
        yield {**row, "at": row["at"].isoformat(timespec="microseconds")}
