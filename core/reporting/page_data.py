"""A laid-out document -> the plain values that the template of pages reads.

Words stay values and are never read as markup. Each run names its language and direction
where they are not those around it; addresses that may not be clicked on are left out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from core.reporting.document import (
    Block,
    Document,
    Entry,
    Grid,
    Heading,
    Number,
    Numbers,
    Paragraph,
    Picture,
    Points,
    Run,
    Runs,
    Shaded,
    ShadedSentence,
)
from core.reporting.printable import breakable, printable
from core.reporting.report import Chart
from core.values import Language
from core.web.outward import outward

Data = dict[str, Any]

# Signs of an entry that fits on a page whatever else is on it, so that it need not break.
_SHORT_ENTRY: Final = 1_500
# A cell with more is read as a text of its own, from the side its language starts at.
_LONG_CELL: Final = 60
_WORDS_TO_FIND: Final = 6
_ISOLATES: Final = {"ltr": "\u2066", "rtl": "\u2067"}
_BY_ITS_SCRIPT: Final = "\u2068"
_ISOLATED: Final = "\u2069"
# Signs that a column asks room for, and that a line of small print has.
_WIDEST: Final = 40.0
_NARROWEST: Final = 6.0
_SHORT: Final = 16  # signs: a day and an hour
_WIDEST_FIGURE: Final = 14.0
_SMALL_LINE: Final = 110.0
_MOST_BESIDE: Final = 3
_ROWS_BEFORE_SPLIT: Final = 12
_COLUMNS_OF_A_PAGE: Final = 6


@dataclass(frozen=True, slots=True)
class PageData:
    """What a template reads, and the pictures it names by their place, from 0."""

    document: Data
    charts: Sequence[Chart]


def page_data(document: Document) -> PageData:
    reader = _Reader(document)
    blocks = [one for block in document.blocks for one in reader.block(block)]
    words = document.spoken[0]
    return PageData(
        document={
            "lang": words.language.value,
            "dir": words.direction,
            "title": printable(document.title),
            "organisation": printable(document.organisation),
            "foot": reader.runs(document.foot),
            "page": " · ".join(
                dict.fromkeys(
                    one.gettext("Page %(page)s of %(pages)s")
                    % {"page": "{page}", "pages": "{pages}"}
                    for one in document.spoken
                )
            ),
            "blocks": blocks,
        },
        charts=reader.charts,
    )


@dataclass(slots=True)
class _Reader:
    document: Document
    charts: list[Chart] = field(default_factory=list)
    _level: int = 0
    _anchors: frozenset[str] = frozenset()
    _placed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._anchors = frozenset(
            block.anchor
            for block in self.document.blocks
            if isinstance(block, Heading | Entry) and block.anchor
        )

    def block(self, block: Block) -> Iterator[Data]:
        readers: Mapping[type, Callable[[Any], Iterator[Data]]] = {
            Heading: self._heading,
            Paragraph: self._paragraphs,
            Points: self._points,
            Numbers: self._numbers,
            Entry: self._entry,
            Grid: self._grids,
            Picture: self._picture,
            Shaded: self._shaded,
        }
        return readers[type(block)](block)

    def runs(
        self,
        runs: Runs,
        around: Language | None = None,
        own: Language | None = None,
    ) -> Sequence[Data]:
        """Runs of a paragraph in *around*, each keeping its own order of words.

        *own* is the language of those that name none: the document's, unless given.
        """
        direction = (around or self.document.language).direction
        shown = [run for run in runs if run.text]
        return [
            self._run(
                run,
                run.language or own or self.document.language,
                beside=None if len(shown) > 1 else direction,
            )
            for run in shown
        ]

    def _run(self, run: Run, language: Language, *, beside: str | None) -> Data:
        """*beside* is the direction that needs no isolating, if any."""
        text = breakable(run.text)
        # A dot between two runs belongs to neither, and stands as the paragraph runs.
        has_words = any(sign.isalnum() for sign in text)
        if has_words and language.direction != beside:
            text = f"{_ISOLATES[language.direction]}{text}{_ISOLATED}"
        found: Data = {"text": text, "lang": language.value, "strong": run.strong}
        place = run.href.removeprefix("#")
        if run.href.startswith("#"):
            if place in self._anchors:
                found["place"] = place
        elif there := outward(run.href).href:
            found["address"] = there
        return found

    def _heading(self, heading: Heading) -> Iterator[Data]:
        """Levels never jump, as those who read by headings need it."""
        runs = self.runs(heading.runs)
        if not runs:
            return
        self._level = min(max(heading.level, 1), self._level + 1)
        yield {
            "kind": "heading",
            "level": self._level,
            "runs": runs,
            "anchor": self._anchor(heading.anchor),
            "on_new_page": heading.on_new_page,
        }

    def _anchor(self, anchor: str) -> str:
        """The first of a name has it, for a place is one."""
        if not anchor or anchor in self._placed:
            return ""
        self._placed.add(anchor)
        return anchor

    def _paragraphs(self, paragraph: Paragraph) -> Iterator[Data]:
        found = self._paragraph(paragraph)
        if found["runs"]:
            yield found

    def _paragraph(self, paragraph: Paragraph) -> Data:
        return {
            "kind": "paragraph",
            "runs": self.runs(paragraph.runs, paragraph.language, paragraph.language),
            "style": paragraph.style.value,
        } | self._way(paragraph.language)

    def _points(self, points: Points) -> Iterator[Data]:
        """One list for each stretch of one direction, so that its marks stand on that side."""
        place = 1
        for _, stretch in groupby(
            points.items, lambda item: self._way(item.language)["dir"]
        ):
            items = [self._paragraph(item) for item in stretch]
            yield {
                "kind": "points",
                "ordered": points.ordered,
                "start": place,
                "lang": items[0]["lang"],
                "dir": items[0]["dir"],
                "items": items,
            }
            place += len(items)

    def _numbers(self, numbers: Numbers) -> Iterator[Data]:
        if numbers.items:
            yield {
                "kind": "numbers",
                "items": [self._number(one) for one in numbers.items],
            }

    def _number(self, number: Number) -> Data:
        return {
            "value": printable(number.value),
            "name": self.runs(number.name),
            "change": printable(number.change),
        }

    def _entry(self, entry: Entry) -> Iterator[Data]:
        length = _length((*entry.title, *entry.by, *entry.why))
        yield {
            "kind": "entry",
            "anchor": self._anchor(entry.anchor),
            "reference": printable(entry.reference),
            "title": self.runs(entry.title, entry.language),
            "by": self.runs(entry.by, entry.language),
            "excerpt": breakable(entry.excerpt),
            "why": self.runs(entry.why, entry.language),
            "quotes": self._grid(entry.quotes) if entry.quotes else None,
            "may_break": entry.quotes is not None
            or length + len(entry.excerpt) > _SHORT_ENTRY,
        } | self._way(entry.language)

    def _grids(self, grid: Grid) -> Iterator[Data]:
        yield self._grid(grid)

    def _grid(self, grid: Grid) -> Data:
        return {
            "kind": "grid",
            "caption": self.runs(grid.caption),
            "small": len(grid.columns) > _COLUMNS_OF_A_PAGE,
            "columns": [
                {
                    "name": self.runs(column.name),
                    "is_figure": column.is_figure,
                    "weight": _weight(grid, place),
                }
                for place, column in enumerate(grid.columns)
            ],
            "rows": [[self._cell(cell) for cell in row] for row in grid.rows],
        }

    def _cell(self, cell: Paragraph) -> Data:
        found = self._paragraph(cell) | {"own_side": _length(cell.runs) > _LONG_CELL}
        if cell.language is None:
            # A name whose script nobody told keeps its own order.
            found["runs"] = [
                run | {"text": f"{_BY_ITS_SCRIPT}{run['text']}{_ISOLATED}"}
                for run in found["runs"]
            ]
        return found

    def _picture(self, picture: Picture) -> Iterator[Data]:
        """The table behind it stands small beneath, a long one in parts side by side."""
        grid = self._grid(picture.grid)
        rows = grid.pop("rows")
        asked = sum(column["weight"] for column in grid["columns"])
        beside = 1
        if len(rows) > _ROWS_BEFORE_SPLIT:
            beside = min(max(int(_SMALL_LINE / max(asked, 1.0)), 1), _MOST_BESIDE)
        a_part = -(-len(rows) // beside)
        yield {
            "kind": "picture",
            "chart": len(self.charts),
            "alternative": printable(picture.alternative),
            "grids": [
                grid | {"rows": rows[place : place + a_part], "caption": []}
                for place in range(0, len(rows), a_part or 1)
            ],
        }
        self.charts.append(picture.chart)

    def _shaded(self, shaded: Shaded) -> Iterator[Data]:
        yield {
            "kind": "shaded",
            "sentences": [_sentence(one) for one in shaded.sentences if one.text],
            "legend": self.runs(shaded.legend),
        } | self._way(shaded.language)

    def _way(self, language: Language | None) -> Data:
        spoken = language or self.document.language
        return {"lang": spoken.value, "dir": spoken.direction}


def _sentence(sentence: ShadedSentence) -> Data:
    return {
        "text": breakable(sentence.text),
        "shade": min(max(sentence.shade, 0.0), 1.0),
        "outlets": sentence.outlets,
        "note": printable(sentence.note),
        "start": _start(sentence.text),
        "opens": sentence.opens,
    }


def _start(text: str) -> str:
    """The first words of a sentence, by which it is found again."""
    words = printable(text).split()
    more = "…" if len(words) > _WORDS_TO_FIND else ""
    return breakable(" ".join(words[:_WORDS_TO_FIND]) + more)


def _weight(grid: Grid, place: int) -> float:
    """How much of the width a column asks for, by the words in it."""
    column = grid.columns[place]
    lengths = [_length(row[place].runs) for row in grid.rows]
    mean = sum(lengths) / len(lengths) if lengths else 0.0
    # A short name and a moment stay on one line.
    short = max((length + 1.0 for length in lengths if length <= _SHORT), default=0.0)
    longest = max((len(word) for word in _words(column.name)), default=0)
    widest = _WIDEST_FIGURE if column.is_figure else _WIDEST
    return min(max(mean, short, longest + 1.0, _NARROWEST), widest)


def _length(runs: Runs) -> int:
    return sum(len(run.text) for run in runs)


def _words(runs: Runs) -> Sequence[str]:
    return " ".join(run.text for run in runs).split()
