"""Whose account a person of the directory has: found by issuer and subject, never by name."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts import people
from core.accounts.directory import Person
from core.accounts.models import DirectoryName
from core.errors import BadInput, Conflict
from core.models import Account
from core.values import Role
from core.wording import worded


def admit(
    session: Session, person: Person, *, create_as: str, now: datetime
) -> Account:
    """The person's account, with the role its claim means. Raises BadInput or Conflict.

    A new one is made where a claim gives a role, or the setting gives everybody one.
    """
    row = _row(session, person)
    if row is None:
        return _created(session, person, create_as=create_as, now=now)
    account = people.by_id(session, row.account_id)
    if account.disabled_at is not None:
        raise _refused()
    if person.role is not None:
        people.change_role(session, account, person.role)
    return account


def link(session: Session, account: Account, person: Person, *, now: datetime) -> None:
    """Let the person of the directory into *account*. Raises Conflict."""
    row = _row(session, person)
    if row is not None and row.account_id != account.id:
        raise Conflict(
            worded("This person of the directory has another account here."),
            to=person.name,
            mend=worded("Ask an administrator."),
        )
    if row is None:
        session.add(_named(account, person, now))
        session.flush()


def is_linked(session: Session, account_id: int) -> bool:
    return (
        session.scalar(
            select(DirectoryName.id)
            .where(DirectoryName.account_id == account_id)
            .limit(1)
        )
        is not None
    )


def _created(
    session: Session, person: Person, *, create_as: str, now: datetime
) -> Account:
    role = person.role or (Role(create_as) if create_as else None)
    if role is None or not person.name:
        raise _refused()
    try:
        account = people.invite(session, name=person.name, role=role, now=now)
    except BadInput as error:
        # Whoever has that name here is not proved to be the same person.
        raise Conflict(
            worded("There is already an account of this name."),
            to=person.name,
            mend=worded(
                "Sign in with its password, and link it on the page of your account."
            ),
        ) from error
    session.add(_named(account, person, now))
    session.flush()
    return account


def _row(session: Session, person: Person) -> DirectoryName | None:
    return session.scalar(
        select(DirectoryName).where(
            DirectoryName.issuer == person.issuer,
            DirectoryName.subject == person.subject,
        )
    )


def _named(account: Account, person: Person, now: datetime) -> DirectoryName:
    return DirectoryName(
        account_id=account.id,
        issuer=person.issuer,
        subject=person.subject,
        linked_at=now,
    )


def _refused() -> BadInput:
    return BadInput(
        worded("You have no account in this office."),
        to="web.oidc",
        mend=worded("Ask an administrator of this office."),
    )
