"""Each night's backup: made at its hour, verified, put where it belongs, told of when it fails."""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.alert_words import BACKUP_FAILED
from app.backup import keeping, sealed, shelves
from app.backup.shelves import FolderShelf, Kept, Shelf
from core.alerts import Raised, open_alerts, settle
from core.clock import Clock
from core.db import Database
from core.errors import OfficeError
from core.jobs import Job
from core.log import logger
from core.settings import Settings
from core.trouble import trouble
from core.zones import moment_of, wall_of

_log = logger("backup")

# A backup that failed is tried again after this, until the day is over.
_AGAIN: Final = timedelta(minutes=30)
# In the data folder: what the last backup was, so that nobody has to ask a store.
_LAST: Final = "last_backup"
# Any number of ours; one worker at a time makes the backup of a shared database.
_LOCK_FILE: Final = "backup.lock"
_FAULTS: Final = (OfficeError, OSError, SQLAlchemyError)
_LOCK: Final = text("SELECT pg_try_advisory_lock(5207191)")


def newest(settings: Settings) -> Kept | None:
    """The newest that is known here: of the folder, or as it was noted when it was made."""
    folder = settings.backup.folder
    there = list(FolderShelf(Path(folder)).kept()) if folder else []
    noted = _noted(settings.data_dir)
    if noted is not None and settings.backup.store.bucket:
        there.append(noted)
    return max(there, key=lambda one: one.day, default=None)


class Nightly:
    """One idempotent tick: a night has its backup when it stands on every shelf."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        settings: Settings,
        keys: Sequence[str],
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._keys = keys
        self._shelves = shelves.shelves(settings)
        self._again_at: datetime | None = None
        # A store is not asked again each minute for what it has.
        self._stands: set[tuple[str, date]] = set()

    def tick(self) -> int:
        """Answers on how many shelves today's was put."""
        now = self._clock.now()
        day = self._day(now)
        if day is None or (self._again_at is not None and now < self._again_at):
            return 0
        if all(self._stands_on(one, day) for one in self._shelves):
            return 0
        try:
            with _alone(self._database, self._settings.data_dir) as is_alone:
                if not is_alone:
                    return 0
                made, faults = self._bring(day, now)
        except _FAULTS as fault:
            made, faults = 0, [_said(fault)]
        self._again_at = now + _AGAIN if faults else None
        for reason in faults:
            _log.error("backup.failed", reason=" ".join(reason.splitlines()))
        if made or faults:
            self._tell([_failed("\n".join(faults))] if faults else [], now)
        return made

    def next_due(self) -> datetime | None:
        """A rehearsal's clock need not wait for a backup."""
        return None

    def _day(self, now: datetime) -> date | None:
        """Today, when its hour has come."""
        zone = self._settings.organisation.zone
        day = wall_of(now, zone).date()
        at = datetime.combine(day, time.fromisoformat(self._settings.backup.at))
        return None if now < moment_of(at, zone) else day

    def _bring(self, day: date, now: datetime) -> tuple[int, Sequence[str]]:
        """Put today's where it is missing: how many, and why not everywhere."""
        made, faults = 0, []
        for shelf in self._shelves:
            try:
                made += self._keep(shelf, day, now)
            except _FAULTS as fault:
                faults.append(_said(fault))
        return made, faults

    def _keep(self, shelf: Shelf, day: date, now: datetime) -> int:
        if self._has(shelf, day):
            return 0
        name = shelves.name_of(day)
        with self._file(shelf, name, now) as file:
            size = file.stat().st_size
            shelf.keep(file, name)
        self._stands.add((shelf.where, day))
        self._note(Kept(day=day, name=name, size=size, where=shelf.where))
        _log.info("backup.kept", where=shelf.where, name=name, bytes=size)
        shelves.prune(shelf, keep=self._settings.backup.keep)
        return 1

    def _stands_on(self, shelf: Shelf, day: date) -> bool:
        """As far as it is known without asking a store."""
        if isinstance(shelf, FolderShelf):
            return any(one.day == day for one in shelf.kept())
        return (shelf.where, day) in self._stands

    def _has(self, shelf: Shelf, day: date) -> bool:
        if self._stands_on(shelf, day):
            return True
        for one in shelf.kept():
            if one.day == day:
                self._stands.add((shelf.where, day))
                # Another host may have made it: here, too, the last one is known by its note.
                self._note(one)
                return True
        return False

    @contextmanager
    def _file(self, shelf: Shelf, name: str, now: datetime) -> Iterator[Path]:
        """The folder's of today for the store, else a new one, verified by restoring it."""
        folder = Path(self._settings.backup.folder or self._settings.data_dir)
        there = folder / name
        if not isinstance(shelf, FolderShelf) and there.exists():
            yield there
            return
        folder.mkdir(parents=True, exist_ok=True)
        aside = there.with_suffix(".unverified")
        try:
            self._make(aside, now)
            yield aside
        finally:
            aside.unlink(missing_ok=True)

    def _make(self, file: Path, now: datetime) -> None:
        key = sealed.read_key(self._settings.backup.key.get_secret_value())
        keys = tuple(self._keys)
        keeping.back_up(self._database, file, key=key, keys=keys, now=now)
        # Beside the database, where there is room for another of its size.
        place = self._settings.data_dir
        keeping.forget_scratches(place)
        keeping.verify(file, key=key, place=place)

    def _note(self, kept: Kept) -> None:
        file = self._settings.data_dir / _LAST
        aside = file.with_name(f".{_LAST}")
        told = asdict(kept) | {"day": kept.day.isoformat()}
        aside.write_text(json.dumps(told), encoding="utf-8")
        aside.replace(file)

    def _tell(self, held: Sequence[Raised], now: datetime) -> None:
        with self._database.read() as session:
            there = {one.about for one in open_alerts(session, rules=[BACKUP_FAILED])}
        if there != {one.about for one in held}:
            with self._database.write() as session:
                settle(session, held, rules=[BACKUP_FAILED], now=now)


def _said(fault: Exception) -> str:
    """A full disk under the scratch of a verification is the database's fault there."""
    known = trouble(fault) or fault
    return known.kept if isinstance(known, OfficeError) else str(known)


def _failed(reason: str) -> Raised:
    return Raised(rule=BACKUP_FAILED, about="backup", fields={"reason": reason})


def _noted(data_dir: Path) -> Kept | None:
    try:
        told = json.loads((data_dir / _LAST).read_text(encoding="utf-8"))
        return Kept(**told | {"day": date.fromisoformat(told["day"])})
    except (OSError, ValueError, KeyError, TypeError):
        # None yet, or somebody's hand in it: as good as none.
        return None


@contextmanager
def _alone(database: Database, data_dir: Path) -> Iterator[bool]:
    """Whether no other worker of this office makes its backup now."""
    if database.engine.dialect.name == "postgresql":
        engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            # It is nobody's after this: the lock ends with it, whatever happens here.
            connection.detach()
            yield bool(connection.scalar(_LOCK))
        return
    handle = os.open(data_dir / _LOCK_FILE, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(handle)


def job(nightly: Nightly) -> Job:
    return Job(
        name="backup",
        every=timedelta(minutes=1),
        run=nightly.tick,
        next_due=nightly.next_due,
    )
