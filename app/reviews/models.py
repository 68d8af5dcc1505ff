"""Rows of the review: editions, frozen."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Edition(Base):
    """One day's review, frozen.

    The day is the key, so a clock that repeats or skips an hour neither doubles it nor
    drops it.
    """

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("day", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    number: Mapped[int]
    # 1 for the first; 2 is "version 2, replaces".
    version: Mapped[int] = mapped_column(default=1)
    since: Mapped[datetime]
    until: Mapped[datetime]
    frozen_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]
