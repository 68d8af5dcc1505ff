"""Copies of one text across outlets: each article follows the earliest it is a copy of.

A star around a leader, never a chain: connected components of half-alike texts tied 573
weather reports into one story (measured on 30,000 Arabic articles).
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from core.text.tokens import words
from monitor.matching.reuse import GramIndex, grams, hashes
from monitor.matching.values import ArticleText

_SIZE: Final = 5
_ALIKE: Final = (
    0.47  # Jaccard of 5-word runs; copies reach .50, other texts stay below .45
)
_WINDOW: Final = timedelta(days=7)
_UNDATED: Final = datetime.min.replace(tzinfo=UTC)


def group(articles: Iterable[ArticleText]) -> Mapping[str, str]:
    """Give each article its leader: the earliest article it copies, or itself."""
    leaders: list[ArticleText] = []
    sizes: list[int] = []
    index = GramIndex()
    found: dict[str, str] = {}
    for article in sorted(articles, key=_order):
        runs = np.unique(grams(hashes(words(article.body)), _SIZE))
        place = _leader(index, leaders, sizes, article, runs)
        if place is None:
            index.add([(len(leaders), runs)])
            leaders.append(article)
            sizes.append(len(runs))
            found[article.id] = article.id
        else:
            found[article.id] = leaders[place].id
    return found


def _order(article: ArticleText) -> tuple[datetime, str]:
    return article.published_at or _UNDATED, article.id


def _leader(
    index: GramIndex,
    leaders: list[ArticleText],
    sizes: list[int],
    article: ArticleText,
    runs: np.ndarray[tuple[int], np.dtype[np.uint64]],
) -> int | None:
    _, owners = index.postings(runs)
    shared = np.bincount(owners, minlength=len(leaders))
    best: int | None = None
    most = _ALIKE
    for place in np.flatnonzero(shared):
        alike = shared[place] / (len(runs) + sizes[place] - shared[place])
        if alike >= most and _near(leaders[place], article):
            best, most = int(place), alike
    return best


def _near(leader: ArticleText, article: ArticleText) -> bool:
    if leader.published_at is None or article.published_at is None:
        return True
    return article.published_at - leader.published_at <= _WINDOW
