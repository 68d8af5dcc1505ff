"""What a person prefers on their screens: small values by name, kept with the account."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts.models import AccountPreference


def preferred(session: Session, account_id: int, name: str) -> Mapping[str, Any]:
    """What an account prefers; empty where it never said."""
    found = session.scalar(
        select(AccountPreference.value).where(
            AccountPreference.account_id == account_id, AccountPreference.name == name
        )
    )
    return {} if found is None else found


def prefer(
    session: Session, account_id: int, name: str, value: Mapping[str, Any]
) -> None:
    """Keep it; an empty value is forgotten."""
    row = session.scalar(
        select(AccountPreference).where(
            AccountPreference.account_id == account_id, AccountPreference.name == name
        )
    )
    if row is None:
        if value:
            session.add(
                AccountPreference(account_id=account_id, name=name, value=dict(value))
            )
    elif value:
        row.value = dict(value)
    else:
        session.delete(row)
    session.flush()
