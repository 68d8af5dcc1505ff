"""The blocks of a document in a Word file."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, Final

from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table
from docx.text.paragraph import Paragraph as WordParagraph

from core.reporting.document import (
    Block,
    Document,
    Entry,
    Grid,
    Heading,
    Numbers,
    Paragraph,
    Picture,
    Points,
    Shaded,
    Style,
)
from core.reporting.printable import printable
from core.reporting.word import styles
from core.reporting.word.runs import Look, Writer
from core.reporting.word.styles import element, put
from core.values import Language

_STYLES: Final = {
    Style.PLAIN: "Normal",
    Style.FAINT: styles.FAINT_TEXT,
    Style.NOTE: styles.NOTE,
}
_MOST_LEVEL: Final = 3
_ACROSS: Final = 170  # millimetres between the margins
_NUMBERS_ACROSS: Final = 5
# White to the darkest tint that words are still read on.
_LIGHT, _DARK = (255, 255, 255), (103, 158, 154)


class Blocks:
    def __init__(self, word: WordDocument, document: Document, writer: Writer) -> None:
        self._word = word
        self._document = document
        self._writer = writer
        self._drawers: Mapping[type, Callable[[Any], None]] = {
            Heading: self._heading,
            Paragraph: self._paragraph,
            Points: self._points,
            Numbers: self._numbers,
            Entry: self._entry,
            Grid: self._grid,
            Picture: self._picture,
            Shaded: self._shaded,
        }

    def add(self, block: Block) -> None:
        self._drawers[type(block)](block)

    def _new(self, style: str) -> WordParagraph:
        return self._word.add_paragraph(style=style)

    def _language(self, language: Language | None) -> Language:
        return language or self._document.language

    def _heading(self, heading: Heading) -> None:
        level = min(max(heading.level, 1), _MOST_LEVEL)
        made = self._new(f"Heading {level}")
        made.paragraph_format.page_break_before = heading.on_new_page or None
        self._writer.mark(made, heading.anchor)
        self._writer.fill(made, heading.runs, self._document.language)

    def _paragraph(self, paragraph: Paragraph) -> None:
        self._fill(self._new(_STYLES[paragraph.style]), paragraph)

    def _fill(self, made: WordParagraph, paragraph: Paragraph) -> None:
        self._writer.fill(
            made,
            paragraph.runs,
            self._language(paragraph.language),
            paragraph.language,
        )

    def _points(self, points: Points) -> None:
        style = "List Number" if points.ordered else "List Bullet"
        for item in points.items:
            self._fill(self._new(style), item)

    def _numbers(self, numbers: Numbers) -> None:
        """A row of figures, each above its name, five in a line."""
        language = self._document.language
        for start in range(0, len(numbers.items), _NUMBERS_ACROSS):
            some = numbers.items[start : start + _NUMBERS_ACROSS]
            table = self._table(1, len(some))
            for cell, number in zip(table.rows[0].cells, some, strict=True):
                value = cell.paragraphs[0]
                value.style = self._word.styles[styles.VALUE]
                self._writer.turn(value, language)
                self._writer.write(value, number.value, language, Look(strong=True))
                name = cell.add_paragraph(style=styles.CELL)
                self._writer.fill(name, number.name, language)
                if number.change:
                    change = cell.add_paragraph(style=styles.FAINT_TEXT)
                    self._writer.turn(change, language)
                    self._writer.write(change, number.change, language, Look())
            self._new(styles.CELL)

    def _entry(self, entry: Entry) -> None:
        language = self._language(entry.language)
        title = self._new(styles.ENTRY)
        self._writer.mark(title, entry.anchor)
        self._writer.turn(title, language)
        if entry.reference:
            number = f"{entry.reference}. "
            self._writer.write(title, number, language, Look(faint=True))
        self._writer.fill(title, entry.title, language, entry.language)
        by = self._new(styles.BY)
        by.paragraph_format.keep_with_next = bool(entry.excerpt or entry.why)
        self._writer.fill(by, entry.by, language)
        if entry.excerpt:
            excerpt = self._new("Normal")
            self._writer.turn(excerpt, language)
            self._writer.write(excerpt, entry.excerpt, language, Look())
        if entry.why:
            self._writer.fill(self._new(styles.FAINT_TEXT), entry.why, language)
        if entry.quotes is not None:
            self._grid(entry.quotes)

    def _grid(self, grid: Grid) -> None:
        if grid.caption:
            caption = self._new(styles.FAINT_TEXT)
            caption.paragraph_format.keep_with_next = True
            self._writer.fill(caption, grid.caption, self._document.language)
        if not grid.columns:
            return
        table = self._table(1 + len(grid.rows), len(grid.columns), ruled=True)
        head, *rows = table.rows
        properties = head._tr.get_or_add_trPr()  # noqa: SLF001 - it has no other door
        properties.append(element("cantSplit"))
        properties.append(element("tblHeader"))
        for cell, column in zip(head.cells, grid.columns, strict=True):
            made = self._cell(cell)
            self._writer.fill(made, column.name, self._document.language)
            _embolden(made)
        figures = [column.is_figure for column in grid.columns]
        for line, row in zip(rows, grid.rows, strict=True):
            line._tr.get_or_add_trPr().append(element("cantSplit"))  # noqa: SLF001 - it has no other door
            for cell, said, is_figure in zip(line.cells, row, figures, strict=True):
                made = self._cell(cell)
                self._fill(made, said)
                if is_figure:
                    # Of a paragraph from the right, Word calls the left end so too.
                    made.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        self._new(styles.CELL)

    def _cell(self, cell: Any) -> WordParagraph:
        made: WordParagraph = cell.paragraphs[0]
        made.style = self._word.styles[styles.CELL]
        return made

    def _table(self, rows: int, columns: int, *, ruled: bool = False) -> Table:
        table: Table = self._word.add_table(rows=rows, cols=columns)
        properties = table._tbl.tblPr  # noqa: SLF001 - it has no other door
        if self._document.language.direction == "rtl":
            put(properties, element("bidiVisual"))
        if ruled:
            edges = element("tblBorders")
            for edge in ("bottom", "insideH"):
                edges.append(
                    element(edge, val="single", sz="4", space="0", color="C9CDD3")
                )
            put(properties, edges)
        return table

    def _picture(self, picture: Picture) -> None:
        # matplotlib costs .6 s and 40 MB, which only whoever draws shall pay.
        from core.reporting import charts  # noqa: PLC0415

        said = printable(picture.alternative)
        if picture.grid.rows:
            drawn = charts.png(
                picture.chart, self._document.spoken, self._document.zone
            )
            made = self._new("Normal")
            made.paragraph_format.keep_with_next = True
            made.add_run().add_picture(BytesIO(drawn), width=Mm(_ACROSS))
            for about in made._p.iter(qn("wp:docPr")):  # noqa: SLF001 - it has no other door
                about.set("descr", said)
        caption = self._new(styles.FAINT_TEXT)
        language = self._document.language
        self._writer.turn(caption, language)
        self._writer.write(caption, said, language, Look())
        if picture.grid.rows:
            self._grid(picture.grid)

    def _shaded(self, shaded: Shaded) -> None:
        made: WordParagraph | None = None
        for sentence in shaded.sentences:
            if made is None or sentence.opens:
                made = self._new("Normal")
                self._writer.turn(made, shaded.language)
            ground = _tint(sentence.shade)
            self._writer.write(
                made, sentence.text, shaded.language, Look(ground=ground)
            )
            if sentence.outlets:
                self._writer.write(
                    made, str(sentence.outlets), shaded.language, Look(raised=True)
                )
            self._writer.write(made, " ", shaded.language, Look())
        if shaded.legend:
            legend = self._new(styles.FAINT_TEXT)
            self._writer.fill(legend, shaded.legend, self._document.language)


def _embolden(paragraph: WordParagraph) -> None:
    for properties in paragraph._p.iter(qn("w:rPr")):  # noqa: SLF001 - it has no other door
        if properties.find(qn("w:b")) is None:
            put(properties, element("b"), element("bCs"))


def _tint(shade: float) -> str:
    """Six hexadecimal digits; empty where nobody printed it."""
    if shade <= 0:
        return ""
    return "".join(
        f"{round(light + (dark - light) * min(shade, 1.0)):02X}"
        for light, dark in zip(_LIGHT, _DARK, strict=True)
    )
