"""A laid-out document -> the plain values that the template of pages reads.

Words stay values and are never read as markup. Each run names its language and direction
where they are not those around it; addresses that may not be clicked on are left out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    Roll,
    RollLine,
    Shaded,
    ShadedSentence,
)
from core.reporting.pages import tables
from core.reporting.pages.lines import Data, Lines, by_its_script
from core.reporting.pages.tables import length
from core.reporting.printable import breakable, printable
from core.reporting.report import Chart

# Signs of an entry that fits on a page whatever else is on it, so that it need not break.
_SHORT_ENTRY: Final = 1_500
_WORDS_TO_FIND: Final = 6
# Signs of a number that stands large; a longer one, such as a duration, stands smaller.
_SHORT_VALUE: Final = 8


@dataclass(frozen=True, slots=True)
class PageData:
    """What a template reads, and the pictures it names by their place, from 0."""

    document: Data
    charts: Sequence[Chart]


def page_data(document: Document) -> PageData:
    reader = _Reader(document)
    blocks = [one for block in _paired(document.blocks) for one in reader.block(block)]
    words = document.spoken[0]
    page = [one.gettext("Page %(page)s of %(pages)s") for one in document.spoken]
    return PageData(
        document={
            "lang": words.language.value,
            "dir": words.direction,
            "title": printable(document.title),
            "organisation": printable(document.organisation),
            "foot": reader.lines.runs(document.foot),
            "page": " · ".join(dict.fromkeys(page))
            % {"page": "{page}", "pages": "{pages}"},
            "blocks": blocks,
        },
        charts=reader.charts,
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """Paragraphs that say the same in several languages."""

    items: Sequence[Paragraph]


def _paired(blocks: Sequence[Block]) -> Iterator[Block | _Pair]:
    together: list[Paragraph] = []
    for block in blocks:
        if isinstance(block, Paragraph) and (block.beside and together):
            together.append(block)
            continue
        yield from _flushed(together)
        together = [block] if isinstance(block, Paragraph) else []
        if not isinstance(block, Paragraph):
            yield block
    yield from _flushed(together)


def _flushed(together: Sequence[Paragraph]) -> Iterator[Block | _Pair]:
    if len(together) > 1:
        yield _Pair(items=together)
    else:
        yield from together


class _Reader:
    def __init__(self, document: Document) -> None:
        self.lines = Lines(document)
        self.charts: list[Chart] = []
        self._level = 0
        self._readers: Mapping[type, Callable[[Any], Iterator[Data]]] = {
            Heading: self._heading,
            Paragraph: self._paragraph,
            _Pair: self._pair,
            Points: self._points,
            Numbers: self._numbers,
            Entry: self._entry,
            Grid: self._grid,
            Picture: self._picture,
            Shaded: self._shaded,
            Roll: self._roll,
        }

    def block(self, block: Block | _Pair) -> Iterator[Data]:
        return self._readers[type(block)](block)

    def _heading(self, heading: Heading) -> Iterator[Data]:
        """Levels never jump, as those who read by headings need it."""
        runs = self.lines.runs(heading.runs)
        if not runs:
            return
        self._level = min(max(heading.level, 1), self._level + 1)
        yield {
            "kind": "heading",
            "level": self._level,
            "runs": runs,
            "anchor": self.lines.anchor(heading.anchor),
            "on_new_page": heading.on_new_page,
        }

    def _paragraph(self, paragraph: Paragraph) -> Iterator[Data]:
        found = self.lines.paragraph(paragraph)
        if found["runs"]:
            yield found

    def _pair(self, pair: _Pair) -> Iterator[Data]:
        items = [self.lines.paragraph(item) for item in pair.items]
        yield {"kind": "pair", "items": items}

    def _points(self, points: Points) -> Iterator[Data]:
        """Rows of what says the same; a row of one fills the line."""
        rows: list[list[Data]] = []
        for item in points.items:
            found = self.lines.paragraph(item)
            if item.beside and rows:
                rows[-1].append(found)
            else:
                rows.append([found])
        if any(len(row) > 1 for row in rows):
            yield {"kind": "rows", "ordered": points.ordered, "rows": rows}
        else:
            yield from _lists([row[0] for row in rows], ordered=points.ordered)

    def _numbers(self, numbers: Numbers) -> Iterator[Data]:
        if numbers.items:
            items = [self._number(one) for one in numbers.items]
            yield {"kind": "numbers", "items": items}

    def _number(self, number: Number) -> Data:
        return {
            "value": by_its_script(number.value),
            "is_long": len(number.value) > _SHORT_VALUE,
            "name": self.lines.runs(number.name),
            "change": by_its_script(number.change),
        }

    def _entry(self, entry: Entry) -> Iterator[Data]:
        quoted = entry.quotes.rows if entry.quotes else ()
        runs = [
            *(*entry.title, *entry.by, *entry.why),
            *(run for row in quoted for cell in row for run in cell.runs),
        ]
        is_short = length(runs) + len(entry.excerpt) <= _SHORT_ENTRY
        yield {
            "kind": "entry",
            "anchor": self.lines.anchor(entry.anchor),
            "reference": printable(entry.reference),
            "title": self.lines.runs(entry.title, entry.language),
            "by": self.lines.runs(entry.by, entry.language),
            "excerpt": breakable(entry.excerpt),
            "why": self.lines.runs(entry.why, entry.language),
            "quotes": tables.grid(entry.quotes, self.lines) if entry.quotes else None,
            "may_break": not is_short,
        } | self.lines.way(entry.language)

    def _grid(self, grid: Grid) -> Iterator[Data]:
        yield tables.grid(grid, self.lines)

    def _picture(self, picture: Picture) -> Iterator[Data]:
        """The table behind it stands small beneath, a long one in parts side by side."""
        yield {
            "kind": "picture",
            "chart": len(self.charts),
            "alternative": printable(picture.alternative),
            "grids": tables.side_by_side(picture.grid, self.lines),
        }
        self.charts.append(picture.chart)

    def _shaded(self, shaded: Shaded) -> Iterator[Data]:
        yield {
            "kind": "shaded",
            "sentences": [_sentence(one) for one in shaded.sentences if one.text],
            "legend": self.lines.runs(shaded.legend),
        } | self.lines.way(shaded.language)

    def _roll(self, roll: Roll) -> Iterator[Data]:
        yield {"kind": "roll", "lines": [self._roll_line(one) for one in roll.lines]}

    def _roll_line(self, one: RollLine) -> Data:
        return {
            "reference": printable(one.reference),
            "name": self.lines.runs(one.name),
            "by": self.lines.runs(one.by),
            "facts": [self.lines.paragraph(fact) for fact in one.facts],
            "code": one.code,
            "alternative": printable(one.alternative),
        }


def _lists(items: Sequence[Data], *, ordered: bool) -> Iterator[Data]:
    """One list for each stretch of one direction, so that its marks stand on that side."""
    place = 1
    for _, stretch in groupby(items, lambda item: item["dir"]):
        some = list(stretch)
        yield {
            "kind": "points",
            "ordered": ordered,
            "start": place,
            "lang": some[0]["lang"],
            "dir": some[0]["dir"],
            "items": some,
        }
        place += len(some)


def _sentence(sentence: ShadedSentence) -> Data:
    words = printable(sentence.text).split()
    more = "…" if len(words) > _WORDS_TO_FIND else ""
    return {
        "text": breakable(sentence.text),
        "shade": min(max(sentence.shade, 0.0), 1.0),
        "outlets": sentence.outlets,
        "note": printable(sentence.note),
        # Its first words, by which it is found again.
        "start": breakable(" ".join(words[:_WORDS_TO_FIND]) + more),
        "opens": sentence.opens,
    }
