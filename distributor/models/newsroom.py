"""The public newsroom: which release stands there, from when, and the words and files that do."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Wall
from core.models import Release

_CURRENT = text("ended_at IS NULL")


class Publication(Base):
    """A release as it was put in the newsroom: a copy of what was sealed, and from when it shows.

    It shows from its own hour, or from the moment its dispatch begins to leave. An earlier one
    of the same release has ended; one that was withdrawn has not, and says so at its address.
    """

    __tablename__ = "publication"
    __table_args__ = (
        Index(
            "ix_publication_current",
            "release_id",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
        Index(
            "ix_publication_slug",
            "slug",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    # Its part of the address: the release's number, as an address can hold it.
    slug: Mapped[str]
    # The release seal of what was copied.
    seal: Mapped[str]
    number: Mapped[str]
    kind: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    signatory: Mapped[str] = mapped_column(default="")
    press_contact: Mapped[str] = mapped_column(default="")
    press_phone: Mapped[str] = mapped_column(default="")
    press_email: Mapped[str] = mapped_column(default="")
    # A writer asks; somebody who may send decides. Until then it shows to nobody.
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    # It shows when this dispatch begins to leave; without one, at its own hour.
    dispatch_id: Mapped[int | None] = mapped_column(
        ForeignKey("dispatch.id"), index=True
    )
    wall: Mapped[datetime | None] = mapped_column(Wall, default=None)
    zone: Mapped[str]
    publish_at: Mapped[datetime | None] = mapped_column(default=None)
    # Of the office, for the office.
    note: Mapped[str] = mapped_column(default="")
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
    withdrawn_why: Mapped[str] = mapped_column(default="")
    # When another took its place, or it was taken back before anybody saw it.
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    release: Mapped[Release] = relationship()
    texts: Mapped[list["PublishedText"]] = relationship(
        order_by="PublishedText.id", cascade="all, delete-orphan"
    )
    files: Mapped[list["PublishedFile"]] = relationship(
        order_by="PublishedFile.id", cascade="all, delete-orphan"
    )


class PublishedText(Base):
    """One language's title and body (Markdown), as they were sealed."""

    __tablename__ = "published_text"
    __table_args__ = (UniqueConstraint("publication_id", "language"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"))
    language: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    body: Mapped[str]
    # The title's folded words, for search.
    found_by: Mapped[str]


class PublishedFile(Base):
    """A file that goes with it. A picture was drawn anew: nothing of its camera is left."""

    __tablename__ = "published_file"
    __table_args__ = (UniqueConstraint("publication_id", "file_name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"))
    # Goes with this language's text only; empty goes with all.
    language: Mapped[str] = mapped_column(default="")
    # As of an attachment: "signed", "annex" or "picture".
    role: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    # SHA-256 of the attachment it was made from.
    digest: Mapped[str]
    # Of a picture: what it shows, whose it is, and how large it is in pixels.
    alternative: Mapped[str] = mapped_column(default="")
    credit: Mapped[str] = mapped_column(default="")
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    # The same picture, small enough for a page.
    small: Mapped[bytes | None] = mapped_column(
        LargeBinary, deferred=True, default=None
    )
