"""Rows only the monitor writes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.models import Outlet, Release


class Source(Base):
    """A place where an outlet publishes."""

    __tablename__ = "source"
    id: Mapped[int] = mapped_column(primary_key=True)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), index=True)
    kind: Mapped[str]
    url: Mapped[str] = mapped_column(unique=True)
    options: Mapped[dict[str, Any]]
    state: Mapped[str]
    state_since: Mapped[datetime]
    # What happened last, in a sentence for a person.
    reason: Mapped[str] = mapped_column(default="")
    interval_seconds: Mapped[int]
    next_poll_at: Mapped[datetime] = mapped_column(index=True)
    lease: Mapped[str | None] = mapped_column(default=None)
    # Machine time, not office time.
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    etag: Mapped[str] = mapped_column(default="")
    last_modified: Mapped[str] = mapped_column(default="")
    body_hash: Mapped[str] = mapped_column(default="")
    failures: Mapped[float] = mapped_column(default=0.0)
    last_ok_at: Mapped[datetime | None] = mapped_column(default=None)
    last_new_at: Mapped[datetime | None] = mapped_column(default=None)
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
    reason: Mapped[str] = mapped_column(default="")
    byte_count: Mapped[int] = mapped_column(default=0)
    milliseconds: Mapped[int] = mapped_column(default=0)
    entry_count: Mapped[int] = mapped_column(default=0)
    new_count: Mapped[int] = mapped_column(default=0)


class Article(Base):
    """A page of an outlet, once.

    The full text is kept only as long as matching needs it; `text_hash` stays.
    """

    __tablename__ = "article"
    __table_args__ = (UniqueConstraint("outlet_id", "url"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"))
    url: Mapped[str]
    title: Mapped[str]
    author: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    # None when the source gives no date we can read: dates are never invented.
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    first_seen_at: Mapped[datetime] = mapped_column(index=True)
    excerpt: Mapped[str] = mapped_column(default="")
    full_text: Mapped[str | None] = mapped_column(default=None)
    text_hash: Mapped[str] = mapped_column(default="")
    # Copies of one text share the id of their earliest article.
    story_id: Mapped[int | None] = mapped_column(index=True, default=None)
    outlet: Mapped[Outlet] = relationship()


class Sighting(Base):
    """An entry: what one source says of one article, under the source's own key."""

    __tablename__ = "sighting"
    __table_args__ = (UniqueConstraint("source_id", "entry_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    entry_key: Mapped[str]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    first_seen_at: Mapped[datetime]


class Coverage(Base):
    """An article counted as covering a release, with its evidence."""

    __tablename__ = "coverage"
    __table_args__ = (UniqueConstraint("article_id", "release_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    label: Mapped[str]
    score: Mapped[float]
    # [{"code": ..., fields}] : rendered in the reader's language by the screens.
    reasons: Mapped[list[dict[str, Any]]]
    # [{"start", "end", "language", "release_start", "release_end"}] in code points.
    passages: Mapped[list[dict[str, Any]]]
    found_at: Mapped[datetime] = mapped_column(index=True)
    decision: Mapped[str]
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    because: Mapped[str] = mapped_column(default="")
    article: Mapped[Article] = relationship()
    release: Mapped[Release] = relationship()
