"""What a command names as a backup: a file, or s3://BUCKET/NAME in the store of the settings."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.backup.shelves import StoreShelf
from app.backup.store import Store
from core.errors import BadInput, BadSetting
from core.settings import PREFIX, Settings
from core.wording import worded

_STORE: Final = "s3://"
_FETCHED: Final = "parution-fetched-"


@contextmanager
def to_write(settings: Settings, target: str) -> Iterator[Path]:
    """The file to write; where it is for the store, it is put there afterwards."""
    if not target.startswith(_STORE):
        yield Path(target)
        return
    shelf, name = _on_shelf(settings, target)
    with _aside(settings) as folder:
        yield folder / name
        shelf.keep(folder / name, name)


@contextmanager
def to_read(settings: Settings, target: str) -> Iterator[Path]:
    """The file to read; one of the store is fetched, held to its receipt, and gone afterwards."""
    if not target.startswith(_STORE):
        yield Path(target)
        return
    shelf, name = _on_shelf(settings, target)
    with _aside(settings) as folder:
        shelf.fetch(name, folder / name)
        yield folder / name


def _on_shelf(settings: Settings, target: str) -> tuple[StoreShelf, str]:
    bucket, _, path = target.removeprefix(_STORE).partition("/")
    prefix, _, name = path.rpartition("/")
    if not bucket or not name:
        raise BadInput(
            worded("This names no backup in a store."),
            to=target,
            mend=worded("Write it like s3://bucket/parution/office.age."),
        )
    given = settings.backup.store
    if not given.endpoint:
        raise BadSetting(
            worded("No store of backups is set up."),
            to=f"{PREFIX}BACKUP__STORE__ENDPOINT",
            mend=worded("Set backup.store: its endpoint, bucket, key_id and secret."),
        )
    return StoreShelf(Store(given, bucket=bucket, prefix=prefix)), name


@contextmanager
def _aside(settings: Settings) -> Iterator[Path]:
    """Where there is room for a backup; what lies there is encrypted."""
    place = settings.data_dir if settings.data_dir.is_dir() else None
    with tempfile.TemporaryDirectory(prefix=_FETCHED, dir=place) as folder:
        yield Path(folder)
