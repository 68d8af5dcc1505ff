"""Candidates for a source, and why one is chosen. Frozen; the words are said elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from monitor.sources.base import Document, Parsed
from monitor.states import Fault

# Reads a document as a kind, within bounds. Raises NotASource, or Unavailable when it costs
# too much.
Read = Callable[[str, Document, Mapping[str, Any]], Parsed]


class Way(StrEnum):
    """How an address was found; earlier ways are more to be trusted."""

    ITSELF = "itself"
    # <link rel="alternate"> in the head of the page.
    LINK = "link"
    # A link to be clicked on.
    ANCHOR = "anchor"
    # A Sitemap line of robots.txt, or what such a sitemap names.
    ROBOTS = "robots"
    # Where sites of its make have theirs.
    USUAL = "usual"
    # The page read as a list of articles.
    LISTING = "listing"


class Why(StrEnum):
    """What became of a candidate."""

    BEST = "best"
    # It could be taken as well as the best.
    AS_GOOD = "as-good"
    SAME_ARTICLES = "same-articles"
    # It can be read, and another says more or sooner.
    SAYS_LESS = "says-less"
    OLD = "old"
    COMMENTS = "comments"
    HOME_PAGE = "home-page"
    # Its `fault` says it.
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """An address worth a look."""

    url: str
    way: Way
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    url: str
    way: Way
    why: Why
    kind: str = ""
    title: str = ""
    homepage: str = ""
    entries: int = 0
    # How many of them have a date.
    dated: int = 0
    newest: datetime | None = None
    language: str = ""
    fault: Fault | None = None
    detail: str = ""
    # The addresses of its entries, for telling the same from others.
    addresses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All that was looked at, the best first. `best` is None when nothing, or no one, is clear."""

    candidates: Sequence[Candidate]
    # How many requests it took.
    asked: int

    @property
    def best(self) -> Candidate | None:
        chosen = [one for one in self.candidates if one.why is Why.BEST]
        return chosen[0] if chosen and not self.rivals else None

    @property
    def rivals(self) -> Sequence[Candidate]:
        return [one for one in self.candidates if one.why is Why.AS_GOOD]
