"""Articles, where they were seen and what became of them."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.models import Outlet


class Article(Base):
    """A page of an outlet, once.

    The full text is kept only as long as matching needs it; `text_hash` stays.
    """

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("outlet_id", "address_hash"),
        Index("ix_article_outlet_title", "outlet_id", "title_hash"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"))
    # As the outlet writes it: it can be opened.
    url: Mapped[str]
    # 64 bits of the address without what does not change the article.
    address_hash: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str]
    # 64 bits of the title: the same outlet, the same title, the same hours.
    title_hash: Mapped[int] = mapped_column(BigInteger)
    author: Mapped[str] = mapped_column(default="")
    section: Mapped[str] = mapped_column(default="")
    image: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    # None when nobody gives a date we can read: dates are never invented.
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    # How far that date goes: a `Precision`.
    published_as: Mapped[str] = mapped_column(default="")
    first_seen_at: Mapped[datetime] = mapped_column(index=True)
    excerpt: Mapped[str] = mapped_column(default="")
    full_text: Mapped[str | None] = mapped_column(default=None)
    # Where the full text comes from: a `TextFrom`.
    text_from: Mapped[str] = mapped_column(default="")
    text_hash: Mapped[str] = mapped_column(default="")
    # A `Story`: copies of one text share it.
    story_id: Mapped[int | None] = mapped_column(index=True, default=None)

    # Reading its page, first and again: office time; None when nothing is to be read.
    next_read_at: Mapped[datetime | None] = mapped_column(index=True, default=None)
    # Machine time, not office time.
    reading_until: Mapped[datetime | None] = mapped_column(index=True, default=None)
    reads: Mapped[int] = mapped_column(default=0)
    # 64 bits of its page's own title, which may word the entry's otherwise.
    page_title_hash: Mapped[int] = mapped_column(BigInteger, default=0)
    # In a row: reads that failed or found nothing, and of them those that found it missing.
    read_failures: Mapped[int] = mapped_column(default=0)
    missing_reads: Mapped[int] = mapped_column(default=0)
    etag: Mapped[str] = mapped_column(default="")
    last_modified: Mapped[str] = mapped_column(default="")
    # The outlet took it down: it answered 404 twice in a row, or 410.
    deleted_at: Mapped[datetime | None] = mapped_column(default=None)

    # To be indexed, matched with watches and with releases; None when that is done.
    # Machine time: a worker that takes it moves it on, and that is its lease.
    sift_at: Mapped[datetime | None] = mapped_column(index=True, default=None)
    outlet: Mapped[Outlet] = relationship()


class ArticleAddress(Base):
    """Another address the same article was seen under."""

    __tablename__ = "article_address"
    __table_args__ = (UniqueConstraint("outlet_id", "address_hash"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"))
    url: Mapped[str]
    address_hash: Mapped[int] = mapped_column(BigInteger)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    first_seen_at: Mapped[datetime]


class ArticleVersion(Base):
    """What an article was before it changed, or what else became of it."""

    __tablename__ = "article_version"
    __table_args__ = (UniqueConstraint("article_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    # 1 is what was published first.
    number: Mapped[int]
    # A `Change`: what ended this version.
    change: Mapped[str]
    changed_at: Mapped[datetime]
    # The version as it was until then; the text goes when full texts are forgotten.
    title: Mapped[str]
    full_text: Mapped[str | None] = mapped_column(default=None)
    text_hash: Mapped[str] = mapped_column(default="")
    # The share of words that changed, 0 to 1.
    share: Mapped[float] = mapped_column(default=0.0)
    # For a move: the address it had.
    url: Mapped[str] = mapped_column(default="")


class Sighting(Base):
    """An entry: what one source says of one article, under the source's own key."""

    __tablename__ = "sighting"
    __table_args__ = ({"sqlite_with_rowid": False},)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    # 64 bits of the source's key for the entry.
    key_hash: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False
    )
    # 64 bits of what it says; when they change, the entry was edited.
    said_hash: Mapped[int] = mapped_column(BigInteger)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    first_seen_at: Mapped[datetime]
