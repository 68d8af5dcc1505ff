"""Before an embedded database is upgraded, a copy of it is laid beside: the way back.

An older program refuses newer tables, so whoever goes back to it needs the file of then.
"""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from core.db import Database
from core.errors import Conflict
from core.log import logger
from core.wording import worded

_log = logger("migrations")

# Of this many upgrades; each is as large as the office was.
_KEPT: Final = 2
# For the copy, and for tables that are made anew.
_ROOM: Final = 2
_PAGES: Final = 1_000


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def keep(
    database: Database, revision: str, *, free: Callable[[Path], int] = _free
) -> Path | None:
    """Copy the file as it is; answers its name. None where there is no file.

    Raises Conflict where there is no room for it, before anything was changed.
    """
    name = database.engine.url.database
    if database.engine.dialect.name != "sqlite" or not name or name == ":memory:":
        return None
    file = Path(name)
    copy = file.with_name(f"{file.name}.of-{revision}")
    _require_room(file, free(file.parent))
    aside = copy.with_name(f".{copy.name}.part")
    aside.unlink(missing_ok=True)
    aside.touch(mode=0o600)
    try:
        # What is committed, while the caller holds the right to write.
        with (
            closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(aside)) as target,
        ):
            source.backup(target, pages=_PAGES, sleep=0)
        aside.replace(copy)
    finally:
        aside.unlink(missing_ok=True)
    _log.warning("database.copied", file=str(copy), revision=revision)
    for old in _others(file, copy)[_KEPT - 1 :]:
        old.unlink()
    return copy


def _others(file: Path, copy: Path) -> list[Path]:
    """Our own names, the newest first."""
    pattern = f"{file.name}.of-[0-9][0-9][0-9][0-9]"
    return sorted(set(file.parent.glob(pattern)) - {copy}, reverse=True)


def _require_room(file: Path, free: int) -> None:
    size = file.stat().st_size
    if free < _ROOM * size:
        raise Conflict(
            worded(
                "There is no room to copy the database before it is upgraded: %(size)s bytes, twice.",
                size=size,
            ),
            to=str(file.parent),
            mend=worded(
                "Make room there. Or make a backup elsewhere and run `parution migrate --no-copy`."
            ),
        )
