"""When an office is opened anew: the files of its secrets changed, and what they say holds.

An orchestrator puts a new password into the file that `PARUTION_..._FILE` names; a process
that runs notices, tries the new settings beside the old ones, and only then ends what is in
flight and goes on with them, in the same process and on the same ports. Settings that are
wrong, and a database that does not open with them, leave the office as it is.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from app.bootstrap import Office, open_channels
from core.clock import Timer
from core.db import open_database
from core.errors import OfficeError
from core.log import logger
from core.settings import Settings
from distributor.sending import failover

_log = logger("renewing")

Contents = Mapping[Path, str]


class Renewing:
    """Asked every few seconds by the process that runs the office of *settings*."""

    def __init__(
        self, settings: Settings, *, read: Callable[[], Settings], timer: Timer
    ) -> None:
        """*read* reads the settings again."""
        self._read = read
        self._timer = timer
        self._files = tuple(_files(settings))
        self._opened_with = _contents(self._files)
        # What was seen last, and what was tried and found wanting.
        self._seen = self._refused = self._opened_with

    def is_due(self, asked: bool) -> bool:  # noqa: FBT001 - the shape that serve asks by
        """Whether the office shall be opened anew; *asked*, whatever the files say."""
        now = _contents(self._files)
        # Twice the same: nobody is in the middle of writing it.
        is_still, self._seen = now == self._seen, now
        if asked:
            return self._holds()
        if not is_still or now in (self._opened_with, self._refused):
            return False
        if self._holds():
            return True
        self._refused = now
        return False

    def _holds(self) -> bool:
        try:
            settings = self._read()
            open_channels(settings, timer=self._timer)
            _try(settings.resolved_database_url())
        except OfficeError as error:
            _log.error("settings.not-taken", reason=str(error))
            return False
        except Exception as error:  # noqa: BLE001 - whatever it is, the office goes on
            # Its words may hold what was read.
            _log.error("settings.not-taken", reason=type(error).__name__)
            return False
        _log.info("settings.renewed")
        return True


def go_on(office: Office, before: Settings) -> None:
    """Try again what a channel's fault kept for a person, where the channel is another now."""
    names = [
        name
        for name, given in office.settings.channels.items()
        if given != before.channels.get(name)
    ]
    if names:
        with office.database.write(ledger=True) as session:
            failover.try_again(session, names, now=office.clock.now())


def _files(settings: Settings) -> Iterator[Path]:
    yield from settings.files.values()
    for options in settings.channels.values():
        yield from _named(options)


def _named(options: Mapping[str, Any]) -> Iterator[Path]:
    for value in options.values():
        if isinstance(value, str | Path) and str(value) and Path(value).is_file():
            yield Path(value)


def _contents(files: Collection[Path]) -> Contents:
    """A hash of each; empty for one that cannot be read at this moment."""
    return {file: _hash(file) for file in files}


def _hash(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def _try(url: str) -> None:
    database = open_database(url)
    try:
        with database.engine.connect():
            pass
    finally:
        database.close()
