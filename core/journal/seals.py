"""Seals: the office signs the chain up to its last line, so that no tail is cut off unnoticed."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import Database
from core.errors import BadInput
from core.journal import chain
from core.journal.chain import Link, Verdict
from core.journal.models import JournalLine, JournalSeal
from core.signing import SigningKey, is_signed


def last(session: Session) -> JournalSeal | None:
    return session.scalar(select(JournalSeal).order_by(JournalSeal.id.desc()).limit(1))


def last_whole(session: Session) -> JournalSeal | None:
    """The last one for which the whole chain was read."""
    return session.scalar(
        select(JournalSeal)
        .where(JournalSeal.is_whole)
        .order_by(JournalSeal.id.desc())
        .limit(1)
    )


def sign(
    session: Session,
    verdict: Verdict,
    *,
    is_whole: bool,
    key: SigningKey,
    now: datetime,
) -> JournalSeal:
    """Seal a chain that was just found to hold."""
    chain.lock(session)
    before = last(session)
    made = JournalSeal(
        id=before.id + 1 if before is not None else 1,
        at=now,
        line_id=verdict.last.id,
        hash=verdict.last.hash,
        is_whole=is_whole,
        key=key.public,
        signature="",
    )
    made.signature = key.sign(_content(made, before))
    session.add(made)
    session.flush()
    return made


def verify(database: Database, *, since: JournalSeal | None, public: str) -> Verdict:
    """Read the chain on from a seal, or all of it and every seal. *public* is our key."""
    with database.read() as session:
        fault = (
            _seals_hold(session, public)
            if since is None
            else _holds(session, since, None, public=public, is_alone=True)
        )
    if fault is not None:
        return fault
    link = Link(id=since.line_id, hash=since.hash) if since is not None else None
    return chain.verify(database, since=link)


def _seals_hold(session: Session, public: str) -> Verdict | None:
    before = None
    for one in session.scalars(select(JournalSeal).order_by(JournalSeal.id)):
        fault = _holds(session, one, before, public=public)
        if fault is not None:
            return fault
        before = one
    return None


def _holds(
    session: Session,
    one: JournalSeal,
    before: JournalSeal | None,
    *,
    public: str,
    is_alone: bool = False,
) -> Verdict | None:
    """None for a seal that is ours, stands after the one before and names a line that is there."""
    if is_alone:
        before = session.get(JournalSeal, one.id - 1)
    expected = before.id + 1 if before is not None else 1
    if one.id != expected or not _is_ours(one, before, public=public):
        return _broken(one, "seal")
    found = session.scalar(
        select(JournalLine.hash).where(JournalLine.id == one.line_id)
    )
    if found is None:
        return _broken(one, "cut off")
    return None if found == one.hash else _broken(one, "changed")


def _is_ours(one: JournalSeal, before: JournalSeal | None, *, public: str) -> bool:
    if one.key != public:
        return False
    try:
        return is_signed(_content(one, before), one.signature, public=public)
    except BadInput:
        return False


def _broken(one: JournalSeal, why: str) -> Verdict:
    return Verdict(lines=0, last=Link(), broken_at=one.line_id, why=why)


def _content(one: JournalSeal, before: JournalSeal | None) -> bytes:
    told: dict[str, Any] = {
        "id": one.id,
        "at": one.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "line_id": one.line_id,
        "hash": one.hash,
        "is_whole": one.is_whole,
        "previous": before.signature if before is not None else "",
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
