"""S/MIME: wraps a message's body in a signature by the sender's certificate (RFC 8551).

Only the body entity is signed, never To or Message-ID, so what is the same for several
recipients is signed once.
"""

import base64
import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs7 import (
    PKCS7Options,
    PKCS7SignatureBuilder,
)

Key = RSAPrivateKey | EllipticCurvePrivateKey

_KEPT = 64
_HEADER_END = re.compile(rb"\r\n(?![ \t])")


class Signer:
    """Safe to use from many threads."""

    def __init__(self, certificates: Sequence[x509.Certificate], key: Key) -> None:
        self._certificate, *self._chain = certificates
        self._key = key
        self._guard = threading.Lock()
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()

    @classmethod
    def read(cls, certificate: Path, key: Path) -> Self:
        """Raises ValueError with a sentence."""
        certificates = _certificates(certificate)
        private = _private(key)
        ours, theirs = (
            public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            for public in (private.public_key(), certificates[0].public_key())
        )
        if ours != theirs:
            raise ValueError(f"the key in {key} does not belong to {certificate}")
        return cls(certificates, private)

    def sign(self, content: bytes) -> bytes:
        """*content* as multipart/signed. Its lines end with CRLF."""
        head, _, body = content.partition(b"\r\n\r\n")
        outer: list[bytes] = []
        inner: list[bytes] = []
        for header in _HEADER_END.split(head):
            name = header.partition(b":")[0].strip().lower()
            if name.startswith(b"content-"):
                inner.append(header)
            elif name != b"mime-version":
                outer.append(header)
        entity = b"\r\n".join([*inner, b"", body.removesuffix(b"\r\n")])
        digest = hashlib.sha256(entity).digest()
        mark = b"signed-" + digest.hex()[:32].encode()
        return b"\r\n".join(
            [
                *outer,
                b"MIME-Version: 1.0",
                b'Content-Type: multipart/signed; micalg="sha-256";',
                b' protocol="application/pkcs7-signature";',
                b' boundary="%b"' % mark,
                b"",
                b"--" + mark,
                entity,
                b"--" + mark,
                b'Content-Type: application/pkcs7-signature; name="smime.p7s"',
                b"Content-Transfer-Encoding: base64",
                b'Content-Disposition: attachment; filename="smime.p7s"',
                b"",
                self._signature(digest, entity),
                b"--" + mark + b"--",
                b"",
            ]
        )

    def _signature(self, digest: bytes, entity: bytes) -> bytes:
        """In base64; the same for the same entity, so that a second attempt is the same."""
        with self._guard:
            found = self._kept.get(digest)
        if found is not None:
            return found
        builder = PKCS7SignatureBuilder().set_data(entity)
        builder = builder.add_signer(self._certificate, self._key, SHA256())
        for certificate in self._chain:
            builder = builder.add_certificate(certificate)
        signed = builder.sign(
            Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary]
        )
        made = base64.encodebytes(signed).rstrip(b"\n").replace(b"\n", b"\r\n")
        with self._guard:
            self._kept[digest] = made
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made


def _certificates(path: Path) -> Sequence[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"{path} holds no certificate in PEM") from error


def _private(path: Path) -> Key:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError(f"{path} is not a private key in PEM") from error
    if isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        return key
    raise ValueError(f"the key in {path} is neither RSA nor of an elliptic curve")
