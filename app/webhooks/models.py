"""Webhooks, what happened, and the calls that tell it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base


class Webhook(Base):
    """An address of a program that wants to know what happens here."""

    __tablename__ = "webhook"
    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    # What its calls are signed with, in a `Lockbox`.
    secret: Mapped[str]
    # The kinds of events it chose.
    events: Mapped[list[str]]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    # Since a call was given up, until one is taken again.
    failing_since: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class WebhookEvent(Base):
    """Something that happened, once: as it is told to every webhook that chose its kind."""

    __tablename__ = "webhook_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    # What programs know it again by.
    uuid: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    # Names the row and the moment it was derived from, so that it is derived once.
    key: Mapped[str] = mapped_column(unique=True)
    happened_at: Mapped[datetime]
    made_at: Mapped[datetime] = mapped_column(index=True)
    fields: Mapped[dict[str, Any]]


class WebhookCall(Base):
    """One event told to one webhook: `waiting`, `done` or `failed`."""

    __tablename__ = "webhook_call"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index(
            "ix_webhook_call_waiting",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("webhook_event.id"), index=True)
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease: Mapped[str | None] = mapped_column(default=None)
    # Machine time, not office time.
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    # The last answer: its status, or why there was none.
    status: Mapped[int | None] = mapped_column(default=None)
    fault: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    webhook: Mapped[Webhook] = relationship()
    event: Mapped[WebhookEvent] = relationship()


class WebhookMark(Base):
    """How far the rows of one kind were looked through for what happened."""

    __tablename__ = "webhook_mark"
    kind: Mapped[str] = mapped_column(primary_key=True)
    looked_until: Mapped[datetime]
    # What holds now and was told, where rows keep no moment of its beginning.
    holding: Mapped[list[int]] = mapped_column(default=list)
