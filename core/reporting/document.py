"""A laid-out report: blocks of words that are said already; a format only draws them.

Words of two scripts stand in one line, so each run names its language where that is not
the document's own, and a format isolates it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from core.i18n import Words
from core.reporting.report import Chart
from core.values import Language


class Style(StrEnum):
    PLAIN = "plain"
    # Less important: dates, reasons.
    FAINT = "faint"
    # In a box: what a reader must know before trusting the numbers.
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words in one language and one look.

    `language` None is that of the paragraph it stands in, else the document's own.
    """

    text: str
    language: Language | None = None
    strong: bool = False
    # An address, or "#line-3": a place of this document.
    href: str = ""


Runs = Sequence[Run]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """`level` 1 is the title, 2 a section, 3 a part of one; `anchor` can be linked to."""

    level: int
    runs: Runs
    anchor: str = ""
    # Stands on a new page in what has pages.
    on_new_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """`language` gives the direction of the whole; None is the document's own."""

    runs: Runs
    language: Language | None = None
    style: Style = Style.PLAIN
    # It says the paragraph before it in another language: the two may stand side by side.
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A list; *ordered* ones are numbered."""

    items: Sequence[Paragraph]
    ordered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A figure as it is read: `value` is said already, `change` compares it."""

    value: str
    name: Runs
    change: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    items: Sequence[Number]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One article: its title, who printed it when and how, an excerpt, and why it counts."""

    anchor: str
    language: Language | None
    reference: str
    title: Runs
    by: Runs
    excerpt: str = ""
    why: Runs = ()
    quotes: "Grid | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    name: Runs
    # Figures stand at the end of their column.
    is_figure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table; a cell is a paragraph, so it has a language of its own."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Paragraph]]
    caption: Runs = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart, its words for those who do not see it, and the table behind it."""

    chart: Chart
    alternative: str
    grid: Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadedSentence:
    """`shade` is 0 (nobody printed it) to 1; `outlets` how many did; `note` says who."""

    text: str
    shade: float
    note: str
    opens: bool = False
    outlets: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaded:
    """A text whose sentences are shaded by how many outlets printed them, with its key."""

    language: Language
    sentences: Sequence[ShadedSentence]
    legend: Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class RollLine:
    """Somebody to tick off: who, what is said of them, and a code a telephone reads.

    `code` is the picture of the code as SVG, empty for none; `alternative` says it.
    """

    reference: str
    name: Runs
    by: Runs
    facts: Sequence[Paragraph] = ()
    code: str = ""
    alternative: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """Whom to tick off, one below the other. Only pages draw it: it is paper's own."""

    lines: Sequence[RollLine]


Block = Heading | Paragraph | Points | Numbers | Entry | Grid | Picture | Shaded | Roll


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`spoken` are the languages of its fixed words, the first being its direction."""

    spoken: Sequence[Words]
    title: str
    organisation: str
    # Stands at the foot of each page.
    foot: Runs
    # The IANA name that moments are said in.
    zone: str
    blocks: Sequence[Block] = field(default_factory=tuple)

    @property
    def language(self) -> Language:
        return self.spoken[0].language
