"""What people did to the words of a release: edits, what is said up to date, remarks, tests."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class VersionEdit(Base):
    """The words one version had from `at` on; the newest one has its present words.

    It outlives its version, so that a version taken out can be put back.
    """

    __tablename__ = "version_edit"
    __table_args__ = (
        Index("ix_version_edit_release_language", "release_id", "language", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    language: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    # None where no account is known, as for an import on the command line.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    # When it began: later saves of the same person join it for a while.
    began_at: Mapped[datetime]
    at: Mapped[datetime]


class VersionPair(Base):
    """Since when two languages of a release say the same: the edits that a person compared.

    An empty edit is one of a version that nobody has called up to date yet.
    """

    __tablename__ = "version_pair"
    __table_args__ = (UniqueConstraint("release_id", "one", "other"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    # Languages, in the order of their letters.
    one: Mapped[str]
    other: Mapped[str]
    one_edit_id: Mapped[int | None] = mapped_column(
        ForeignKey("version_edit.id"), index=True
    )
    other_edit_id: Mapped[int | None] = mapped_column(
        ForeignKey("version_edit.id"), index=True
    )
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]


class ReleaseComment(Base):
    """What somebody remarks on a release, or on one language of it, while it is written."""

    __tablename__ = "release_comment"
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    # Empty speaks of the whole release.
    language: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class TestMail(Base):
    """A release as it was under one seal, mailed to an address of the office to be looked at."""

    __tablename__ = "test_mail"
    # pytest takes a class of this name for tests.
    __test__ = False
    __table_args__ = (Index("ix_test_mail_release_seal", "release_id", "seal"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    # The release seal.
    seal: Mapped[str]
    language: Mapped[str]
    address: Mapped[str]
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatch.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
