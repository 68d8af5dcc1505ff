"""The rows both halves name. The distributor writes releases; the monitor writes outlets."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Wall


class Release(Base):
    """A document for the press. Its wall times keep the zone they were given in."""

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("year", "ordinal"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    # The year it is numbered in and its place there, where the number says so: 112/2026.
    year: Mapped[int | None] = mapped_column(default=None)
    ordinal: Mapped[int | None] = mapped_column(default=None)
    # What it corrects, cancels or reminds of.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    signatory: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    press_contact: Mapped[str] = mapped_column(default="")
    press_phone: Mapped[str] = mapped_column(default="")
    press_email: Mapped[str] = mapped_column(default="")
    zone: Mapped[str]
    embargo_wall: Mapped[datetime | None] = mapped_column(Wall, default=None)
    embargo_at: Mapped[datetime | None] = mapped_column(default=None)
    event_wall: Mapped[datetime | None] = mapped_column(Wall, default=None)
    event_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
    versions: Mapped[list["Version"]] = relationship(
        back_populates="release",
        order_by="Version.id",
        cascade="all, delete-orphan",
    )
    attachments: Mapped[list["Attachment"]] = relationship(
        back_populates="release",
        order_by="Attachment.id",
        cascade="all, delete-orphan",
    )


class Version(Base):
    """One language's title and body (Markdown) of a release."""

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("release_id", "language"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    language: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    file_name: Mapped[str]
    # What its file had and it has not: [{"what": ..., "place": ...}].
    dropped: Mapped[list[dict[str, str]]] = mapped_column(default=list)
    release: Mapped[Release] = relationship(back_populates="versions")


class Attachment(Base):
    """A file that goes with a release: the signed PDF, an annex, a picture."""

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("release_id", "file_name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    # Goes with this language's version only; empty goes with all.
    language: Mapped[str] = mapped_column(default="")
    # "signed" (the signed, stamped PDF), "annex" or "picture".
    role: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    # SHA-256 of the content.
    digest: Mapped[str]
    # What a picture shows, for those who do not see it.
    alternative: Mapped[str] = mapped_column(default="")
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    release: Mapped[Release] = relationship(back_populates="attachments")


class Outlet(Base):
    """A publication or agency; it has sources and contacts."""

    __tablename__ = "outlet"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    name_ar: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="")
    homepage: Mapped[str] = mapped_column(default="")
    # A region of Morocco or a country, as the office says it; empty means nationwide.
    region: Mapped[str] = mapped_column(default="")
    # 1 is read most closely, 3 least.
    tier: Mapped[int] = mapped_column(default=2)
    # What is known of it: blocks robots, has no feed, never verified.
    known: Mapped[str] = mapped_column(default="")


class Alert(Base):
    """Something a person should look at, from when it was raised until it ended."""

    __tablename__ = "alert"
    __table_args__ = (
        # One open alert of a rule about one thing, found among years of ended ones.
        Index(
            "ix_alert_open",
            "rule",
            "about",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    # The name of the rule that raised it, such as source-blocked.
    rule: Mapped[str]
    # What it is about: a kind and an id, such as source:12.
    about: Mapped[str] = mapped_column(index=True)
    raised_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    # What the sentence says, in the reader's language: names, addresses, figures.
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Account(Base):
    """A person who works in this office."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    # Empty for who has none yet, or signs in without one.
    password_hash: Mapped[str]
    # Only a hash: the token itself is shown once, when it is made.
    token_hash: Mapped[str | None] = mapped_column(default=None, unique=True)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None] = mapped_column(default=None)


class JobPulse(Base):
    """When a job of a worker last ran, in machine time: what nobody runs is noticed by it."""

    __tablename__ = "job_pulse"
    name: Mapped[str] = mapped_column(primary_key=True)
    ran_at: Mapped[datetime]
    # When it last failed, and by which error; its own log line says more.
    failed_at: Mapped[datetime | None] = mapped_column(default=None)
    fault: Mapped[str] = mapped_column(default="")
