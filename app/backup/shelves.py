"""Where backups stand: a folder, a store, or both. What bears a backup's name can be restored.

In a folder a file gets its name after it was verified. In a store a backup counts once its
receipt stands beside it, which is written after all of it was read back and compared: an
upload that was cut off has none, and is written over.
"""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final, Protocol

from app.backup import sealed
from app.backup.store import Content, Store
from core.errors import BadInput, Unavailable
from core.settings import Settings
from core.wording import worded

# Of one night; nothing else is ever removed.
_OURS: Final = re.compile(r"parution-(\d{4}-\d\d-\d\d)\.age")
_RECEIPT: Final = ".receipt"
_ANY: Final = "parution-????-??-??.age"
_UNVERIFIED: Final = "parution-????-??-??.unverified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One night's backup, whole and verified."""

    day: date
    name: str
    size: int
    # The folder or the store.
    where: str


class Shelf(Protocol):
    @property
    def where(self) -> str: ...

    def kept(self) -> Sequence[Kept]:
        """The nights' backups, the oldest first. Raises OfficeError, OSError."""
        ...

    def keep(self, file: Path, name: str) -> None:
        """Put a verified *file* there under *name*: as a whole, or it does not count."""
        ...

    def drop(self, name: str) -> None: ...

    def tidy(self) -> None:
        """Remove what backups that were cut off on earlier nights left."""
        ...

    def note(self, name: str, words: bytes) -> None:
        """A small file beside the backups, written over as a whole."""
        ...

    def noted(self, name: str) -> bytes | None: ...


def name_of(day: date) -> str:
    return f"parution-{day.isoformat()}.age"


def shelves(settings: Settings) -> Sequence[Shelf]:
    """Those that the settings name."""
    given = settings.backup
    found: list[Shelf] = []
    if given.folder:
        found.append(FolderShelf(Path(given.folder)))
    if given.store.bucket:
        found.append(StoreShelf(Store(given.store)))
    return found


def prune(shelf: Shelf, *, keep: int) -> None:
    """Drop all but the newest few of our nights' backups, and no other name."""
    for old in shelf.kept()[:-keep]:
        shelf.drop(old.name)
    shelf.tidy()


class FolderShelf:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def where(self) -> str:
        return str(self.folder)

    def kept(self) -> Sequence[Kept]:
        return [
            Kept(day=day, name=one.name, size=one.stat().st_size, where=self.where)
            for one in sorted(self.folder.glob(_ANY))
            if (day := _day_of(one.name)) is not None
        ]

    def keep(self, file: Path, name: str) -> None:
        """A file made in this folder is only renamed."""
        if file.parent == self.folder:
            file.replace(self.folder / name)
            return
        aside = self.folder / f".{name}.part"
        try:
            with file.open("rb") as source, sealed.private(aside) as out:
                shutil.copyfileobj(source, out)
                out.flush()
                os.fsync(out.fileno())
            aside.replace(self.folder / name)
        finally:
            aside.unlink(missing_ok=True)

    def drop(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)

    def tidy(self) -> None:
        for pattern in (f".{_ANY}.part", f".{_ANY}.unverified.part", _UNVERIFIED):
            for left in self.folder.glob(pattern):
                left.unlink(missing_ok=True)

    def note(self, name: str, words: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        # Two processes may say it at once: each writes a file of its own first.
        handle, aside = tempfile.mkstemp(prefix=f".{name}.", dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(words)
                out.flush()
                os.fsync(out.fileno())
            Path(aside).replace(self.folder / name)
        finally:
            Path(aside).unlink(missing_ok=True)

    def noted(self, name: str) -> bytes | None:
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None


class StoreShelf:
    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def where(self) -> str:
        return self._store.name

    def kept(self) -> Sequence[Kept]:
        there = self._store.names()
        return [
            Kept(day=day, name=name, size=there[name], where=self.where)
            for name in sorted(there)
            if (day := _day_of(name)) is not None and f"{name}{_RECEIPT}" in there
        ]

    def keep(self, file: Path, name: str) -> None:
        receipt = f"{name}{_RECEIPT}"
        # One of the same name is a backup no more from here on. A store may forbid removing.
        if self._store.words(receipt) is not None:
            self._store.remove(receipt)
        put = self._store.put(name, file)
        if self._store.look(name) != put:
            raise Unavailable(
                worded("What the store of backups keeps is not what it was given."),
                to=f"{self.where}/{name}",
                mend=worded(
                    "It is tried again. If it happens again, use another store."
                ),
            )
        self._store.say(receipt, json.dumps(asdict(put)).encode())

    def fetch(self, name: str, file: Path) -> None:
        """Raises BadInput where what came is not what its receipt says."""
        said = self._store.words(f"{name}{_RECEIPT}")
        came = self._store.fetch(name, file)
        if said is not None and came != _receipt(said):
            raise BadInput(
                worded("This backup is not what its receipt says: it was changed."),
                to=f"{self.where}/{name}",
                mend=worded("Take the backup before it."),
            )

    def drop(self, name: str) -> None:
        # Without its receipt it counts no more, should the rest fail.
        self._store.remove(f"{name}{_RECEIPT}")
        self._store.remove(name)

    def tidy(self) -> None:
        there = self._store.names()
        whole = [one.name for one in self.kept()]
        for name in there:
            is_ours = _day_of(name) is not None
            # Today's may be on its way; what is older than a whole one never comes.
            if is_ours and name not in whole and name < max(whole, default=""):
                self._store.remove(name)

    def note(self, name: str, words: bytes) -> None:
        self._store.say(name, words)

    def noted(self, name: str) -> bytes | None:
        return self._store.words(name)


def _receipt(said: bytes) -> Content | None:
    try:
        told = json.loads(said)
        return Content(size=int(told["size"]), sha256=str(told["sha256"]))
    except (ValueError, KeyError, TypeError):
        return None


def _day_of(name: str) -> date | None:
    ours = _OURS.fullmatch(name)
    try:
        return date.fromisoformat(ours[1]) if ours else None
    except ValueError:
        return None
