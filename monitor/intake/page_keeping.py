"""What a look at its page changes in an article: text, dates, address, deletion."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.web import Fetched
from core.web.domain import domain_of
from monitor.extract import ExtractedArticle
from monitor.intake import changes, dates, leaving, versions
from monitor.intake.identity import address_hash, title_hash
from monitor.intake.pages import PageOutcome, PageRead
from monitor.models import (
    Article,
    ArticleAddress,
    Coverage,
    Sighting,
    WatchMatch,
)
from monitor.sources.markup import shortened
from monitor.states import TextFrom

_EXCERPT: Final = 300
_GONE: Final = 410
_PERMANENT: Final = frozenset({301, 308})
# After a failed read; then what the source said must do.
_RETRIES: Final = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
# A page must be missing twice before it counts as deleted: sites have bad minutes.
_MISSING_TWICE: Final = 2
# Two titles with so many words in common are of one article.
_SAME_SHARE: Final = 0.5
_MISSING_AGAIN: Final = timedelta(hours=1)


def keep(
    session: Session,
    article: Article,
    read: PageRead,
    *,
    now: datetime,
    stamp: datetime,
) -> None:
    """Write what a look at the page changes, and when it is read next."""
    article.reading_until = None
    if read.outcome is PageOutcome.POSTPONED:
        # A domain may rest for a day, and the news is known from its source already.
        _sift_unread(article, stamp)
        article.next_read_at = now + max(read.rest, _RETRIES[0])
        return
    if read.outcome is PageOutcome.MISSING:
        _missing(article, read, now=now, stamp=stamp)
        return
    if read.outcome not in {PageOutcome.READ, PageOutcome.UNCHANGED}:
        _failed(article, read, now=now, stamp=stamp)
        return
    article.read_failures = article.missing_reads = 0
    _remember_validators(article, read.fetched)
    changes.restore(article, now=now)
    is_first = article.reads == 0
    article.reads += 1
    _moved(session, article, read.fetched, now=now)
    if read.page is not None:
        if is_first and _absorbed(session, article, read.page, now=now):
            return
        _take(article, read, now=now, stamp=stamp)
    # Whether it is followed is known once it is sifted.
    article.next_read_at = (
        None if is_first else versions.next_reread(article.first_seen_at, now=now)
    )


def _moved(
    session: Session, article: Article, fetched: Fetched | None, *, now: datetime
) -> None:
    """Follow a permanent redirect within the site.

    At the first read the entry's address was a way to the article, and it is known by both
    from then on; later, the article moved.
    """
    hops = fetched.hops if fetched is not None else ()
    if fetched is None or not hops or any(one.status not in _PERMANENT for one in hops):
        return
    place = _other_place(article, fetched.url)
    if place is None:
        return
    if article.reads > 1:
        changes.move(session, article, fetched.url, place, now=now)
    elif changes.holder_of(session, article.outlet_id, place) is None:
        session.add(_address(article, fetched.url, place, article.id, now=now))


def _take(article: Article, read: PageRead, *, now: datetime, stamp: datetime) -> None:
    page = read.page
    if page is None:
        return
    page_title = title_hash(page.title) if page.title else 0
    if article.text_from == TextFrom.PAGE and read.text_from is TextFrom.PAGE:
        # The entry may word the title otherwise than the page: only a page is compared
        # with a page.
        is_retitled = page_title not in {0, article.page_title_hash}
        changes.rewrite(
            article,
            title=page.title if is_retitled else article.title,
            text=page.text,
            now=now,
            stamp=stamp,
        )
    else:
        _complete(article, page, now=now)
        article.text_from = read.text_from.value
        article.sift_at = stamp
    article.page_title_hash = page_title or article.page_title_hash


def _complete(article: Article, page: ExtractedArticle, *, now: datetime) -> None:
    """What the source left out comes from the page; what it said stays."""
    if page.title and (article.title == article.url or _is_cut(article.title)):
        article.title, article.title_hash = page.title, title_hash(page.title)
    article.full_text = page.text
    article.text_hash = versions.text_hash(page.text)
    article.author = article.author or page.author
    article.section = article.section or page.section
    article.image = article.image or page.image
    article.language = page.language or article.language
    article.excerpt = article.excerpt or shortened(page.text, _EXCERPT)
    published = dates.believable(page.published, now=now)
    if article.published_at is None and published is not None:
        article.published_at = published.at
        article.published_as = published.precision.value


def _is_cut(title: str) -> bool:
    return title.endswith(("...", "…", "[…]"))


def _remember_validators(article: Article, fetched: Fetched | None) -> None:
    headers: Mapping[str, str] = fetched.headers if fetched is not None else {}
    article.etag = headers.get("etag", article.etag)
    article.last_modified = headers.get("last-modified", article.last_modified)


def _missing(
    article: Article, read: PageRead, *, now: datetime, stamp: datetime
) -> None:
    _sift_unread(article, stamp)
    article.read_failures += 1
    article.missing_reads += 1
    status = read.fetched.status if read.fetched is not None else 0
    if article.missing_reads < _MISSING_TWICE and status != _GONE:
        article.next_read_at = now + _MISSING_AGAIN
        return
    changes.delete(article, now=now)
    # A deleted article may come back; the rest of its re-reads will tell.
    article.next_read_at = _next_reread(article, now)


def _failed(
    article: Article, read: PageRead, *, now: datetime, stamp: datetime
) -> None:
    _sift_unread(article, stamp)
    tried, article.read_failures = article.read_failures, article.read_failures + 1
    is_over = tried >= len(_RETRIES) or read.outcome is PageOutcome.REFUSED
    article.next_read_at = (
        _next_reread(article, now) if is_over else now + _RETRIES[tried]
    )


def _next_reread(article: Article, now: datetime) -> datetime | None:
    """A site that is down for a day misses one re-read, not those that follow."""
    return (
        versions.next_reread(article.first_seen_at, now=now) if article.reads else None
    )


def _sift_unread(article: Article, stamp: datetime) -> None:
    """What was never read is sifted with what its source said, at the first failure."""
    if article.reads == 0 and article.read_failures == 0:
        article.sift_at = stamp


def _absorbed(
    session: Session, article: Article, page: ExtractedArticle, *, now: datetime
) -> bool:
    """Give its entries to the article that is known under the address the page names.

    Only at the first read, and while nothing was found in it: a page that could not be read
    at once was sifted with what its source said, and what was found stays apart.
    """
    place = _other_place(article, page.canonical)
    if place is None:
        return False
    other = changes.holder_of(session, article.outlet_id, place)
    if other is None:
        session.add(_address(article, page.canonical, place, article.id, now=now))
        return False
    twin = session.get_one(Article, other)
    if twin is article or not _is_same(twin, article, page):
        return False
    if _is_found_in(session, article):
        return False
    for rows in (Sighting, ArticleAddress):
        session.execute(
            update(rows).where(rows.article_id == article.id).values(article_id=other)
        )
    session.add(_address(article, article.url, article.address_hash, other, now=now))
    leaving.leave(session, article.id)
    session.delete(article)
    session.flush()
    return True


def _other_place(article: Article, canonical: str) -> int | None:
    """The hash of the canonical address where it names another page of the same site."""
    if not canonical or domain_of(canonical) != domain_of(article.url):
        return None
    place = address_hash(canonical)
    is_front = urlsplit(canonical).path in {"", "/"}
    return None if is_front or place == article.address_hash else place


def _is_found_in(session: Session, article: Article) -> bool:
    """Whether it covers a release or answers a watch."""
    return any(
        session.scalar(select(found.id).where(found.article_id == article.id).limit(1))
        is not None
        for found in (Coverage, WatchMatch)
    )


def _is_same(twin: Article, article: Article, page: ExtractedArticle) -> bool:
    """Careless sites name one canonical address on all their pages."""
    return any(
        changes.title_share(twin.title, title) >= _SAME_SHARE
        for title in (article.title, page.title)
    )


def _address(
    article: Article, url: str, place: int, article_id: int, *, now: datetime
) -> ArticleAddress:
    return ArticleAddress(
        outlet_id=article.outlet_id,
        url=url,
        address_hash=place,
        article_id=article_id,
        first_seen_at=now,
    )
