"""One look at each thing the office stands on: what was found, as values. Raises nothing odd.

The checkup says them in words, readiness as yes or no, the figures as numbers.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

from lxml import etree
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.backup import nightly
from app.backup.shelves import Kept
from app.bootstrap import Office
from core.models import JobPulse
from core.zones import moment_of
from distributor.sending.hold import NAME as HOLD

LITTLE_ROOM: Final = 2 * 1024**3
NO_ROOM: Final = 200 * 1024**2
# Less cannot hold the rows of one batch beside SQLite's own files.
NO_ROOM_AT_ALL: Final = 20 * 1024**2
# Most jobs tick far more often, and their pulse is written each minute.
STILL: Final = timedelta(minutes=10)
# Those that do not, and how often they tick; a test compares them with the jobs.
SELDOM: Final[Mapping[str, timedelta]] = {
    "forget": timedelta(hours=1),
    "forget-guests": timedelta(hours=1),
    "journal": timedelta(minutes=10),
    "legal": timedelta(minutes=30),
    "retention": timedelta(minutes=10),
}
# Machines that share a database and differ by more have a clock that is wrong.
CLOCKS_APART: Final = timedelta(minutes=2)
# From here on libxml2 bounds what an entity may grow to by itself (trust case 67).
LIBXML2_FLOOR: Final = (2, 11, 0)
# File systems on another machine, where SQLite's locks do not hold.
_NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph", "glusterfs"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One job, as the pulse has it. Machine time."""

    job: str
    ran_at: datetime
    is_failing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsers:
    """The libraries that read what others wrote."""

    versions: dict[str, str]
    is_libxml2_new_enough: bool


def ticks(session: Session) -> Sequence[Tick]:
    """The jobs, the one that ran last at the end."""
    return [
        Tick(
            job=row.name,
            ran_at=row.ran_at,
            is_failing=row.failed_at is not None and row.failed_at >= row.ran_at,
        )
        for row in session.scalars(select(JobPulse).order_by(JobPulse.ran_at))
    ]


def still(found: Sequence[Tick], now: datetime) -> Sequence[str]:
    return [
        one.job
        for one in found
        if now - one.ran_at > STILL + SELDOM.get(one.job, timedelta())
    ]


def is_anybody_ticking(found: Sequence[Tick], now: datetime) -> bool:
    return any(now - one.ran_at <= STILL for one in found)


def clocks_apart(found: Sequence[Tick], now: datetime) -> timedelta:
    """How far ahead of this machine's clock the newest tick was written; zero for none."""
    ahead = max((one.ran_at - now for one in found), default=timedelta())
    return ahead if ahead > CLOCKS_APART else timedelta()


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def parsers() -> Parsers:
    libxml2 = etree.LIBXML_VERSION
    return Parsers(
        versions={
            "libxml2": ".".join(map(str, libxml2)),
            **{
                name: version(name)
                for name in ("lxml", "feedparser", "trafilatura", "beautifulsoup4")
            },
        },
        is_libxml2_new_enough=bool(libxml2 >= LIBXML2_FLOOR),
    )


def is_writable(office: Office, session: Session) -> bool:
    """Whether the database lets itself be written, as far as asking shows it."""
    if session.get_bind().dialect.name == "sqlite":
        file = office.database.engine.url.database
        return not file or os.access(file, os.W_OK)
    said = session.scalar(text("SHOW transaction_read_only"))
    return bool(said == "off")


def network_file_system(file: Path) -> str:
    """The kind of network file system *file* lies on; empty on a disk of this machine."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        # Not Linux: nobody says.
        return ""
    kinds = {
        parts[1]: parts[2]
        for line in mounts.splitlines()
        if len(parts := line.split()) > 2  # noqa: PLR2004 - device, place, kind
    }
    place = file.resolve()
    under = next(
        (kinds[str(one)] for one in (place, *place.parents) if str(one) in kinds), ""
    )
    return under if under in _NETWORK else ""


def newest_backup(office: Office) -> Kept | None:
    """The newest that is known here; each counts only after it was verified."""
    return nightly.newest(office.settings)


def made_at(office: Office, kept: Kept) -> datetime:
    """The moment its night had its backup due."""
    given = office.settings
    at = datetime.combine(kept.day, time.fromisoformat(given.backup.at))
    return moment_of(at, given.organisation.zone)


def held_since(data_dir: Path) -> datetime | None:
    """Since when everything is on hold, by the file's own time; None when it is not."""
    try:
        changed = (data_dir / HOLD).stat().st_mtime
    except OSError:
        return None
    return datetime.fromtimestamp(changed, UTC)
