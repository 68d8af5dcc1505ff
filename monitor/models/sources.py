"""Sources and the looks taken at them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.models import Outlet


class Source(Base):
    """A place where an outlet publishes."""

    __tablename__ = "source"
    id: Mapped[int] = mapped_column(primary_key=True)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), index=True)
    kind: Mapped[str]
    url: Mapped[str] = mapped_column(unique=True)
    # What pace is kept for: the registrable domain, or host and port of a literal address.
    domain: Mapped[str] = mapped_column(default="")
    options: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(index=True)
    state_since: Mapped[datetime]
    # None for a source of before this was kept.
    added_at: Mapped[datetime | None] = mapped_column(default=None)
    # Why it is in this state: a `Fault` or empty, and what it was about (a status, an address).
    fault: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")

    # When it is asked.
    interval_seconds: Mapped[int]
    next_poll_at: Mapped[datetime] = mapped_column(index=True)
    lease: Mapped[str | None] = mapped_column(default=None)
    # Machine time, not office time.
    leased_until: Mapped[datetime | None] = mapped_column(index=True, default=None)
    failures: Mapped[float] = mapped_column(default=0.0)

    # How it is asked: validators exactly as they were received.
    etag: Mapped[str] = mapped_column(default="")
    last_modified: Mapped[str] = mapped_column(default="")
    # It said "unchanged" while it had changed.
    validators_lie: Mapped[bool] = mapped_column(default=False)
    # The last read without validators.
    last_whole_at: Mapped[datetime | None] = mapped_column(default=None)
    # A permanent redirect is adopted after repeated sight.
    moved_to: Mapped[str] = mapped_column(default="")
    moved_since: Mapped[datetime | None] = mapped_column(default=None)
    moved_times: Mapped[int] = mapped_column(default=0)

    # What it brought.
    body_hash: Mapped[str] = mapped_column(default="")
    # Of the entries as read: volatile bytes around the same entries change nothing.
    entries_hash: Mapped[int] = mapped_column(BigInteger, default=0)
    last_ok_at: Mapped[datetime | None] = mapped_column(default=None)
    last_new_at: Mapped[datetime | None] = mapped_column(default=None)
    # The newest date the source itself gives; it may stand still while bodies change.
    newest_at: Mapped[datetime | None] = mapped_column(default=None)
    # Its own rhythm: the usual time between two looks that brought something new.
    usual_gap_seconds: Mapped[int | None] = mapped_column(default=None)
    # The last look whose entries were all new: some may have been missed before it.
    outrun_at: Mapped[datetime | None] = mapped_column(default=None)
    # What its entries are like (languages, hosts), for telling when it was hijacked.
    profile: Mapped[dict[str, Any]] = mapped_column(default=dict)
    outlet: Mapped[Outlet] = relationship()


class Poll(Base):
    """One look at a source."""

    __tablename__ = "poll"
    __table_args__ = (Index("ix_poll_source_at", "source_id", "began_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    began_at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[str]
    status: Mapped[int | None] = mapped_column(default=None)
    fault: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
    byte_count: Mapped[int] = mapped_column(default=0)
    milliseconds: Mapped[int] = mapped_column(default=0)
    entry_count: Mapped[int] = mapped_column(default=0)
    new_count: Mapped[int] = mapped_column(default=0)
    # Entries beyond what is read of one document, or without an address.
    left_out_count: Mapped[int] = mapped_column(default=0)
