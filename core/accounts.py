"""People who work here: passwords, tokens and what each role may do."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BadInput, NotFound
from core.ids import Ids
from core.models import Account
from core.values import Role

LEAST_PASSWORD = 12


class Right(StrEnum):
    READ = "read"
    WRITE = "write"
    APPROVE = "approve"
    SEND = "send"
    WATCH = "watch"
    ADMINISTER = "administer"


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.READER: frozenset({Right.READ}),
    Role.WRITER: frozenset({Right.READ, Right.WRITE}),
    Role.WATCHER: frozenset({Right.READ, Right.WATCH}),
    Role.VALIDATOR: frozenset(
        {Right.READ, Right.WRITE, Right.APPROVE, Right.SEND, Right.WATCH}
    ),
    Role.ADMINISTRATOR: frozenset(Right),
}

# 64 MiB and 219 ms of CPU for each verification: the web side limits how many run at once.
_HASHER = PasswordHasher()


def may(account: Account, right: Right) -> bool:
    return account.disabled_at is None and right in RIGHTS[Role(account.role)]


def add(
    session: Session, *, name: str, role: Role, password: str, now: datetime
) -> Account:
    if session.scalar(select(Account.id).where(Account.name == name)) is not None:
        raise BadInput(
            f"There is already an account called {name!r}.",
            to="name",
            mend="Choose another name.",
        )
    if len(password) < LEAST_PASSWORD:
        raise BadInput(
            f"The password has fewer than {LEAST_PASSWORD} characters.",
            to="password",
            mend="Choose a longer one; a sentence is easy to remember.",
        )
    account = Account(
        name=name, role=role, password_hash=_HASHER.hash(password), created_at=now
    )
    session.add(account)
    session.flush()
    return account


def by_name(session: Session, name: str) -> Account:
    account = session.scalar(select(Account).where(Account.name == name))
    if account is None:
        raise NotFound(
            f"There is no account called {name!r}.",
            to="name",
            mend="See `parution user list`.",
        )
    return account


def sign_in(session: Session, *, name: str, password: str) -> Account | None:
    """The account, when the password is its own; the same work is done for unknown names."""
    account = session.scalar(
        select(Account).where(Account.name == name, Account.disabled_at.is_(None))
    )
    kept = account.password_hash if account is not None else _nobody()
    try:
        _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return None
    return account


@cache
def _nobody() -> str:
    """Verified for a name that does not exist, so that the answer takes as long.

    Not made at import: it takes 64 MiB, which a worker that only sends never needs.
    """
    return _HASHER.hash("nobody signs in with this")


def give_token(session: Session, *, name: str, ids: Ids) -> str:
    """Make a new token for the account and forget the old one. It is shown once."""
    account = by_name(session, name)
    token = ids.token()
    account.token_hash = _digest(token)
    return token


def by_token(session: Session, token: str) -> Account | None:
    account = session.scalar(
        select(Account).where(
            Account.token_hash == _digest(token), Account.disabled_at.is_(None)
        )
    )
    if account is None or account.token_hash is None:
        return None
    return account if hmac.compare_digest(account.token_hash, _digest(token)) else None


def _digest(token: str) -> str:
    # A token is 128 random bits, so a plain hash is enough.
    return hashlib.sha256(token.encode()).hexdigest()
