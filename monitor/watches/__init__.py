"""Watches: saved queries that select articles as they come, and among what is stored."""

from monitor.watches.keeping import (
    WatchedArticle,
    WatchLine,
    add,
    articles,
    by_name,
    line,
    listed,
    remove,
    switch,
)
from monitor.watches.looking_back import look_back
from monitor.watches.testing import BackTest, back_test
from monitor.watches.watching import Watches, WatchHit, keep

__all__ = [
    "BackTest",
    "WatchHit",
    "WatchLine",
    "WatchedArticle",
    "Watches",
    "add",
    "articles",
    "back_test",
    "by_name",
    "keep",
    "line",
    "listed",
    "look_back",
    "remove",
    "switch",
]
