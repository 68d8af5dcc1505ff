"""A report as a value: what it says, not how it looks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from core.values import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number with its name."""

    name: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of a release that an article took over, as each of the two has them.

    The article's are empty when its text is no longer kept.
    """

    language: Language | None
    release: str
    article: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One article, as a review may quote it. `evidence` is a path of our own pages."""

    outlet: str
    title: str
    language: Language | None
    url: str
    author: str = ""
    # None when the source gives no date: dates are never invented.
    published_at: datetime | None = None
    # How far that date goes: "day" has no hour.
    published_as: str = ""
    excerpt: str = ""
    label: str = ""
    score: float | None = None
    # Why it counts, the strongest first: codes with fields, as `reasons.in_words` says them.
    reasons: tuple[Mapping[str, str], ...] = ()
    quotes: tuple[Quote, ...] = ()
    copies: int = 0
    # Whose text it is, where that is another's: MAP.
    taken_from: str = ""
    # The article and its copies, so that a later edition leaves them out.
    articles: tuple[int, ...] = ()
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSection:
    key: str
    title: str
    note: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentSource:
    """A source that could not be read in the period, and since when."""

    outlet: str
    url: str
    state: str
    since: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """Promise L3: how much of the press the report rests on."""

    read: int
    total: int
    silent: tuple[SilentSource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    kind: str
    title: str
    organisation: str
    day: date
    number: int
    version: int
    zone: str
    since: datetime
    until: datetime
    made_at: datetime
    figures: tuple[Figure, ...]
    sections: tuple[ReportSection, ...]
    completeness: Completeness
