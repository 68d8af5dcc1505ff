"""What goes wrong on this side: the n-th call to database, files or network fails, or kills.

Nothing of the program is changed for it: SQLAlchemy and Python tell of each call before it
is made. After a death nothing more is done, however much of the dying process still runs.
"""

import sys
import threading
from enum import StrEnum
from errno import ENOSPC
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

_FILE_CALLS = frozenset({"open", "os.rename", "os.mkdir"})


class Killed(BaseException):
    """Stands for kill -9: nothing of the program catches it."""


class Kind(StrEnum):
    ERROR = "error"
    DEATH = "death"
    # A commit that was made, and whose answer never came.
    LOST_COMMIT = "lost-commit"


class Faults:
    """Counts each call of one office, and lets one of them fail."""

    def __init__(self):
        self.calls = 0
        self.is_dead = False
        self.struck = ""
        self._at = 0
        self._kind = None
        self._guard = threading.Lock()
        self._here = threading.local()

    def arm(self, at, kind):
        """The call that is *at* calls away fails; a lost commit strikes the next one after."""
        with self._guard:
            self._at, self._kind, self.struck = self.calls + at, kind, ""

    def disarm(self):
        with self._guard:
            self._kind = None

    def die(self):
        self.is_dead = True

    def revive(self):
        """A new process: the dead one's calls are over."""
        self.is_dead = False
        self.disarm()

    def resting(self):
        """While this thread is in it, its calls are not the office's."""
        return _Resting(self._here)

    def call(self, what, error=None):
        """One call is about to be made; *error* is what its failure looks like."""
        if getattr(self._here, "rests", False):
            return
        if self.is_dead:
            raise Killed
        with self._guard:
            self.calls += 1
            if self._kind is None or self.calls < self._at:
                return
            if self._kind is Kind.LOST_COMMIT:
                return
            kind, self._kind, self.struck = self._kind, None, what
            if kind is Kind.DEATH:
                self.is_dead = True
        if kind is Kind.DEATH:
            raise Killed
        raise error or OSError(ENOSPC, "no room, as told")

    def _is_lost(self):
        """Whether the commit that comes now is the one whose answer is lost."""
        if getattr(self._here, "rests", False) or self.is_dead:
            return False
        with self._guard:
            if self._kind is not Kind.LOST_COMMIT or self.calls < self._at:
                return False
            self._kind, self.struck = None, "commit"
            return True

    # -- what is listened to --------------------------------------------------------------

    def listen(self, database):
        """From now on this database's statements and commits are calls.

        What dies here is no machine: nothing waits for a disk.
        """
        if database.engine.dialect.name == "sqlite":
            database.engine.dispose()
            event.listen(database.engine, "connect", _hasten)
        event.listen(database.engine, "before_cursor_execute", self._statement)
        event.listen(database.engine, "commit", self._commit)

    def _statement(self, *told):
        _, _, statement, *_ = told
        self.call("statement", _lost(statement))

    def _commit(self, connection):
        self.call("commit", _lost("COMMIT"))
        if self._is_lost():
            connection.connection.dbapi_connection.commit()
            raise _lost("COMMIT")


class _Resting:
    def __init__(self, here):
        self._here = here

    def __enter__(self):
        self._was = getattr(self._here, "rests", False)
        self._here.rests = True

    def __exit__(self, *_):
        self._here.rests = self._was


def _hasten(connection, _):
    connection.execute("PRAGMA synchronous = OFF")


def _lost(statement):
    return OperationalError(statement, None, Exception("the line broke, as told"))


class Files:
    """Calls of Python to files below some folder. A hook cannot be taken off: one serves all."""

    _watched: "dict[str, Faults]" = {}  # noqa: RUF012 - one for the process
    _is_hooked = False

    @classmethod
    def watch(cls, folder, faults):
        cls._watched[str(folder)] = faults
        if not cls._is_hooked:
            sys.addaudithook(cls._heard)
            cls._is_hooked = True

    @classmethod
    def leave(cls, folder):
        cls._watched.pop(str(folder), None)

    @classmethod
    def _heard(cls, name, arguments):
        if name not in _FILE_CALLS or not cls._watched:
            return
        place = arguments[0]
        if not isinstance(place, str | Path):
            return
        for folder, faults in tuple(cls._watched.items()):
            if str(place).startswith(folder):
                faults.call("file")
                return
