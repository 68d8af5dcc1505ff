"""Passwords: which are good enough, how they are kept, and whether one is right.

No kind of character is asked for: length and what a guesser knows decide (ASVS 6.2).
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from core.errors import BadInput
from core.i18n import N_
from core.wording import worded

# Argon2 takes any length; this only bounds the work of reading one.
MOST: Final = 1_000
# Of 0 to 4: below this a guesser needs fewer than a hundred million tries.
_STRONG_ENOUGH: Final = 3
# What zxcvbn reads; the start of a weak password is weak.
_READ: Final = 72
_SHORTEST_NAME: Final = 3
_MEND: Final = N_("Choose another one: a sentence of your own is easy to remember.")

# 64 MiB and 219 ms of CPU for each verification: the web side limits how many run at once.
_HASHER = PasswordHasher()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How long a password must be, and which names it may not be made of."""

    least: int = 15
    names: tuple[str, ...] = ()


def require_good(password: str, *, rules: Rules, name: str) -> None:
    """Raises BadInput for a password that is short, endless, or easily guessed."""
    said = _folded(password)
    if len(said) < rules.least:
        raise BadInput(
            worded("The password is too short."),
            to="password",
            mend=worded("Choose a longer one; a sentence is easy to remember."),
        )
    if len(said) > MOST:
        raise BadInput(
            worded("The password is longer than 1,000 characters."),
            to="password",
            mend=worded("Choose a shorter one; a sentence is long enough."),
        )
    names = [one for one in (name, *rules.names) if len(one) >= _SHORTEST_NAME]
    if any(_folded(one).casefold() in said.casefold() for one in names):
        raise BadInput(
            worded("The password contains your name or the office's."),
            to="password",
            mend=_MEND,
        )
    if zxcvbn(said[:_READ], user_inputs=names)["score"] < _STRONG_ENOUGH:
        raise BadInput(
            worded("The password is easily guessed."), to="password", mend=_MEND
        )


def made(password: str, *, rules: Rules, name: str) -> str:
    """What is kept of a new password. Raises BadInput."""
    require_good(password, rules=rules, name=name)
    return hashed(password)


def hashed(password: str) -> str:
    return _HASHER.hash(_folded(password))


def is_right(kept: str, password: str) -> bool:
    """Whether it is the password; who has none costs as much work as who has one."""
    try:
        _HASHER.verify(kept or _nobody(), _folded(password[: MOST + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with other parameters than those of today."""
    return _HASHER.check_needs_rehash(kept)


def _folded(password: str) -> str:
    # Keyboards write one letter in several ways.
    return unicodedata.normalize("NFKC", password)


@cache
def _nobody() -> str:
    """Verified for who has no password, so that the answer takes as long.

    Not made at import: it takes 64 MiB, which a worker that only sends never needs.
    """
    return _HASHER.hash("nobody signs in with this")
