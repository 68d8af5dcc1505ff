"""How people prove who they are, and what they prefer, as rows. Secrets are hashes, or shut.

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class SignedIn(Base):
    """One browser in which somebody is signed in. Its row ends when they leave."""

    __tablename__ = "signed_in"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    # SHA-256 of what the cookie holds.
    digest: Mapped[str] = mapped_column(unique=True)
    # "password", "passkey" or "directory".
    how: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
    # To a few minutes, so that reading a page writes nothing.
    seen_at: Mapped[datetime] = mapped_column(index=True)
    # What the browser calls itself, shortened.
    agent: Mapped[str] = mapped_column(default="")


class OneTime(Base):
    """Something that opens one door once: a link, or one step of signing in."""

    __tablename__ = "one_time"
    id: Mapped[int] = mapped_column(primary_key=True)
    # A value of `once.Purpose`.
    purpose: Mapped[str]
    # SHA-256 of the token that was shown.
    digest: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id"), index=True, default=None
    )
    # What the next step needs, such as a challenge.
    kept: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class SecondFactor(Base):
    """The secret an authenticator shares with us, and the last step it was used for."""

    __tablename__ = "second_factor"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    # Shut by the key ring.
    secret: Mapped[str]
    begun_at: Mapped[datetime]
    # None until the first right code: only then is it asked for.
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    # The number of the last half minute whose code was used.
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    """Opens the second step once, when the authenticator is lost."""

    __tablename__ = "recovery_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    # A code has 80 random bits, so a plain hash is enough.
    digest: Mapped[str]
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class Passkey(Base):
    """The public half of a key that a person's device keeps."""

    __tablename__ = "passkey"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    # As its owner calls it.
    name: Mapped[str]
    # In base64url, as browsers say it.
    credential: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    # How often it was used, as it says; 0 where it does not count.
    uses: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class DirectoryName(Base):
    """Who somebody is in the organisation's own directory."""

    __tablename__ = "directory_name"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    linked_at: Mapped[datetime]


class AccountPreference(Base):
    """One value of one account, such as its keys."""

    __tablename__ = "account_preference"
    __table_args__ = (UniqueConstraint("account_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE")
    )
    name: Mapped[str]
    value: Mapped[dict[str, Any]]
