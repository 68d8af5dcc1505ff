"""Rows only the monitor writes."""

from monitor.models.articles import Article, ArticleAddress, ArticleVersion, Sighting
from monitor.models.coverage import (
    Coverage,
    CoverageDecision,
    Goal,
    KeyMessage,
    LookBack,
    Rectification,
    ReleaseProfile,
)
from monitor.models.search_index import TABLE as SEARCH_TABLE
from monitor.models.sources import Poll, Source
from monitor.models.stories import Byline, Sketch, Story, StorySaid
from monitor.models.watches import Watch, WatchMatch

__all__ = [
    "SEARCH_TABLE",
    "Article",
    "ArticleAddress",
    "ArticleVersion",
    "Byline",
    "Coverage",
    "CoverageDecision",
    "Goal",
    "KeyMessage",
    "LookBack",
    "Poll",
    "Rectification",
    "ReleaseProfile",
    "Sighting",
    "Sketch",
    "Source",
    "Story",
    "StorySaid",
    "Watch",
    "WatchMatch",
]
