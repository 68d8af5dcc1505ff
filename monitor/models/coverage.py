"""What counts as covering a release, and what was looked through for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.models import Release
from monitor.models.articles import Article


class Coverage(Base):
    """An article counted as covering a release, with its evidence."""

    __tablename__ = "coverage"
    __table_args__ = (
        UniqueConstraint("article_id", "release_id"),
        # The queue of triage: what is open, newest first.
        Index("ix_coverage_decision", "decision", "id"),
        # The newest of some decisions, among years of others.
        Index("ix_coverage_decision_found", "decision", "found_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    label: Mapped[str]
    # 0 to 1, after what the desk's lessons took from it.
    score: Mapped[float]
    # What they took: a pattern that people rejected before scores lower.
    lowered: Mapped[float] = mapped_column(default=0.0)
    # The label a person gave it, where that is another.
    corrected: Mapped[str] = mapped_column(default="")
    # What the proposal rests on, as `matching.learning` compares it: {"sign": value}.
    signs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # [{"code": ..., fields}] : rendered in the reader's language by the screens.
    reasons: Mapped[list[dict[str, Any]]]
    # [{"start", "end", "language", "release_start", "release_end"}] in code points.
    passages: Mapped[list[dict[str, Any]]]
    found_at: Mapped[datetime] = mapped_column(index=True)
    decision: Mapped[str]
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    because: Mapped[str] = mapped_column(default="")
    # What a person said of it: a `Tone`, and whether it stood on the front page.
    tone: Mapped[str] = mapped_column(default="")
    on_front: Mapped[bool] = mapped_column(default=False)
    article: Mapped[Article] = relationship()
    release: Mapped[Release] = relationship()


class CoverageDecision(Base):
    """What a person said of one coverage line, each time; the machine learns from these."""

    __tablename__ = "coverage_decision"
    id: Mapped[int] = mapped_column(primary_key=True)
    coverage_id: Mapped[int] = mapped_column(ForeignKey("coverage.id"), index=True)
    # A `Decision`, "proposed" when it was taken back; for a rejection a `Rejection` with
    # the person's own words, for a confirmation the label they gave where it is another.
    decision: Mapped[str]
    corrected: Mapped[str] = mapped_column(default="")
    rejection: Mapped[str] = mapped_column(default="")
    because: Mapped[str] = mapped_column(default="")
    # The proposal as it was when the person saw it.
    label: Mapped[str]
    score: Mapped[float]
    lowered: Mapped[float] = mapped_column(default=0.0)
    signs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    by: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(index=True)


class Rectification(Base):
    """An error in an article, what was asked of the outlet, and what came of it."""

    __tablename__ = "rectification"
    id: Mapped[int] = mapped_column(primary_key=True)
    coverage_id: Mapped[int] = mapped_column(ForeignKey("coverage.id"), index=True)
    # What is wrong, and what is right, in a person's words.
    wrong: Mapped[str]
    right: Mapped[str] = mapped_column(default="")
    noted_by: Mapped[str]
    noted_at: Mapped[datetime]
    asked_at: Mapped[datetime | None] = mapped_column(default=None)
    # A `Redress`, once the outlet answered: obtained, refused.
    redress: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None] = mapped_column(default=None)


class Goal(Base):
    """What a release was to achieve, set before its event: the head of its balance."""

    __tablename__ = "goal"
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)
    objective: Mapped[str] = mapped_column(default="")
    # Whom it was to reach, in the office's words.
    audience: Mapped[str] = mapped_column(default="")
    set_by: Mapped[str]
    set_at: Mapped[datetime]


class KeyMessage(Base):
    """One thing a release is to get across, in one language."""

    __tablename__ = "key_message"
    __table_args__ = (UniqueConstraint("release_id", "place", "language"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    # 1 is the first; its words in each language share it.
    place: Mapped[int]
    language: Mapped[str]
    text: Mapped[str]
    set_by: Mapped[str]
    set_at: Mapped[datetime]


class ReleaseProfile(Base):
    """What a person changed in the profile that matching proposes for a release."""

    __tablename__ = "release_profile"
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)
    # The parts that were changed, as `matching.profile.Profile.from_row` reads them.
    parts: Mapped[dict[str, Any]]
    # Raised by each change: the release is looked back for again.
    edition: Mapped[int] = mapped_column(default=1)
    edited_by: Mapped[str]
    edited_at: Mapped[datetime]


class LookBack(Base):
    """A release that was matched with what was stored before it came (promise L5)."""

    __tablename__ = "look_back"
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)
    # Of its versions: a changed release is looked back for again.
    seal: Mapped[str]
    # Articles up to this id are done; None until the whole is.
    reached_id: Mapped[int | None] = mapped_column(default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
