"""A report as a value: what it says, not how it looks.

Codes (labels, states, columns) are kept as they are; `naming` says them in a reader's
language. So one value makes every format, and their numbers are the same (promise R1).
What it quotes of articles is cut to what may be quoted when it is made (promise L6).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from core.reporting.rights import quotable
from core.values import Language


class Kind(StrEnum):
    """What a value of a figure or a cell is, so that each format writes it its own way."""

    TEXT = "text"
    # A code that `naming` has a word for, such as label:reprint.
    CODE = "code"
    NUMBER = "number"
    # 0 to 1.
    SHARE = "share"
    MINUTES = "minutes"
    MOMENT = "moment"
    # A moment that is known to its day only.
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number with its name; None where it is not known, and is then said so."""

    name: str
    value: int | float | None
    kind: Kind = Kind.NUMBER
    # What it is out of, where that says more: outlets that printed, of those targeted.
    of: int | None = None
    # The edition before, and the mean of the seven before this one.
    before: int | float | None = None
    usual: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One language's words for something."""

    language: Language
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value of a table; all of its fields empty stands for nothing known."""

    kind: Kind = Kind.TEXT
    text: str = ""
    number: int | float | None = None
    moment: datetime | None = None
    # Whose script a text is in, where that is known.
    language: Language | None = None
    # A path of our own pages, or the address of an article.
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The key and the columns are codes: table:outlets, column:outlet."""

    key: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class ChartForm(StrEnum):
    # The first column names what each bar is of; every other is one series, stacked.
    BARS = "bars"
    # The first column is a moment.
    HOURS = "hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment worth a line in a chart: when a dispatch left, when the event was."""

    # A code: mark:sent, mark:event.
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A table and how to draw it."""

    form: ChartForm
    table: Table
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of a release that an article took over, as each of the two has them.

    The article's are empty when its text is no longer kept.
    """

    language: Language | None
    release: str
    article: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "article", quotable(self.article))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One article, as a review may quote it. `evidence` is a path of our own pages."""

    outlet: str
    title: str
    language: Language | None
    url: str
    outlet_ar: str = ""
    # Its number in this report, from 1: what the essentials refer to.
    reference: int = 0
    author: str = ""
    # The contact who wrote it, where that is known.
    contact: str = ""
    # None when the source gives no date: dates are never invented.
    published_at: datetime | None = None
    # How far that date goes: "day" has no hour.
    published_as: str = ""
    excerpt: str = ""
    label: str = ""
    score: float | None = None
    # The release's number, or the watch that selected it and the words it found.
    about: str = ""
    phrases: tuple[str, ...] = ()
    # Why it counts, the strongest first: codes with fields, as `reasons.in_words` says them.
    reasons: tuple[Mapping[str, str], ...] = ()
    quotes: tuple[Quote, ...] = ()
    copies: int = 0
    # The outlets that have copies.
    also_in: tuple[str, ...] = ()
    # Whose text it is, where that is another's: MAP.
    taken_from: str = ""
    # The outlet whose story it is a light rewrite of.
    rewrites: str = ""
    # What a person said of it: positive, neutral, negative; empty is not said.
    tone: str = ""
    on_front: bool = False
    # An error in it that the outlet was asked, or is to be asked, to mend.
    to_rectify: bool = False
    # The article and its copies, so that a later edition leaves them out.
    articles: tuple[int, ...] = ()
    evidence: str = ""
    # When it was read, and the hash of what was read.
    read_at: datetime | None = None
    digest: str = ""
    # What its outlet's licence wants said beside it.
    licence_notice: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "excerpt", quotable(self.excerpt))


@dataclass(frozen=True, slots=True, kw_only=True)
class Essential:
    """A line of the first page, written by a person; `articles` are those it rests on."""

    said: tuple[Said, ...]
    articles: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An alert as the report tells it: its rule, and its sentence in each language."""

    rule: str
    raised_at: datetime
    said: tuple[Said, ...]
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSection:
    """`key` is a code, or starts with "watch:"; then `title` is the watch's own name."""

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
    # Articles seen in the period, and of the proposals those people confirmed or rejected.
    seen: int | None = None
    kept: int | None = None
    rejected: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageQuote:
    """The words by which one article carries a key message."""

    outlet: str
    language: Language | None
    text: str
    evidence: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", quotable(self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """How far one key message came: who carried it, in which words."""

    place: int
    said: tuple[Said, ...]
    outlets: int
    quotes: tuple[MessageQuote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PickedSentence:
    """A sentence of a release, and the outlets that printed most of it."""

    text: str
    outlets: tuple[str, ...]
    # A title, or the first sentence of a paragraph: what stands before it.
    opens: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PickUp:
    """The pick-up map of one version; `of` is how many outlets printed from it at all."""

    language: Language
    of: int
    sentences: tuple[PickedSentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a release was to achieve, set before its event."""

    objective: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    # "review" or "balance".
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
    organisation_ar: str = ""
    # Of a review: "morning" or "flash".
    edition: str = ""
    # Of a version that replaces another: why.
    because: str = ""
    validated_by: str = ""
    # What the office prints on top, such as "Diffusion restreinte".
    notice: str = ""
    # Where our own pages are for whoever reads it: empty on those pages themselves, None
    # where they cannot be reached.
    address: str | None = None
    essentials: tuple[Essential, ...] = ()
    alerts: tuple[Notice, ...] = ()
    goal: Goal | None = None
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    messages: tuple[MessageLine, ...] = ()
    pick_up: tuple[PickUp, ...] = ()
    # Codes of what it does not know and must say: limit:texts-forgotten.
    limits: tuple[str, ...] = ()
