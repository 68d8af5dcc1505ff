"""The only place that rolls dice."""

import hashlib
import itertools
import random
import secrets
from typing import Protocol


class Ids(Protocol):
    def token(self) -> str:
        """An unguessable name of 32 letters and digits: short enough for a mail header."""
        ...

    def chance(self) -> float:
        """A number from 0 to 1, for jitter."""
        ...


def random_bytes(ids: Ids) -> bytes:
    """32 unguessable bytes, for secrets that are no names."""
    return hashlib.sha256(f"{ids.token()}{ids.token()}".encode()).digest()


class RandomIds:
    def token(self) -> str:
        return secrets.token_hex(16)

    def chance(self) -> float:
        return random.random()  # noqa: S311 - jitter needs no secrecy


class CountedIds:
    """Predictable names for tests: t1, t2, ... and a chance that never moves."""

    def __init__(self) -> None:
        # One step, so that two threads never get one name.
        self._numbers = itertools.count(1)

    def token(self) -> str:
        return f"t{next(self._numbers)}"

    def chance(self) -> float:
        return 0.5
