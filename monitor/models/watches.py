"""Watches: saved queries, and the articles they selected."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from monitor.models.articles import Article


class Watch(Base):
    """A saved query. What it says never changes: another query is another watch."""

    __tablename__ = "watch"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    query: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(default="")
    is_on: Mapped[bool] = mapped_column(default=True)
    # Looking back (promise L5) goes from the newest article to the oldest: those with this
    # id and above are done. None before it began; 0 when it is done.
    looked_back_to: Mapped[int | None] = mapped_column(default=None)


class WatchMatch(Base):
    """An article a watch selected, with where its words stand."""

    __tablename__ = "watch_match"
    __table_args__ = (
        UniqueConstraint("watch_id", "article_id"),
        Index("ix_watch_match_article", "article_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    watch_id: Mapped[int] = mapped_column(ForeignKey("watch.id", ondelete="CASCADE"))
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    found_at: Mapped[datetime] = mapped_column(index=True)
    # [{"field": "title" or "body", "start", "end", "phrase"}] in code points.
    passages: Mapped[list[dict[str, Any]]]
    watch: Mapped[Watch] = relationship()
    article: Mapped[Article] = relationship()
