"""Accounts: made, invited, changed, and signed in to."""

import hashlib
import hmac
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts import once, passwords, sessions
from core.accounts.once import Purpose
from core.accounts.passwords import Rules
from core.errors import BadInput, Conflict, NotFound
from core.ids import Ids
from core.models import Account
from core.values import Role
from core.wording import worded

_LONGEST_NAME: Final = 60


def add(
    session: Session,
    *,
    name: str,
    role: Role,
    password: str,
    now: datetime,
    rules: Rules | None = None,
) -> Account:
    """Somebody who chose a password. Raises BadInput."""
    called = _free_name(session, name)
    made = passwords.made(password, rules=rules or Rules(), name=called)
    return _stored(session, called, role, made, now)


def invite(session: Session, *, name: str, role: Role, now: datetime) -> Account:
    """Somebody who has no password yet and signs in by a link. Raises BadInput."""
    return _stored(session, _free_name(session, name), role, "", now)


def by_name(session: Session, name: str) -> Account:
    account = session.scalar(select(Account).where(Account.name == name))
    if account is None:
        raise NotFound(
            worded("There is no account called %(name)s.", name=f"{name!r}"),
            to="name",
            mend=worded("See `parution user list`."),
        )
    return account


def by_id(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound(
            worded("There is no such account."),
            to=f"account {account_id}",
            mend=worded("See the list of people."),
        )
    return account


def sign_in(session: Session, *, name: str, password: str) -> Account | None:
    """The account, when the password is its own; the same work is done for unknown names."""
    account = session.scalar(
        select(Account).where(Account.name == name, Account.disabled_at.is_(None))
    )
    kept = account.password_hash if account is not None else ""
    return account if passwords.is_right(kept, password) else None


def set_password(
    session: Session, account: Account, password_hash: str, *, but_session: int = 0
) -> None:
    """Change it to what `passwords.made` gave, and end other sessions and links.

    Hashing takes long, so it is done before the transaction.
    """
    account.password_hash = password_hash
    once.end(session, Purpose.RESET, account_id=account.id)
    once.end(session, Purpose.SECOND_STEP, account_id=account.id)
    sessions.end_all(session, account.id, but=but_session)
    session.flush()


def reset(session: Session, account: Account, *, ids: Ids, now: datetime) -> str:
    """A link's token to choose a new password with, once and soon; sessions end now."""
    if account.disabled_at is not None:
        raise Conflict(
            worded("This account is disabled."),
            to=account.name,
            mend=worded("Enable it first."),
        )
    once.end(session, Purpose.RESET, account_id=account.id)
    sessions.end_all(session, account.id)
    return once.make(session, Purpose.RESET, ids=ids, now=now, account_id=account.id)


def change_role(
    session: Session, account: Account, role: Role, *, by: Account | None = None
) -> None:
    """Give it another role, and end its sessions. *by* is None for the operator.

    Raises Conflict for one's own role, and for that of the last administrator.
    """
    if account.role == role:
        return
    if by is not None and by.id == account.id:
        raise Conflict(
            worded("Nobody changes their own role."),
            to=account.name,
            mend=worded("Ask another administrator."),
        )
    _require_another(session, account)
    account.role = role
    sessions.end_all(session, account.id)
    session.flush()


def disable(
    session: Session, account: Account, *, now: datetime, by: Account | None = None
) -> None:
    """Nobody signs in with it any more. Raises Conflict."""
    if account.disabled_at is not None:
        return
    if by is not None and by.id == account.id:
        raise Conflict(
            worded("Nobody disables their own account."),
            to=account.name,
            mend=worded("Ask another administrator."),
        )
    _require_another(session, account)
    account.disabled_at = now
    for purpose in (Purpose.RESET, Purpose.SECOND_STEP, Purpose.PASSKEY_NEW):
        once.end(session, purpose, account_id=account.id)
    sessions.end_all(session, account.id)
    session.flush()


def enable(session: Session, account: Account) -> None:
    account.disabled_at = None
    session.flush()


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


def _free_name(session: Session, name: str) -> str:
    called = " ".join(name.split())
    if not 0 < len(called) <= _LONGEST_NAME or not called.isprintable():
        raise BadInput(
            worded("An account needs a name of at most 60 letters."),
            to="name",
            mend=worded("Write the person's name, as colleagues say it."),
        )
    if session.scalar(select(Account.id).where(Account.name == called)) is not None:
        raise BadInput(
            worded("There is already an account of this name."),
            to="name",
            mend=worded("Choose another name."),
        )
    return called


def _stored(
    session: Session, name: str, role: Role, password_hash: str, now: datetime
) -> Account:
    account = Account(name=name, role=role, password_hash=password_hash, created_at=now)
    session.add(account)
    session.flush()
    return account


def _require_another(session: Session, account: Account) -> None:
    """The office keeps an administrator, even when two of them act at the same instant."""
    if account.role != Role.ADMINISTRATOR:
        return
    there = session.scalars(
        select(Account)
        .where(Account.role == Role.ADMINISTRATOR, Account.disabled_at.is_(None))
        .order_by(Account.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not any(one.id != account.id for one in there):
        raise Conflict(
            worded("This is the last administrator of this office."),
            to=account.name,
            mend=worded("Make somebody else an administrator first."),
        )


def _digest(token: str) -> str:
    # A token is 128 random bits, so a plain hash is enough.
    return hashlib.sha256(token.encode()).hexdigest()
