"""The office's keys, newest first; the links they sign and the secrets they shut."""

import base64
import hmac
import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.ids import Ids
from core.settings import Settings

# 64 bits, behind a token that cannot be guessed either. Hexadecimal, because mail servers
# may change the case of the part before the @.
_SIGNATURE = 16


class Purpose(StrEnum):
    """What a link is for; one link never opens another door."""

    UNSUBSCRIBE = "u"
    PREFERENCES = "p"
    ANSWER = "a"
    # The page of what was sent, such as an edition of the review.
    READ = "r"
    BOUNCE = "b"
    OPENED = "o"
    CLICKED = "c"


class Links:
    """Signs the tokens of links that people follow without an account."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = [key.encode() for key in keys]

    def sign(self, purpose: Purpose, token: str) -> str:
        return token + _signature(self._keys[0], purpose, token)

    def read(self, purpose: Purpose, signed: str) -> str | None:
        """The token, when any key of the ring signed it for this purpose."""
        token, given = signed[:-_SIGNATURE], signed[-_SIGNATURE:].lower()
        for key in self._keys:
            if hmac.compare_digest(
                _signature(key, purpose, token).encode(), given.encode()
            ):
                return token
        return None


class Vault:
    """Shuts what we must read again: with the newest key, opened by any of the ring."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._ring = MultiFernet([Fernet(_derived(key)) for key in keys])

    def shut(self, text: str) -> str:
        return self._ring.encrypt(text.encode()).decode()

    def open(self, kept: str) -> str | None:
        """None for what no key of ours shut."""
        try:
            return self._ring.decrypt(kept.encode("ascii", "replace")).decode()
        except InvalidToken:
            return None


def key_ring(settings: Settings, ids: Ids) -> Sequence[str]:
    """The keys of the settings, or the one in the data folder, made at first start."""
    given = [key.strip() for key in settings.secret_key.get_secret_value().split(",")]
    if any(given):
        return [key for key in given if key]
    return [_kept_key(settings.data_dir / "secret_key", ids)]


def _kept_key(path: Path, ids: Ids) -> str:
    # A disk that is full or read-only keeps nobody from reading what is there.
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    # Written aside and linked into place, so that nobody ever reads half a key.
    aside = path.with_name(f"{path.name}.{ids.token()}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(ids.token() + ids.token())
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(aside)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
    return path.read_text(encoding="ascii").strip()


def _derived(key: str) -> bytes:
    # A key of its own, so that no signed link tells anything about what is shut.
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"parution vault")
    return base64.urlsafe_b64encode(made.derive(key.encode()))


def _signature(key: bytes, purpose: Purpose, token: str) -> str:
    # In one call: each mail has three links, and an object for each took 8 us of its 300.
    made = hmac.digest(key, f"{purpose}:{token}".encode(), "sha256")
    return made.hex()[:_SIGNATURE]
