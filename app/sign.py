"""A worker's sign of life: when its own jobs last ran and could be written down.

The rows of its pulse are shared with every other worker. Whether this machine's worker
lives is told by a file of its own, named for the machine, which in a container is one's own.
"""

import platform
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

_FOLDER: Final = "workers"
# It is renewed each minute. One that is missed may be a machine under load.
_ALIVE: Final = timedelta(minutes=2, seconds=30)
_KEPT: Final = timedelta(days=2)


def leave(data_dir: Path, now: datetime) -> None:
    """Renew this machine's sign, whole at any moment; those of machines long gone go."""
    path = _path(data_dir)
    path.parent.mkdir(exist_ok=True)
    aside = path.with_name(f"{path.name}.new")
    aside.write_text(now.isoformat(), encoding="utf-8")
    aside.replace(path)
    for other in path.parent.iterdir():
        left = _left(other)
        if left is None or now - left > _KEPT:
            other.unlink(missing_ok=True)


def last(data_dir: Path) -> datetime | None:
    """When the worker of this machine left it, if ever."""
    return _left(_path(data_dir))


def is_alive(left: datetime | None, now: datetime) -> bool:
    return left is not None and now - left <= _ALIVE


def _path(data_dir: Path) -> Path:
    return data_dir / _FOLDER / platform.node()


def _left(path: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
