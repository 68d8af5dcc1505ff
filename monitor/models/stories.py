"""Stories: copies of one text in several outlets, and who wrote an article."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Story(Base):
    """Articles of several outlets that are copies of one text; its id never changes."""

    __tablename__ = "story"
    id: Mapped[int] = mapped_column(primary_key=True)
    # The earliest, or the one of the agency that the copies name.
    origin_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    # The agency that wrote it, as its copies name it: MAP.
    agency: Mapped[str] = mapped_column(default="")
    # The story this one is a light rewrite of; a copy is never one.
    rewrites_id: Mapped[int | None] = mapped_column(
        ForeignKey("story.id"), index=True, default=None
    )
    articles: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)


class Sketch(Base):
    """The hashes of an article's text, by which its copies are found for two weeks."""

    __tablename__ = "sketch"
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), unique=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    # How many runs of words the text has.
    runs: Mapped[int]
    # The upper 32 bits of each run's hash, sorted, little-endian.
    prints: Mapped[bytes] = mapped_column(LargeBinary)
    appeared_at: Mapped[datetime] = mapped_column(index=True)


class StorySaid(Base):
    """That a person called an article a copy of another's text, and may have taken it back."""

    __tablename__ = "story_said"
    id: Mapped[int] = mapped_column(primary_key=True)
    # The line that was looked at.
    coverage_id: Mapped[int] = mapped_column(
        ForeignKey("coverage.id", ondelete="CASCADE"), index=True
    )
    article_id: Mapped[int] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), index=True
    )
    story_id: Mapped[int] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), index=True
    )
    # The story it was in: what is found to be a copy of that one later follows.
    was_id: Mapped[int | None] = mapped_column(
        ForeignKey("story.id", ondelete="SET NULL"), index=True, default=None
    )
    by: Mapped[str]
    said_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_by: Mapped[str] = mapped_column(default="")


class Byline(Base):
    """That a contact may have written an article: proposed with reasons, decided by people."""

    __tablename__ = "byline"
    __table_args__ = (UniqueConstraint("article_id", "contact_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    # The sending half's contact: a number here, for the halves never meet.
    contact_id: Mapped[int] = mapped_column(index=True)
    # The name as the outlet prints it.
    name: Mapped[str]
    score: Mapped[float]
    # [{"code": ..., fields}], as for coverage.
    reasons: Mapped[list[dict[str, Any]]]
    # A `Decision`.
    decision: Mapped[str]
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    found_at: Mapped[datetime]
