"""PDF, through poppler's pdftotext where the machine has it: words only.

A PDF says where letters stand, not what they are: lines are joined to paragraphs again by
their lengths, and formatting, tables and pictures are gone, which is said.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from core.wording import worded
from distributor.releases.reading import program
from distributor.releases.reading.base import Document, Dropped, Source
from distributor.releases.reading.markup import escaped

# pdftotext writes these around what runs against its page; a space stands for them.
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
# On a page of mostly Latin letters, it turns each piece of Arabic and not their order.
_TURNED: Final = re.compile("\u202b([^\u202a-\u202e]*)\u202c?")
_ARABIC: Final = re.compile("[\u0620-\u064a]")
_LATIN: Final = re.compile("[A-Za-zÀ-ÿ]")
_STOP_BEFORE: Final = re.compile(r"^([.,:;!?)]+)(\S.*)$")
# No Arabic word has two alefs in a row: the letters lam-alef were stored turned around.
_TURNED_LIGATURE: Final = re.compile("\u0627([\u0627\u0623\u0625\u0622])\u0644")
# Arabic letters as shapes, which no search and no newsroom finds again.
_SHAPES: Final = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")
_BULLET: Final = re.compile(r"^\s*[•▪◦●■\uf0b7–-]\s+")
_CUT: Final = re.compile(r"(?<=[^\W\d_])-$")
# Letters differ in width, so a line is full some way before the longest beside it.
_FULL: Final = 0.9
_MOST_PAGES: Final = 60
_PLAIN: Final = (
    "Formatting, tables, pictures and what follows page 60 of a PDF are dropped; "
    "compare the text with the file, or import what it was made from."
)
_LIGATURES: Final = (
    "This PDF stores the Arabic letters lam-alef turned around, and only some could be "
    "put right; read every Arabic word, or import what it was made from."
)


@dataclass(frozen=True, slots=True)
class Reader:
    name: ClassVar[str] = "PDF"
    suffixes: ClassVar[Sequence[str]] = (".pdf",)
    command: Sequence[str] = (
        *("pdftotext", "-q", "-enc", "UTF-8", "-eol", "unix"),
        *("-l", str(_MOST_PAGES)),
    )
    seconds: float = 30

    def read(self, source: Source) -> Document:
        if b"%PDF-" not in source.content[:1024]:
            raise source.refused(
                worded("The file is not a PDF."),
                worded("Give the file its own suffix, or save it again."),
            )
        out = program.run(
            self.command,
            source,
            source.content,
            seconds=self.seconds,
            get="apt install poppler-utils",
            ends=("-",),
        )
        text = _plain(out.decode("utf-8", "replace"))
        mended, ligatures = _TURNED_LIGATURE.subn("\u0627\u0644\\1", text)
        if not text.strip():
            raise source.refused(
                worded("The PDF holds no text, only pictures of pages."),
                worded(
                    "Import the document it was made from, and give this one with --signed."
                ),
            )
        return Document(
            text="\n\n".join(_paragraphs(mended)) + "\n",
            dropped=[
                Dropped(what=what, place=source.name)
                for what in (_PLAIN, _LIGATURES if ligatures else "")
                if what
            ],
        )


def _plain(text: str) -> str:
    text = "\n".join(_in_order(line) for line in text.split("\n"))
    text = _TURNS.sub(" ", text)
    text = _SHAPES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return "".join(
        sign
        for sign in text.replace("\f", "\n\n").replace("\u00ad", "")
        if sign == "\n" or unicodedata.category(sign) != "Cc"
    )


def _in_order(line: str) -> str:
    """An Arabic line whose pieces stand from left to right, put from right to left."""
    if not _TURNED.search(line) or not _is_arabic(line):
        return line
    pieces = [piece.strip() for piece in _TURNED.split(line)]
    return " ".join(_STOP_BEFORE.sub(r"\2\1", piece) for piece in pieces[::-1] if piece)


def _is_arabic(line: str) -> bool:
    return len(_ARABIC.findall(line)) > len(_LATIN.findall(line))


def _paragraphs(text: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", text):
        lines = [" ".join(line.split()) for line in block.split("\n")]
        yield from _joined([line for line in lines if line])


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """Join the lines of a block to paragraphs.

    A new one begins at a bullet, and where the first word of a line would still have fit
    on the line above.
    """
    # Arabic letters are narrower: a full line of them has more.
    widest = {
        arabic: max(
            (len(line) for line in lines if _is_arabic(line) == arabic), default=0
        )
        for arabic in (False, True)
    }
    paragraph = above = ""
    for line in lines:
        full = widest[_is_arabic(above)] * _FULL
        fits = len(above) + len(line.split()[0]) < full
        if paragraph and (_BULLET.match(line) or fits):
            yield _written(paragraph)
            paragraph = ""
        cut = _CUT.search(paragraph) is not None and line[:1].islower()
        paragraph = f"{paragraph}{'' if cut else ' '}{line}" if paragraph else line
        above = line
    if paragraph:
        yield _written(paragraph)


def _written(paragraph: str) -> str:
    bullet = _BULLET.match(paragraph)
    words = paragraph[bullet.end() :] if bullet else paragraph
    return f"- {escaped(words)}" if bullet else escaped(words)
