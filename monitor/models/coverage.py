"""What counts as covering a release, and what was looked through for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.models import Release
from monitor.models.articles import Article


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


class LookBack(Base):
    """A release that was matched with what was stored before it came (promise L5)."""

    __tablename__ = "look_back"
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)
    # Of its versions: a changed release is looked back for again.
    seal: Mapped[str]
    # Articles up to this id are done; None until the whole is.
    reached_id: Mapped[int | None] = mapped_column(default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
