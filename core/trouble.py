"""What is wrong with the disk or the database, in words, wherever it was noticed."""

import errno
from typing import Final

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree

from core.errors import Unavailable
from core.wording import worded

# What a database that cannot be used raises, below us or in the pool of its connections.
OF_THE_DATABASE: Final = (DBAPIError, NoneFree)
_DISK: Final = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EROFS))
_MEND: Final = worded(
    "Nothing is half-written. `parution doctor` says more; mend it and try again."
)


def trouble(error: BaseException) -> Unavailable | None:
    """The error to show for one of the driver's or the disk's; None for any other."""
    if isinstance(error, OperationalError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    ):
        return Unavailable(
            worded(
                "The database could not be used: %(why)s.",
                why=_first_line(str(error.orig)),
            ),
            to="database",
            mend=_MEND,
        )
    if isinstance(error, NoneFree):
        return Unavailable(
            worded("The database could not be used: all connections to it are in use."),
            to="database",
            mend=_MEND,
        )
    if isinstance(error, OSError) and error.errno in _DISK:
        return Unavailable(
            worded("The disk could not be written: %(why)s.", why=error.strerror),
            to=str(error.filename or ""),
            mend=_MEND,
        )
    return None


def _first_line(said: str) -> str:
    """A server may say several lines, or nothing at all."""
    lines = said.strip().splitlines()
    return lines[0].rstrip(".") if lines else worded("it gave no reason")
