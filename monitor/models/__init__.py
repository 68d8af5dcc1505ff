"""Rows only the monitor writes."""

from monitor.models.articles import Article, ArticleAddress, ArticleVersion, Sighting
from monitor.models.coverage import Coverage, LookBack
from monitor.models.search_index import TABLE as SEARCH_TABLE
from monitor.models.sources import Poll, Source
from monitor.models.watches import Watch, WatchMatch

__all__ = [
    "SEARCH_TABLE",
    "Article",
    "ArticleAddress",
    "ArticleVersion",
    "Coverage",
    "LookBack",
    "Poll",
    "Sighting",
    "Source",
    "Watch",
    "WatchMatch",
]
