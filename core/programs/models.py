"""Tokens of programs, and the calls they made under keys of their own."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.models import Account


class ApiToken(Base):
    """What one program signs in with. Only a hash is kept: the token is shown once."""

    __tablename__ = "api_token"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str]
    # Values of `Right`.
    scopes: Mapped[list[str]]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    # None is good until it is ended.
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    # To a few minutes.
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    account: Mapped[Account] = relationship()

    def is_good(self, now: datetime) -> bool:
        return self.ended_at is None and (
            self.expires_at is None or now < self.expires_at
        )


class Repeat(Base):
    """One call under one key, and its answer once there is one."""

    __tablename__ = "repeat"
    __table_args__ = (UniqueConstraint("account_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    key: Mapped[str]
    # Method and path.
    what: Mapped[str]
    # SHA-256 of the body.
    digest: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(index=True)
    # None while it is being done.
    status: Mapped[int | None] = mapped_column(default=None)
    answer: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
