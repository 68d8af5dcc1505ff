"""Ledgers beside the backups: what people asked since a backup holds in what is restored from it.

Each stands in the data folder, and encrypted on every shelf; it holds hashes and moments. A
database that does not know an entry is older than it, and the entry is applied to it again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import pyrage
from sqlalchemy.orm import Session

from app.backup import sealed, shelves
from app.backup.shelves import FolderShelf, Shelf
from core.clock import Clock
from core.db import Database
from core.errors import OfficeError
from core.jobs import Job
from core.log import logger
from core.settings import Settings

_log = logger("backup")

# After a shelf was away.
_AGAIN: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    at: datetime
    # One word, such as why; empty where nothing is to be said.
    why: str = ""


# By the SHA-256 of an address.
Entries = Mapping[str, Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One ledger: what a database knows of it, and how what it does not know is done again."""

    # Of its file in the data folder, which holds the office's key too.
    name: str
    known: Callable[[Session], Entries]
    # Answers how many addresses it was for.
    replay: Callable[[Database, Entries, datetime], int]
    # What is older stays in no copy; None keeps it for as long as the office is.
    kept_for: Callable[[Settings], timedelta | None] = lambda _: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """For how many addresses it was done again, and which copies could not be read or written."""

    addresses: int
    faults: Sequence[str]


class Ledger:
    """Keeps every copy alike. Any number of processes may each have one."""

    def __init__(
        self, kind: Kind, *, database: Database, clock: Clock, settings: Settings
    ) -> None:
        self.kind = kind
        self._database = database
        self._clock = clock
        self._settings = settings
        home = _Copy(FolderShelf(settings.data_dir), kind.name, key=None)
        key = settings.backup.key.get_secret_value()
        self._copies = [
            home,
            *(_Copy(one, kind.name, key=key) for one in shelves.shelves(settings)),
        ]

    def tick(self) -> int:
        """Answers for how many addresses it was done again: none, but after a restore."""
        now = self._clock.now()
        with self._database.read() as session:
            known = self.kind.known(session)
        # One that is away for a while keeps no other from being written.
        due = [one for one in self._copies if one.holds != known and one.is_due(now)]
        return self._gather(due, now).addresses if due else 0

    def gather(self, *, now: datetime) -> Gathered:
        """Read every copy, do again what is new here, write what a copy does not have."""
        return self._gather(self._copies, now)

    def _gather(self, copies: Sequence["_Copy"], now: datetime) -> Gathered:
        faults: list[str] = []
        read = [
            (copy, told)
            for copy in copies
            if (told := copy.read(faults, now)) is not None
        ]
        kept_for = self.kind.kept_for(self._settings)
        since = None if kept_for is None else now - kept_for
        entries = _joined([told for _, told in read], since=since)
        done = self.kind.replay(self._database, entries, now)
        with self._database.read() as session:
            known = self.kind.known(session)
        for copy, told in read:
            if told == known:
                copy.holds = known
            else:
                copy.write(known, faults, now)
        return Gathered(addresses=done, faults=faults)


class _Copy:
    """The ledger in one place; what cannot be done is said in *faults*."""

    def __init__(self, shelf: Shelf, name: str, *, key: str | None) -> None:
        self._shelf = shelf
        self._key = key
        self._name = name if key is None else f"parution-{name}.age"
        # As it was last seen or written here.
        self.holds: Entries | None = None
        self._again_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        return self._again_at is None or now >= self._again_at

    def read(self, faults: list[str], now: datetime) -> Entries | None:
        try:
            words = self._shelf.noted(self._name)
            return {} if words is None else _parsed(self._open(words).decode())
        except (OfficeError, OSError, ValueError, pyrage.DecryptError) as fault:
            faults.append(self._failed(fault, now))
            return None

    def write(self, entries: Entries, faults: list[str], now: datetime) -> None:
        try:
            self._shelf.note(self._name, self._shut(_lines(entries).encode()))
        except (OfficeError, OSError) as fault:
            faults.append(self._failed(fault, now))
        else:
            self.holds, self._again_at = entries, None

    def _failed(self, fault: Exception, now: datetime) -> str:
        self._again_at = now + _AGAIN
        where = f"{self._shelf.where}/{self._name}"
        _log.error("ledger.fault", where=where, reason=str(fault))
        return f"{where}: {fault}"

    def _open(self, words: bytes) -> bytes:
        if self._key is None:
            return words
        return bytes(pyrage.decrypt(words, [sealed.read_key(self._key)]))

    def _shut(self, words: bytes) -> bytes:
        if self._key is None:
            return words
        return bytes(pyrage.encrypt(words, [sealed.read_key(self._key).to_public()]))


def job(ledgers: Sequence[Ledger]) -> Job:
    return Job(
        name="ledgers",
        every=timedelta(minutes=1),
        run=lambda: sum([one.tick() for one in ledgers]),
        # It follows what people ask: nothing of it is planned.
        next_due=lambda: None,
    )


def _joined(copies: Sequence[Entries], *, since: datetime | None) -> Entries:
    joined: dict[str, Entry] = {}
    for entries in copies:
        for one, entry in entries.items():
            if since is not None and entry.at < since:
                continue
            if one not in joined or joined[one].at < entry.at:
                joined[one] = entry
    return joined


def _lines(entries: Entries) -> str:
    return "".join(
        f"{one} {entry.at.astimezone(UTC).isoformat()} {entry.why}".rstrip() + "\n"
        for one, entry in sorted(entries.items())
    )


def _parsed(words: str) -> Entries:
    """Raises ValueError."""
    entries = {}
    for line in words.splitlines():
        one, at, *why = line.split(" ", 2)
        entries[one] = Entry(at=datetime.fromisoformat(at), why="".join(why))
    return entries
