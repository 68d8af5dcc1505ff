"""Following: the tick that adds to corrections whom their parents reached late (S8)."""

from core.clock import Clock
from core.db import Database
from core.ids import Ids
from core.log import logger
from distributor.after import corrections

_log = logger("corrections")


class Following:
    def __init__(self, *, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    def tick(self) -> int:
        """Answers how many were added. Reads first: most ticks find nobody."""
        now = self._clock.now()
        with self._database.read() as session:
            if not corrections.has_late(session, now=now):
                return 0
        with self._database.write(ledger=True) as session:
            added = corrections.add_late(session, ids=self._ids, now=now)
        _log.info("correction.followed", count=added)
        return added
