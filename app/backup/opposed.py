"""The ledger of oppositions: who must not be mailed is not mailed from a backup of before.

An opposition that a person lifted since is known by its lifting. One that was lifted after
the backup is there again in what is restored: too few mails mend more easily than one too many.
"""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.backup.beside import Entries, Entry, Kind
from core.db import Database
from core.log import logger
from distributor.contacts import erasures, suppression

_log = logger("backup")


def _known(session: Session) -> Entries:
    return {
        one: Entry(at=since, why=reason if reason in suppression.REASONS else "")
        for one, (since, reason) in suppression.noted(session).items()
    }


def _replay(database: Database, entries: Entries, now: datetime) -> int:
    """Suppress again whom this database does not know to have opposed."""
    with database.read() as session:
        known, lifted = suppression.noted(session), suppression.lifted(session)
        new = {
            one: entry
            for one, entry in entries.items()
            if one not in known and (one not in lifted or lifted[one] < entry.at)
        }
        keys = erasures.named(session, new) if new else []
    if not new:
        return 0
    written = {suppression.digest(key): key for key in keys}
    with database.write(ledger=True) as session:
        for one, entry in new.items():
            suppression.suppress_again(
                session,
                one,
                written.get(one),
                reason=entry.why or suppression.REASONS[0],
                since=entry.at,
                now=now,
            )
    _log.warning("oppositions.done-again", addresses=len(new))
    return len(new)


OPPOSITIONS: Final = Kind(name="opposed", known=_known, replay=_replay)
