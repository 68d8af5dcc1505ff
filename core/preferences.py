"""What a person prefers on their screens: small values by name, kept with the account."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base


class AccountPreference(Base):
    """One value of one account, such as its keys."""

    __tablename__ = "account_preference"
    __table_args__ = (UniqueConstraint("account_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE")
    )
    name: Mapped[str]
    value: Mapped[dict[str, Any]] = mapped_column(JSON)


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
