"""Each night's backup: made at its hour, verified, told of when it fails, the oldest dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from app.alert_words import BACKUP_FAILED
from app.backup import keeping, sealed
from core.alerts import Raised, open_alerts, settle
from core.clock import Clock
from core.db import Database
from core.errors import OfficeError
from core.jobs import Job
from core.log import logger
from core.settings import Settings
from core.zones import moment_of, wall_of

_log = logger("backup")

_NAME: Final = "parution-{day}.age"
_PATTERN: Final = "parution-????-??-??.age"
# A backup that failed is tried again after this, until the day is over.
_AGAIN: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The newest backup in the folder."""

    file: Path
    day: date
    size: int


def newest(folder: Path) -> Kept | None:
    files = sorted(folder.glob(_PATTERN))
    if not files:
        return None
    last = files[-1]
    day = date.fromisoformat(last.stem.removeprefix("parution-"))
    return Kept(file=last, day=day, size=last.stat().st_size)


class Nightly:
    """One idempotent tick: a night has its backup when the file of its day is there."""

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
        self._keys = tuple(keys)
        self._again_at: datetime | None = None

    def tick(self) -> int:
        now = self._clock.now()
        file = self._due(now)
        if file is None or (self._again_at is not None and now < self._again_at):
            return 0
        try:
            self._make(file, now)
        except (OfficeError, OSError) as fault:
            _log.error("backup.failed", reason=str(fault))
            self._again_at = now + _AGAIN
            self._tell([_failed(str(fault))], now)
            return 0
        self._again_at = None
        self._tell([], now)
        return 1

    def next_due(self) -> datetime | None:
        """A rehearsal's clock need not wait for a backup."""
        return None

    def _due(self, now: datetime) -> Path | None:
        """The file of today, when its hour has come and it is not there."""
        given = self._settings.backup
        if not given.folder:
            return None
        zone = self._settings.organisation.zone
        day = wall_of(now, zone).date()
        at = datetime.combine(day, time.fromisoformat(given.at))
        file = Path(given.folder) / _NAME.format(day=day.isoformat())
        return None if now < moment_of(at, zone) or file.exists() else file

    def _make(self, file: Path, now: datetime) -> None:
        """Verified before it has its name: what bears it can be restored."""
        file.parent.mkdir(parents=True, exist_ok=True)
        key = sealed.read_key(self._settings.backup.key.get_secret_value())
        aside = file.with_suffix(".unverified")
        try:
            keeping.back_up(self._database, aside, key=key, keys=self._keys, now=now)
            # Beside the database, where there is room for another of its size.
            place = self._settings.data_dir
            keeping.forget_scratches(place)
            keeping.verify(aside, key=key, place=place)
            aside.replace(file)
        finally:
            aside.unlink(missing_ok=True)
        for old in sorted(file.parent.glob(_PATTERN))[: -self._settings.backup.keep]:
            old.unlink()

    def _tell(self, held: Sequence[Raised], now: datetime) -> None:
        with self._database.read() as session:
            there = {one.about for one in open_alerts(session, rules=[BACKUP_FAILED])}
        if there != {one.about for one in held}:
            with self._database.write() as session:
                settle(session, held, rules=[BACKUP_FAILED], now=now)


def _failed(reason: str) -> Raised:
    return Raised(rule=BACKUP_FAILED, about="backup", fields={"reason": reason})


def job(nightly: Nightly) -> Job:
    return Job(
        name="backup",
        every=timedelta(minutes=1),
        run=nightly.tick,
        next_due=nightly.next_due,
    )
