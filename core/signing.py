"""The office's signing key (Ed25519): whoever has its public half can check what we hand out."""

import base64
import os
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from core.errors import BadInput, BadSetting
from core.ids import Ids
from core.wording import worded

NAME: Final = "proof_key"


class SigningKey:
    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public(self) -> str:
        """The public half, in base64."""
        raw = self._key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        return base64.b64encode(raw).decode()

    def sign(self, content: bytes) -> str:
        return base64.b64encode(self._key.sign(content)).decode()


def signing_key(data_dir: Path, ids: Ids) -> SigningKey:
    """The key in the data folder, beside the secret key; made at first use."""
    path = data_dir / NAME
    if not path.exists():
        _make(path, ids)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise BadSetting(
            worded("The key that signs proofs cannot be read."),
            to=str(path),
            mend=worded(
                "Restore it from a backup, or remove it to have a new one made."
            ),
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadSetting(
            worded("The key that signs proofs is of another kind."),
            to=str(path),
            mend=worded(
                "Restore it from a backup, or remove it to have a new one made."
            ),
        )
    return SigningKey(key)


def is_signed(content: bytes, signature: str, *, public: str) -> bool:
    """Raises BadInput for a public key that is none."""
    try:
        key = Ed25519PublicKey.from_public_bytes(
            base64.b64decode(public, validate=True)
        )
    except ValueError as error:
        raise BadInput(
            worded("This is not a public key of Ed25519 in base64."),
            to="key",
            mend=worded("Copy it from `parution dispatch proof-key`."),
        ) from error
    try:
        key.verify(base64.b64decode(signature, validate=True), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _make(path: Path, ids: Ids) -> None:
    # Written aside and linked into place, so that nobody ever reads half a key.
    aside = path.with_name(f"{path.name}.{ids.token()}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(
            Ed25519PrivateKey.generate().private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(aside)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
