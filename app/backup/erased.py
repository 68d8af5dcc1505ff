"""The ledger of erasures: who was erased stays so in a backup of before."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.backup.beside import Entries, Entry, Kind
from app.legal import person
from core.db import Database
from core.errors import NotFound
from core.log import logger
from distributor.contacts import erasures

_log = logger("backup")


def _known(session: Session) -> Entries:
    return {one: Entry(at=at) for one, at in erasures.noted(session).items()}


def _replay(database: Database, entries: Entries, now: datetime) -> int:
    """Erase again whom this database does not know to be erased."""
    with database.read() as session:
        known = erasures.noted(session)
        new = {
            one: entry.at
            for one, entry in entries.items()
            if one not in known or known[one] < entry.at
        }
        keys = erasures.named(session, new) if new else []
    if not new:
        return 0
    with database.write(ledger=True) as session:
        erasures.let_go(session, keys, now=now)
    for key in keys:
        with database.write() as session:
            _erase(session, key, now=now)
    with database.write() as session:
        erasures.forget_hashed(session, new)
        for one, at in new.items():
            erasures.note(session, [one], at=at)
    if keys:
        _log.warning("erasures.done-again", addresses=len(keys))
    return len(keys)


def _erase(session: Session, key: str, *, now: datetime) -> None:
    try:
        person.erase(session, key, now=now)
    except NotFound:
        # Of the same person as one that was erased a moment ago.
        return


ERASURES: Final = Kind(
    name="erased",
    known=_known,
    replay=_replay,
    kept_for=lambda settings: timedelta(days=settings.retention.erasure_days),
)
