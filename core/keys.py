"""The office's keys, newest first; the links they sign and the secrets they shut.

A ring in the data folder is looked at again at each use: another process may have put a new
key in front of it, and from then on every process signs with that one and still believes the
others. Nothing is opened anew for it, and nobody is signed out.
"""

import base64
import hashlib
import hmac
import os
import threading
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final, overload

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.ids import Ids
from core.settings import Settings

# 64 bits, behind a token that cannot be guessed either. Hexadecimal, because mail servers
# may change the case of the part before the @.
_SIGNATURE = 16
NAME: Final = "secret_key"
# Enough to tell the few keys of a ring apart, and too little to tell one.
_MARK: Final = 8


class Purpose(StrEnum):
    """What a link is for; one link never opens another door."""

    UNSUBSCRIBE = "u"
    PREFERENCES = "p"
    ANSWER = "a"
    # The page of what was sent, such as an edition of the review.
    READ = "r"
    # Everything that is kept of one person, for themselves.
    MINE = "m"
    # Of a guest at the door: it opens nothing to who is not signed in.
    GATE = "g"
    BOUNCE = "b"
    OPENED = "o"
    CLICKED = "c"


class Links:
    """Signs the tokens of links that people follow without an account."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys

    def sign(self, purpose: Purpose, token: str) -> str:
        return token + _signature(self._keys[0].encode(), purpose, token)

    def read(self, purpose: Purpose, signed: str) -> str | None:
        """The token, when any key of the ring signed it for this purpose."""
        token, given = signed[:-_SIGNATURE], signed[-_SIGNATURE:].lower()
        for key in self._keys:
            if hmac.compare_digest(
                _signature(key.encode(), purpose, token).encode(), given.encode()
            ):
                return token
        return None


class Vault:
    """Shuts what we must read again: with the newest key, opened by any of the ring."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys
        self._made: tuple[tuple[str, ...], MultiFernet] | None = None

    def shut(self, text: str) -> str:
        return self._ring().encrypt(text.encode()).decode()

    def open(self, kept: str) -> str | None:
        """None for what no key of ours shut."""
        try:
            return self._ring().decrypt(kept.encode("ascii", "replace")).decode()
        except InvalidToken:
            return None

    def _ring(self) -> MultiFernet:
        keys, made = tuple(self._keys), self._made
        if made is None or made[0] != keys:
            made = keys, MultiFernet([Fernet(_derived(key)) for key in keys])
            self._made = made
        return made[1]


class FileRing(Sequence[str]):
    """The keys in a file, newest first and parted by commas, as they are at this moment.

    A file that cannot be read any more leaves the keys what they were.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._seen: tuple[int, ...] = ()
        self._keys: tuple[str, ...] = split(path.read_text(encoding="ascii"))

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        return self._now()[place]

    def __len__(self) -> int:
        return len(self._now())

    def __iter__(self) -> Iterator[str]:
        # Over one moment's ring, whatever becomes of it meanwhile.
        return iter(self._now())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and [*self] == [*other]

    __hash__ = None  # type: ignore[assignment] # it changes

    def _now(self) -> tuple[str, ...]:
        try:
            found = os.stat(self._path)  # noqa: PTH116 - half the time of Path.stat, thrice a mail
        except OSError:
            return self._keys
        seen = (found.st_mtime_ns, found.st_ino, found.st_size)
        if seen != self._seen:
            self._read(seen)
        return self._keys

    def _read(self, seen: tuple[int, ...]) -> None:
        with self._lock:
            try:
                keys = split(self._path.read_text(encoding="ascii"))
            except (OSError, UnicodeDecodeError):
                return
            self._keys, self._seen = keys or self._keys, seen


def key_ring(settings: Settings, ids: Ids) -> Sequence[str]:
    """The keys of the settings, or those in the data folder, made at first start."""
    given = split(settings.secret_key.get_secret_value())
    if given:
        return list(given)
    path = settings.data_dir / NAME
    # A disk that is full or read-only keeps nobody from reading what is there.
    if not path.exists():
        _make(path, ids)
    return FileRing(path)


def split(ring: str) -> tuple[str, ...]:
    return tuple(key for part in ring.split(",") if (key := part.strip()))


def mark(key: str) -> str:
    """What a key is called where it must not be shown."""
    return hashlib.sha256(f"mark:{key}".encode()).hexdigest()[:_MARK]


def new_key(ids: Ids) -> str:
    return ids.token() + ids.token()


def keep_ring(path: Path, keys: Sequence[str], ids: Ids) -> None:
    """Write a ring over the one in the data folder. It is whole at any moment."""
    aside = _written(path, ",".join(keys), ids)
    aside.replace(path)


def _make(path: Path, ids: Ids) -> None:
    # Written aside and linked into place, so that nobody ever reads half a key.
    aside = _written(path, new_key(ids), ids)
    try:
        path.hardlink_to(aside)
    except FileExistsError:
        pass
    finally:
        aside.unlink()


def _written(path: Path, ring: str, ids: Ids) -> Path:
    aside = path.with_name(f"{path.name}.{ids.token()}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(ring)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        aside.unlink()
        raise
    return aside


def _derived(key: str) -> bytes:
    # A key of its own, so that no signed link tells anything about what is shut.
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"parution vault")
    return base64.urlsafe_b64encode(made.derive(key.encode()))


def _signature(key: bytes, purpose: Purpose, token: str) -> str:
    # In one call: each mail has three links, and an object for each took 8 us of its 300.
    made = hmac.digest(key, f"{purpose}:{token}".encode(), "sha256")
    return made.hex()[:_SIGNATURE]
