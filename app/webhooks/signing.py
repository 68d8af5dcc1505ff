"""The signature of a call: over its time and its body, with the webhook's own secret."""

import hmac
from typing import Final

HEADER: Final = "Parution-Signature"


def signature(secret: str, body: bytes, *, unix: int) -> str:
    """`t=UNIX,v1=HMAC-SHA256(secret, UNIX + "." + body)`, in hexadecimal."""
    made = hmac.digest(secret.encode(), f"{unix}.".encode() + body, "sha256")
    return f"t={unix},v1={made.hex()}"
