"""A laid-out document -> a Word file whose headings, languages and tables are real ones."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as WordDocument
from docx.shared import Mm

from core.reporting.document import Document
from core.reporting.printable import printable
from core.reporting.word import styles
from core.reporting.word.blocks import Blocks
from core.reporting.word.runs import Writer

# What the format's core properties take.
_MOST_TITLE: Final = 255


def word_file(document: Document, *, made_at: datetime) -> bytes:
    """*made_at* is an aware moment. Words of others are text and nothing else."""
    word = docx.Document()
    _describe(word, document, made_at)
    styles.prepare(word, document.language)
    writer = Writer(word.part, document.language, _anchors(document))
    _page(word, document, writer)
    blocks = Blocks(word, document, writer)
    for block in document.blocks:
        blocks.add(block)
    content = BytesIO()
    word.save(content)
    return _dated(content, made_at)


def _dated(content: BytesIO, made_at: datetime) -> bytes:
    """The parts of the file as old as the report, so that it is the same whenever written."""
    made = made_at.astimezone(UTC)
    when = (made.year, made.month, made.day, made.hour, made.minute, made.second)
    dated = BytesIO()
    with ZipFile(content) as parts, ZipFile(dated, "w", ZIP_DEFLATED) as written:
        for part in parts.namelist():
            written.writestr(
                ZipInfo(part, when), parts.read(part), compress_type=ZIP_DEFLATED
            )
    return dated.getvalue()


def _anchors(document: Document) -> Sequence[str]:
    return [
        anchor for block in document.blocks if (anchor := getattr(block, "anchor", ""))
    ]


def _describe(word: WordDocument, document: Document, made_at: datetime) -> None:
    about = word.core_properties
    about.title = printable(document.title)[:_MOST_TITLE]
    about.author = printable(document.organisation)[:_MOST_TITLE]
    about.language = document.language.value
    about.created = about.modified = made_at.astimezone(UTC)
    about.last_modified_by = about.author
    about.comments = ""


def _page(word: WordDocument, document: Document, writer: Writer) -> None:
    """A4, and a foot with the page's number."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(22), Mm(20)
    if document.language.direction == "rtl":
        styles.turn_section(section)
    foot = section.footer.paragraphs[0]
    writer.fill(foot, document.foot, document.language)
    words = document.spoken[0]
    page_of = words.gettext("Page %(page)s of %(pages)s")
    writer.page_number(foot, page_of)
