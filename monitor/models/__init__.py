"""Rows only the monitor writes."""

from monitor.models.articles import Article, ArticleAddress, ArticleVersion, Sighting
from monitor.models.coverage import Coverage, LookBack
from monitor.models.sources import Poll, Source

__all__ = [
    "Article",
    "ArticleAddress",
    "ArticleVersion",
    "Coverage",
    "LookBack",
    "Poll",
    "Sighting",
    "Source",
]
