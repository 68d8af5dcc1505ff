"""The file of a backup: lines, compressed, in age's format (age-encryption.org/v1).

Whoever holds the key reads it with this program, or with `age` and `gunzip`.
"""

import gzip
import os
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import pyrage

from core.errors import BadInput, Unavailable
from core.wording import worded

_LEVEL: Final = 6


def new_key() -> str:
    """A key to write and read backups with: keep it apart from them."""
    return str(pyrage.x25519.Identity.generate())


def read_key(text: str) -> pyrage.x25519.Identity:
    """Raises BadInput. The words of a key are never repeated in an error."""
    try:
        return pyrage.x25519.Identity.from_str(text.strip())
    except pyrage.IdentityError as error:
        raise BadInput(
            worded("This is no key for backups."),
            to="PARUTION_BACKUP__KEY",
            mend=worded("Make one with `parution backup-key`, and keep it in a file."),
        ) from error


@contextmanager
def writing(path: Path, key: pyrage.x25519.Identity) -> Iterator[gzip.GzipFile]:
    """Write *path* as a whole or not at all: it appears when everything is on the disk."""
    aside = path.with_name(f".{path.name}.part")
    try:
        with private(aside) as file:
            with (
                _piped(
                    lambda plain: pyrage.encrypt_io(plain, file, [key.to_public()])
                ) as into,
                gzip.GzipFile(fileobj=into, mode="wb", compresslevel=_LEVEL) as packed,
            ):
                yield packed
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except (OSError, pyrage.EncryptError) as error:
        # A disk that is full is told by whichever end of the pipe meets it first.
        raise _unwritable(path.parent, error) from error
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def reading(path: Path, key: pyrage.x25519.Identity) -> Iterator[gzip.GzipFile]:
    """Raises BadInput where the file is no backup, was changed, or needs another key."""
    try:
        with (
            path.open("rb") as file,
            _poured(lambda plain: pyrage.decrypt_io(file, plain, [key])) as out,
            gzip.GzipFile(fileobj=out, mode="rb") as unpacked,
        ):
            yield unpacked
    except FileNotFoundError as error:
        raise BadInput(
            worded("There is no such file."),
            to=str(path),
            mend=worded("See which backups there are in the folder of backups."),
        ) from error
    except (pyrage.DecryptError, EOFError, OSError, zlib.error) as error:
        raise BadInput(
            worded(
                "This backup cannot be read with this key: %(why)s.", why=str(error)
            ),
            to=str(path),
            mend=worded(
                "Give the key it was made with, or take another copy of the file."
            ),
        ) from error


def private(path: Path) -> BinaryIO:
    """A file that only its owner reads. Raises Unavailable."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise _unwritable(path.parent, error) from error
    return os.fdopen(handle, "wb")


def _unwritable(folder: Path, error: Exception) -> Unavailable:
    why = error.strerror if isinstance(error, OSError) else None
    return Unavailable(
        worded("The backup cannot be written: %(why)s.", why=why or str(error)),
        to=str(folder),
        mend=worded("Choose a folder that may be written and has room."),
    )


class _Beside(threading.Thread):
    """Works at the other end of a pipe, and keeps what stopped it."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(name="backup")
        self._work = work
        self._fault: BaseException | None = None

    def run(self) -> None:
        try:
            self._work()
        except BaseException as fault:  # noqa: BLE001 - raised again by whoever waits
            self._fault = fault

    def ended(self) -> None:
        """Wait for it. Raises what stopped it, unless this end hung up first."""
        self.join()
        if self._fault is not None and not isinstance(self._fault, BrokenPipeError):
            raise self._fault


@contextmanager
def _piped(work: Callable[[BinaryIO], None]) -> Iterator[BinaryIO]:
    """A file to write to, whose other end *work* reads; its fault is raised here."""
    read, write = os.pipe()

    def take() -> None:
        with os.fdopen(read, "rb") as source:
            work(source)

    beside = _Beside(take)
    beside.start()
    try:
        with os.fdopen(write, "wb") as into:
            yield into
    except BaseException:
        beside.ended()
        raise
    beside.ended()


@contextmanager
def _poured(work: Callable[[BinaryIO], None]) -> Iterator[BinaryIO]:
    """A file to read from, whose other end *work* writes; its fault is raised here."""
    read, write = os.pipe()

    def give() -> None:
        with os.fdopen(write, "wb") as into:
            work(into)

    beside = _Beside(give)
    beside.start()
    try:
        with os.fdopen(read, "rb") as out:
            yield out
            # To the end: only there is the last part known to be whole.
            while out.read(1 << 16):
                pass
    except BaseException:
        # A key that does not fit ends the other end first: it knows why.
        beside.ended()
        raise
    beside.ended()
