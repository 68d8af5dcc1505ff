"""Restored: a database older than what this office has sent sends nothing by itself.

Beside the database lies `sent_mark`, the number of the last attempt that was seen. A
database that knows fewer attempts was restored from a backup: what it plans may have left.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.alone import alone_in
from core.db import Database
from core.log import logger
from distributor.models import Attempt, Dispatch, Restoration
from distributor.sending import control, schedule
from distributor.states import DispatchState

NAME: Final = "sent_mark"
_WOULD_SEND = (DispatchState.PLANNED, DispatchState.RUNNING, DispatchState.PAUSED)

_log = logger("sending")


def hold(database: Database, *, now: datetime) -> int:
    """Hold every dispatch that would send, for a person to compare; answers how many."""
    with database.write(ledger=True) as session:
        return _hold_all(session, now=now)


class SentMark:
    """Where there is no data folder there is nothing to compare with, and nothing is held."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        self._database = database
        self._folder = data_dir
        self._is_checked = False

    def check(self, *, now: datetime) -> None:
        """Once in a process, before anything leaves: hold all where the database is older."""
        if self._is_checked:
            return
        with self._alone() as folder:
            if folder is not None:
                self._compare(folder, now)
        self._is_checked = True

    def note(self) -> None:
        """Remember the last attempt. It never goes back, whoever else notes it."""
        with self._alone() as folder:
            if folder is None:
                return
            last = self._last_attempt()
            if last > (self._noted() or 0):
                self._write(folder, last)

    def _compare(self, folder: int, now: datetime) -> None:
        last, noted = self._last_attempt(), self._noted()
        if self._is_older(last, noted):
            held = hold(self._database, now=now)
            _log.error("database.older", held=held, attempts=last, noted=noted)
        # Only now: whoever is killed before compares again.
        if noted != last:
            self._write(folder, last)

    def _is_older(self, last: int, noted: int | None) -> bool:
        if noted is not None:
            return last < noted
        # The mark lies beside an embedded database, so this one came from elsewhere; a
        # server's has workers on other machines, and this may be a new one.
        return last > 0 and self._database.engine.dialect.name == "sqlite"

    def _last_attempt(self) -> int:
        with self._database.read() as session:
            return session.scalar(select(func.max(Attempt.id))) or 0

    def _noted(self) -> int | None:
        try:
            said = (self._folder / NAME).read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            return None
        # Whatever else is in it, somebody's hand or a dying disk: as good as no mark.
        return int(said) if said.strip().isdecimal() else None

    def _write(self, folder: int, last: int) -> None:
        beside = self._folder / f".{NAME}"
        with beside.open("w", encoding="ascii") as file:
            file.write(f"{last}\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._folder / NAME)
        os.fsync(folder)

    @contextmanager
    def _alone(self) -> Iterator[int | None]:
        """One process at a time; None where there is no folder to keep a mark in."""
        with ExitStack() as stack:
            try:
                folder = stack.enter_context(alone_in(self._folder))
            except (FileNotFoundError, NotADirectoryError):
                folder = None
            yield folder


def _hold_all(session: Session, *, now: datetime) -> int:
    # What a job plans later for an hour before now is held too.
    session.add(Restoration(restored_at=now))
    would_send = session.scalars(
        select(Dispatch).where(Dispatch.state.in_(_WOULD_SEND)).with_for_update()
    ).all()
    for dispatch in would_send:
        control.hold(session, dispatch, reason=schedule.RESTORED, now=now)
        dispatch.resume_at = dispatch.paused_at = None
    return len(would_send)
