"""Rows of the review: its plan, its readers and its editions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Edition(Base):
    """One edition of the review, from its first edit to its sending.

    The key is a day and what is edited on it, such as 2026-11-24/morning, so a clock that
    repeats or skips an hour neither doubles it nor drops it.
    """

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("key", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    day: Mapped[date] = mapped_column(Date, index=True)
    # Counts the editions of the office; 0 until it is frozen.
    number: Mapped[int]
    # 1 for the first; 2 is "version 2, replaces".
    version: Mapped[int] = mapped_column(default=1)
    since: Mapped[datetime]
    until: Mapped[datetime]
    # An `EditionState`.
    state: Mapped[str] = mapped_column(index=True)
    # Why this version replaces the one before, or why it is held, for a person.
    because: Mapped[str] = mapped_column(default="")
    # What a person wrote and chose, as `edits.Edits.from_row` reads it.
    edits: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # The report as it was composed, before the edits; empty while it is open.
    whole: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # As it is read, with the edits in it.
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    frozen_at: Mapped[datetime | None] = mapped_column(default=None)
    validated_at: Mapped[datetime | None] = mapped_column(default=None)
    validated_by: Mapped[str] = mapped_column(default="")
    # Until when it is to be validated, and when it is sent then.
    validate_by: Mapped[datetime | None] = mapped_column(default=None)
    ready_at: Mapped[datetime | None] = mapped_column(default=None)
    # When it was given to the distributor, or went nowhere because nobody reads it by mail.
    sent_at: Mapped[datetime | None] = mapped_column(default=None)


class PrintedArticle(Base):
    """An article that an edition printed: it stays out of every later one."""

    __tablename__ = "printed_article"
    # The monitor may find that two articles are one, and forget the second.
    article_id: Mapped[int] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), primary_key=True
    )
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)


class ReviewPlan(Base):
    """The order of the review's sections and what fills them, once for the office."""

    __tablename__ = "review_plan"
    id: Mapped[int] = mapped_column(primary_key=True)
    # As `plan.Plan.from_row` reads it.
    parts: Mapped[dict[str, Any]]
    edited_by: Mapped[str]
    edited_at: Mapped[datetime]


class ReaderGroup(Base):
    """Who gets the review by mail, of it which sections, and how it is laid out."""

    __tablename__ = "reader_group"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    mailing_list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"))
    channel: Mapped[str]
    # "fr", "ar", "en", "bilingual", or empty for each reader's own language.
    layout: Mapped[str] = mapped_column(default="")
    # Keys of sections; empty is all of them.
    sections: Mapped[list[str]] = mapped_column(default=list)
    # Which editions: "morning", "flash".
    kinds: Mapped[list[str]] = mapped_column(default=list)
    with_pdf: Mapped[bool] = mapped_column(default=True)
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    # A group that is gone still says what its readers were sent.
    removed_at: Mapped[datetime | None] = mapped_column(default=None)
