"""Where a restored office goes: what was there is put aside, never overwritten."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from core.errors import BadInput
from core.ids import Ids
from core.keys import NAME, keep_ring, split
from core.settings import Settings
from core.wording import worded

# What SQLite keeps beside its file.
_BESIDE: Final = ("", "-wal", "-shm")


def put_aside(settings: Settings) -> Path | None:
    """Rename the SQLite file of the office; answers its new name, None where there is none.

    Raises BadInput for another engine: its databases are not ours to move.
    """
    url = make_url(settings.resolved_database_url())
    if url.get_backend_name() != "sqlite" or not url.database:
        raise BadInput(
            worded("Only an office on SQLite is put aside by --replace."),
            to="--replace",
            mend=worded("Name an empty database in PARUTION_DATABASE_URL instead."),
        )
    file = Path(url.database)
    if not file.exists():
        return None
    aside = _free(file)
    for ending in _BESIDE:
        there = file.with_name(file.name + ending)
        if there.exists():
            there.rename(aside.with_name(aside.name + ending))
    return aside


def keep_keys(settings: Settings, keys: Sequence[str], ids: Ids) -> None:
    """Put the key ring of a backup where this office looks for it, unless it has one."""
    if settings.secret_key.get_secret_value().strip() or not keys:
        return
    path = settings.data_dir / NAME
    there = split(path.read_text(encoding="ascii")) if path.exists() else ()
    if there == tuple(keys):
        return
    if there:
        path.rename(_free(path))
    keep_ring(path, keys, ids)


def _free(file: Path) -> Path:
    names = (
        file.with_name(f"{file.name}.before-{number}") for number in range(1, 1000)
    )
    return next(name for name in names if not name.exists())
