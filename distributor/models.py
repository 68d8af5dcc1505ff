"""Rows only the distributor writes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Wall


class Contact(Base):
    """A person or newsroom reached for the press; the key makes one of spellings of one address."""

    __tablename__ = "contact"
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str]
    address_key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    # In order of preference: ["ar", "fr"].
    languages: Mapped[list[str]]
    outlet: Mapped[str] = mapped_column(default="")
    beats: Mapped[list[str]]
    phone: Mapped[str] = mapped_column(default="")
    provenance: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class MailingList(Base):
    __tablename__ = "mailing_list"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Membership(Base):
    __tablename__ = "membership"
    mailing_list_id: Mapped[int] = mapped_column(
        ForeignKey("mailing_list.id"), primary_key=True
    )
    contact_id: Mapped[int] = mapped_column(
        ForeignKey("contact.id"), primary_key=True, index=True
    )


class Suppression(Base):
    """An address that must not be mailed. Survives import, restore and the contact itself."""

    __tablename__ = "suppression"
    id: Mapped[int] = mapped_column(primary_key=True)
    address_key: Mapped[str] = mapped_column(unique=True)
    reason: Mapped[str]
    since: Mapped[datetime]


class Dispatch(Base):
    """The plan to send one release to one audience at a wall time, through one channel."""

    __tablename__ = "dispatch"
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    mailing_list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"))
    channel: Mapped[str]
    wall: Mapped[datetime] = mapped_column(Wall)
    zone: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(index=True)
    deadline_at: Mapped[datetime]
    # IANA version of the zone rules due_at was derived by.
    zone_rules: Mapped[str]
    release_seal: Mapped[str]
    seal: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    # Why it is held, paused or stopped: a sentence for a person.
    reason: Mapped[str] = mapped_column(default="")
    # While paused for its channel: when to try again by itself.
    resume_at: Mapped[datetime | None] = mapped_column(default=None)
    # Who was left out, and why: [{"address_key": ..., "reason": ...}].
    left_out: Mapped[list[dict[str, str]]]
    planned_at: Mapped[datetime]
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Approval(Base):
    """A person's signature on a dispatch seal."""

    __tablename__ = "approval"
    id: Mapped[int] = mapped_column(primary_key=True)
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatch.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    seal: Mapped[str]
    given_at: Mapped[datetime]


class Delivery(Base):
    """One recipient's part of a dispatch. The address is frozen when it is planned."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("dispatch_id", "address_key"),
        # Partial, because SQLite then reads only what is left to do: 23 times faster
        # than an index over all states (measured in the field study).
        Index(
            "ix_delivery_waiting",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_delivery_sending",
            "leased_until",
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index("ix_delivery_dispatch_state", "dispatch_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatch.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    address: Mapped[str]
    address_key: Mapped[str]
    name: Mapped[str]
    language: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime]
    # Names the message (Message-ID) and signs the unsubscribe link; never changes.
    token: Mapped[str] = mapped_column(unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(default=None)
    # Machine time, not office time: it never runs fast.
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    changed_at: Mapped[datetime]
    dispatch: Mapped[Dispatch] = relationship()


class Attempt(Base):
    """One try of one delivery. Without an outcome it was cut off."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("delivery_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"))
    number: Mapped[int]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    verdict: Mapped[str] = mapped_column(default="")
    # The server's own words.
    answer: Mapped[str] = mapped_column(default="")
