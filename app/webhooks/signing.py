"""The signature of a call: over its time and its body, with the webhook's own secret.

A secret that was renewed signs beside the new one for a week, so that the program at the
other end can take the new one when it is ready.
"""

import hmac
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

HEADER: Final = "Parution-Signature"
BESIDE: Final = timedelta(days=7)


def signature(secrets: Sequence[str], body: bytes, *, unix: int) -> str:
    """`t=UNIX,v1=HMAC-SHA256(secret, UNIX + "." + body)`, in hexadecimal; a v1 for each."""
    signed = f"{unix}.".encode() + body
    made = [hmac.digest(one.encode(), signed, "sha256").hex() for one in secrets]
    return ",".join([f"t={unix}", *(f"v1={one}" for one in made)])


def renewed(kept: str, new: str, *, unix: int) -> str:
    """What is kept from now on: the new secret, and until when the one before signs beside."""
    until = unix + int(BESIDE.total_seconds())
    return f"{new} {kept.split(maxsplit=1)[0]}@{until}"


def in_use(kept: str, *, unix: int) -> Sequence[str]:
    """The secrets that sign at this moment, newest first."""
    new, *before = kept.split()
    split = (one.rpartition("@") for one in before)
    return [new, *(secret for secret, _, until in split if unix <= int(until))]
