"""Watches: saved queries that select articles as they come, and among what is stored."""

from monitor.watches.keeping import (
    WatchedArticle,
    WatchLine,
    add,
    articles,
    by_name,
    change,
    line,
    listed,
    of_article,
    remove,
    switch,
)
from monitor.watches.looking_back import look_back
from monitor.watches.testing import BackTest, back_test
from monitor.watches.trying import Trial, excluding, narrowed, try_out
from monitor.watches.watching import Watches, WatchHit, keep

__all__ = [
    "BackTest",
    "Trial",
    "WatchHit",
    "WatchLine",
    "WatchedArticle",
    "Watches",
    "add",
    "articles",
    "back_test",
    "by_name",
    "change",
    "excluding",
    "keep",
    "line",
    "listed",
    "look_back",
    "narrowed",
    "of_article",
    "remove",
    "switch",
    "try_out",
]
