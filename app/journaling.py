"""Reads the journal by the clock: seals what holds, and raises an alert where it does not."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.alert_words import JOURNAL_BROKEN
from core.alerts import Raised, settle
from core.clock import Clock
from core.db import Database
from core.ids import Ids
from core.jobs import Job
from core.journal import chain, seals
from core.journal.chain import Verdict
from core.journal.models import JournalSeal
from core.log import logger
from core.settings import Settings
from core.signing import signing_key

_log = logger("journal")

# What was written since the last seal could be cut off unnoticed: not longer than this.
_SEALED_EVERY: Final = timedelta(hours=1)
# The newest lines are read each time, all of them so often.
_WHOLE_EVERY: Final = timedelta(days=1)
_EVERY: Final = timedelta(minutes=10)


@dataclass(slots=True, kw_only=True)
class Journaling:
    """Any number of processes may each have one."""

    database: Database
    clock: Clock
    ids: Ids
    settings: Settings
    # A chain that is broken stays so: it is not read anew at every tick.
    _rests_until: datetime | None = field(default=None, init=False)

    def tick(self) -> int:
        """Answers how many lines were read."""
        now = self.clock.now()
        if self._rests_until is not None and now < self._rests_until:
            return 0
        with self.database.read() as session:
            since, is_whole = self._due(session, now)
        if since is None and not is_whole:
            return 0
        return self.check(since=since, is_whole=is_whole).lines

    def check(self, *, since: JournalSeal | None, is_whole: bool) -> Verdict:
        """Read on from a seal, or all of it, and keep what was found."""
        now = self.clock.now()
        key = signing_key(self.settings.data_dir, self.ids)
        verdict = seals.verify(
            self.database, since=None if is_whole else since, public=key.public
        )
        with self.database.write() as session:
            # Alerts first, the chain after them, as everybody's commit has it.
            if is_whole or not verdict.holds:
                settle(session, _raised(verdict), rules=[JOURNAL_BROKEN], now=now)
            if verdict.holds and verdict.last.id:
                seals.sign(session, verdict, is_whole=is_whole, key=key, now=now)
                # Where logs go elsewhere, what this database said then is known there.
                _log.info(
                    "journal.sealed", line=verdict.last.id, hash=verdict.last.hash
                )
        if not verdict.holds:
            self._rests_until = now + _SEALED_EVERY
            _log.error("journal.broken", line=verdict.broken_at, why=verdict.why)
        return verdict

    def _due(self, session: Session, now: datetime) -> tuple[JournalSeal | None, bool]:
        """From which seal on to read, and whether all of it; (None, False) for nothing."""
        last, whole = seals.last(session), seals.last_whole(session)
        if whole is None or now - whole.at >= _WHOLE_EVERY:
            return None, chain.head(session).id > 0
        if last is None or now - last.at < _SEALED_EVERY:
            return None, False
        return (last if chain.head(session).id > last.line_id else None), False


def _raised(verdict: Verdict) -> list[Raised]:
    if verdict.holds:
        return []
    fields = {"number": verdict.broken_at, "why": verdict.why}
    return [Raised(rule=JOURNAL_BROKEN, about="journal", fields=fields)]


def job(journaling: Journaling) -> Job:
    return Job(
        name="journal",
        every=_EVERY,
        run=journaling.tick,
        # Nothing of the office waits for it, so no rehearsal's clock stands still for it.
        next_due=lambda: None,
    )
