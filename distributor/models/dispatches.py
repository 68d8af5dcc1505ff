"""What is sent to whom: dispatches, their approvals, deliveries, attempts and events."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Wall


class Dispatch(Base):
    """The plan to send one mailing subject to one audience at a wall time, through one channel.

    The subject is a release, or what `about` names: then each language's mail is a `Body`.
    """

    __tablename__ = "dispatch"
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"), index=True)
    # What else it sends, as who asked for it calls it: edition:12, alert:7.
    about: Mapped[str] = mapped_column(default="", index=True)
    # Why it is sent: a value of states.Purpose.
    purpose: Mapped[str] = mapped_column(default="release")
    # Its audience: a mailing list, whoever the dispatches of another release reached, or
    # the addresses a notice names.
    mailing_list_id: Mapped[int | None] = mapped_column(ForeignKey("mailing_list.id"))
    reached_by: Mapped[list[int]] = mapped_column(default=list)
    # Its step in the plan of an event, such as "J-2".
    step: Mapped[str] = mapped_column(default="")
    # The channel it uses now, and those it may use, in the sealed order.
    channel: Mapped[str]
    channels: Mapped[list[str]]
    # "immediate", or "planned": handed over early with the hour to send it at (S7).
    mode: Mapped[str] = mapped_column(default="immediate")
    wall: Mapped[datetime] = mapped_column(Wall)
    zone: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(index=True)
    deadline_at: Mapped[datetime]
    grace_minutes: Mapped[int]
    # Nothing leaves before: somebody may still undo it.
    undo_until: Mapped[datetime | None] = mapped_column(default=None)
    # How long the rest waits after the seed addresses.
    seed_pause_seconds: Mapped[int] = mapped_column(default=0)
    # IANA version of the zone rules due_at was derived by.
    zone_rules: Mapped[str]
    release_seal: Mapped[str]
    seal: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    # Why it is held, paused or stopped: a sentence for a person.
    reason: Mapped[str] = mapped_column(default="")
    # While paused for its channel: since when, and when to try again by itself.
    paused_at: Mapped[datetime | None] = mapped_column(default=None)
    resume_at: Mapped[datetime | None] = mapped_column(default=None)
    # Who was left out, and why: [{"address_key": ..., "reason": ...}].
    left_out: Mapped[list[dict[str, str]]]
    # What the pre-flight checks found when it was planned: [{"check": ..., "level": ...}].
    findings: Mapped[list[dict[str, str]]] = mapped_column(default=list)
    # Names one wish to send: the same wish, made twice, is planned once.
    key: Mapped[str | None] = mapped_column(default=None, unique=True)
    planned_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    planned_at: Mapped[datetime]
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Body(Base):
    """One language's mail of an edition or a notice, as whoever asked for it composed it."""

    __tablename__ = "body"
    __table_args__ = (UniqueConstraint("dispatch_id", "language"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatch.id"))
    language: Mapped[str]
    subject: Mapped[str]
    plain: Mapped[str]
    # HTML that stands alone.
    page: Mapped[str]
    files: Mapped[list["BodyFile"]] = relationship(
        order_by="BodyFile.id", cascade="all, delete-orphan"
    )


class BodyFile(Base):
    """A file that goes with one language's mail, such as the review as PDF."""

    __tablename__ = "body_file"
    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    file_name: Mapped[str]
    media_type: Mapped[str]
    # The name by which the page shows it (`cid:...`); empty for an attachment.
    content_id: Mapped[str] = mapped_column(default="", server_default="")
    # SHA-256 of the content.
    digest: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Approval(Base):
    """A person's signature on a dispatch seal."""

    __tablename__ = "approval"
    id: Mapped[int] = mapped_column(primary_key=True)
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatch.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    # In whose place it was given, where the account itself may not approve.
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegation.id"))
    seal: Mapped[str]
    given_at: Mapped[datetime]


class Delegation(Base):
    """A person who may approve lets another approve in their place, between two moments."""

    __tablename__ = "delegation"
    id: Mapped[int] = mapped_column(primary_key=True)
    from_account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    to_account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Waiver(Base):
    """Why an amber finding of the pre-flight checks was accepted for one dispatch seal."""

    __tablename__ = "waiver"
    __table_args__ = (UniqueConstraint("dispatch_id", "check", "seal"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatch.id"), index=True)
    check: Mapped[str]
    reason: Mapped[str]
    seal: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    given_at: Mapped[datetime]


class Batch(Base):
    """What was handed to a provider early under one cancellable name, to leave at `send_at` (S7)."""

    __tablename__ = "batch"
    id: Mapped[int] = mapped_column(primary_key=True)
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatch.id"), index=True)
    # The provider's own name for it.
    name: Mapped[str] = mapped_column(unique=True)
    send_at: Mapped[datetime]
    made_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None] = mapped_column(default=None)


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
        # What went wrong is asked at each look at a dispatch; most deliveries go well.
        Index(
            "ix_delivery_fault",
            "dispatch_id",
            "state",
            sqlite_where=text("reason <> ''"),
            postgresql_where=text("reason <> ''"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatch.id"))
    # Indexed: without it, each contact that leaves costs a look at every delivery.
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    address: Mapped[str]
    # Indexed: an opt-out cancels what waits for its address, in every dispatch.
    address_key: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    language: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime]
    # One of the office's own addresses, which get it before the rest.
    is_seed: Mapped[bool] = mapped_column(default=False)
    # While a provider holds it for its hour: the batch that can be cancelled.
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), index=True)
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
    channel: Mapped[str]
    # SHA-256 of what was handed to the channel.
    digest: Mapped[str] = mapped_column(default="")
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    verdict: Mapped[str] = mapped_column(default="")
    # The server's own words.
    answer: Mapped[str] = mapped_column(default="")
    # The channel's own name for what it took: a queue id, a provider's message id.
    reference: Mapped[str] = mapped_column(default="")


class Event(Base):
    """What a channel reported after an attempt. The key makes one of repeated reports."""

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    # A value of states.EventKind.
    kind: Mapped[str]
    channel: Mapped[str]
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime]
    key: Mapped[str] = mapped_column(unique=True)
    # The reporter's own words: never markup for a screen.
    detail: Mapped[dict[str, Any]]
