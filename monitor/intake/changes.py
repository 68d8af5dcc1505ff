"""What becomes of an article after it was found: edited, moved, deleted, restored.

Each change ends a version, which is kept as it was (promise L2).
"""

from datetime import datetime

from sqlalchemy import delete as delete_rows
from sqlalchemy import func, select
from sqlalchemy.orm import Session, object_session

from core.text.tokens import words
from monitor.intake import versions
from monitor.intake.identity import title_hash
from monitor.models import Article, ArticleAddress, ArticleVersion
from monitor.states import Change, TextFrom


def title_share(before: str, after: str) -> float:
    """The share of words two titles have in common, 0 to 1."""
    old, new = set(words(before)), set(words(after))
    return len(old & new) / max(len(old | new), 1)


def holder_of(session: Session, outlet_id: int, address_hash: int) -> int | None:
    """The article of the outlet that is known under an address."""
    return session.scalar(
        select(Article.id).where(
            Article.outlet_id == outlet_id, Article.address_hash == address_hash
        )
    ) or session.scalar(
        select(ArticleAddress.article_id).where(
            ArticleAddress.outlet_id == outlet_id,
            ArticleAddress.address_hash == address_hash,
        )
    )


def is_at(session: Session, article: Article, address_hash: int) -> bool:
    """Whether the article is known under this address."""
    return (
        article.address_hash == address_hash
        or holder_of(session, article.outlet_id, address_hash) == article.id
    )


def move(
    session: Session, article: Article, url: str, address_hash: int, *, now: datetime
) -> bool:
    """Give the article its new address and keep the old one known.

    False when another article of the outlet has that address already: then nothing moves,
    since two stored articles are never made one.
    """
    holder = holder_of(session, article.outlet_id, address_hash)
    if holder not in {None, article.id}:
        return False
    # It may come back to an address it had.
    session.execute(
        delete_rows(ArticleAddress).where(
            ArticleAddress.outlet_id == article.outlet_id,
            ArticleAddress.address_hash == address_hash,
        )
    )
    _end_version(article, Change.MOVED, now=now, url=article.url)
    session.add(
        ArticleAddress(
            outlet_id=article.outlet_id,
            url=article.url,
            address_hash=article.address_hash,
            article_id=article.id,
            first_seen_at=article.first_seen_at,
        )
    )
    article.url, article.address_hash = url, address_hash
    session.flush()
    return True


def retitle(article: Article, title: str, *, now: datetime, stamp: datetime) -> bool:
    """Take over an edited title; False when only its signs differ."""
    if words(title) == words(article.title):
        return False
    is_kept = _end_version(article, Change.EDITED, now=now)
    article.title, article.title_hash = title, title_hash(title)
    if is_kept and article.text_from in {TextFrom.PAGE, TextFrom.SCREEN}:
        # The text behind a new title is probably new as well.
        article.next_read_at = now
    article.sift_at = stamp
    return True


def rewrite(
    article: Article, *, title: str, text: str, now: datetime, stamp: datetime
) -> bool:
    """Take over what its page says at a later read; False when it is no edit."""
    share = versions.changed_share(article.full_text or "", text)
    title = title or article.title
    if article.full_text is not None and not versions.is_edit(
        title_before=article.title, title_after=title, share=share
    ):
        return False
    _end_version(article, Change.EDITED, now=now, share=share)
    article.title, article.title_hash = title, title_hash(title)
    article.full_text, article.text_hash = text, versions.text_hash(text)
    article.sift_at = stamp
    return True


def delete(article: Article, *, now: datetime) -> None:
    """The outlet took it down. What was read stays."""
    if article.deleted_at is None:
        _end_version(article, Change.DELETED, now=now)
        article.deleted_at = now


def restore(article: Article, *, now: datetime) -> None:
    if article.deleted_at is not None:
        _end_version(article, Change.RESTORED, now=now)
        article.deleted_at = None


def _end_version(
    article: Article,
    change: Change,
    *,
    now: datetime,
    share: float = 0.0,
    url: str = "",
) -> bool:
    """Keep what the article was; False for one more edit of one that changes without end."""
    count = _version_count(article)
    if change is Change.EDITED and count >= versions.MOST_VERSIONS:
        return False
    _session(article).add(
        ArticleVersion(
            article_id=article.id,
            number=count + 1,
            change=change,
            changed_at=now,
            title=article.title,
            # A deletion or a move changes no text: only an edit keeps a copy.
            full_text=article.full_text if change is Change.EDITED else None,
            text_hash=article.text_hash,
            share=share,
            url=url,
        )
    )
    _session(article).flush()
    return True


def _version_count(article: Article) -> int:
    return (
        _session(article).scalar(
            select(func.count())
            .select_from(ArticleVersion)
            .where(ArticleVersion.article_id == article.id)
        )
        or 0
    )


def _session(article: Article) -> Session:
    session = object_session(article)
    if session is None:
        raise ValueError("the article is not in a transaction")
    return session
