"""Which addresses are those of articles that are stored already."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.intake.identity import address_hash
from monitor.models import Article, ArticleAddress


def known_of(session: Session, urls: Sequence[str]) -> frozenset[str]:
    """Those of *urls* that some outlet's article has, or had."""
    by_hash = {address_hash(url): url for url in urls}
    found: set[int] = set()
    for table in (Article, ArticleAddress):
        found |= set(
            session.scalars(
                select(table.address_hash).where(table.address_hash.in_(by_hash))
            )
        )
    return frozenset(url for url in urls if address_hash(url) in found)
