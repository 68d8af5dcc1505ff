"""DKIM: a signature over headers and body of a message, as the sender's domain (RFC 6376, 8463).

Headers are signed relaxed and the body simple: it is ours and has no trailing blanks, and
the relaxed form of 20 KB costs as much as the signature itself (measured in the field
study). The signature names no time, so that a second attempt is the same message, byte for
byte.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import idna
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

Key = RSAPrivateKey | Ed25519PrivateKey

# Signed where present. One-click unsubscribing only counts when both of its headers are
# signed (RFC 8058).
_SIGNED = (
    b"from",
    b"to",
    b"cc",
    b"subject",
    b"date",
    b"message-id",
    b"reply-to",
    b"in-reply-to",
    b"references",
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
    b"list-id",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
)
# Receivers take no RSA key below it for safe (RFC 8301).
_LEAST_BITS = 2048
_WIDTH = 72
_BLANKS = re.compile(rb"[ \t\r\n]+")
_HEADER_END = re.compile(rb"\r\n(?![ \t])")


def read_key(path: Path) -> Key:
    """Raises ValueError with a sentence."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError(f"{path} is not a private key in PEM") from error
    if isinstance(key, RSAPrivateKey):
        if key.key_size < _LEAST_BITS:
            raise ValueError(f"the RSA key in {path} has fewer than 2048 bits")
        return key
    if isinstance(key, Ed25519PrivateKey):
        return key
    raise ValueError(f"the key in {path} is neither RSA nor Ed25519")


class Signer:
    """Safe to use from many threads."""

    def __init__(self, *, domain: str, selector: str, key: Key) -> None:
        self._key = key
        kind = b"rsa" if isinstance(key, RSAPrivateKey) else b"ed25519"
        self._start = b"v=1; a=%b-sha256; c=relaxed/simple; d=%b; s=%b;" % (
            kind,
            idna.encode(domain, uts46=True),
            idna.encode(selector, uts46=True),
        )

    def sign(self, content: bytes) -> bytes:
        """*content* with its signature in front. Its lines end with CRLF."""
        head, _, body = content.partition(b"\r\n\r\n")
        names, headers = _chosen(_HEADER_END.split(head))
        tags = b"%b h=%b; bh=%b; b=" % (
            self._start,
            b":".join(names),
            base64.b64encode(hashlib.sha256(_simple(body)).digest()),
        )
        signed = b"\r\n".join([*headers, b"dkim-signature:" + tags])
        signature = base64.b64encode(self._over(signed))
        return b"DKIM-Signature: %b\r\n%b" % (_folded(tags, signature), content)

    def _over(self, signed: bytes) -> bytes:
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(signed, PKCS1v15(), SHA256())
        return self._key.sign(hashlib.sha256(signed).digest())


def _chosen(headers: Sequence[bytes]) -> tuple[Sequence[bytes], Sequence[bytes]]:
    """Which headers are signed, in order, and their relaxed forms.

    From is named once more than it is there, so that nobody can add another.
    """
    found: dict[bytes, list[bytes]] = {name: [] for name in _SIGNED}
    for header in headers:
        name, _, value = header.partition(b":")
        known = found.get(name.strip().lower())
        if known is not None:
            known.append(_BLANKS.sub(b" ", value).strip(b" "))
    names: list[bytes] = []
    relaxed: list[bytes] = []
    for name, values in found.items():
        # Of several, the last one is signed first.
        relaxed += [name + b":" + value for value in reversed(values)]
        names += [name] * len(values)
    return [*names, b"from"], relaxed


def _simple(body: bytes) -> bytes:
    """*body* with exactly one line end at its end."""
    while body.endswith(b"\r\n\r\n"):
        body = body[:-2]
    return body if body.endswith(b"\r\n") else body + b"\r\n"


def _folded(tags: bytes, signature: bytes) -> bytes:
    """Folded where the relaxed form has one blank, and inside b=, which has none."""
    lines = [
        signature[start : start + _WIDTH] for start in range(0, len(signature), _WIDTH)
    ]
    return tags.replace(b"; ", b";\r\n ") + b"\r\n ".join([b"", *lines])
