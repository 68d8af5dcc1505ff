"""Runs of words in a Word file: their language, direction, look and links."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.parts.document import DocumentPart
from docx.text.paragraph import Paragraph as WordParagraph

from core.reporting.document import Run, Runs
from core.reporting.printable import printable
from core.reporting.word import styles
from core.reporting.word.styles import element, put
from core.values import Language
from core.web.outward import outward

_ISOLATES: Final = re.compile("([\u2066-\u2069])")
_FROM_THE_RIGHT: Final = frozenset({"R", "AL"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    strong: bool = False
    faint: bool = False
    raised: bool = False
    # Of six hexadecimal digits, behind the words.
    ground: str = ""


class Writer:
    """Fills paragraphs; knows the places of the document that a link may lead to."""

    def __init__(
        self, part: DocumentPart, language: Language, anchors: Sequence[str]
    ) -> None:
        self._part = part
        self._language = language
        # Word wants short names of letters.
        self._places = {
            anchor: f"place{number}"
            for number, anchor in enumerate(dict.fromkeys(anchors), start=1)
        }
        self._placed: set[str] = set()

    def fill(
        self,
        paragraph: WordParagraph,
        runs: Runs,
        around: Language,
        own: Language | None = None,
    ) -> None:
        """*around* gives the paragraph's direction; *own* is that of runs without one."""
        self.turn(paragraph, around)
        for run in runs:
            language = run.language or own or self._language
            parent = self._parent(paragraph, run)
            is_link = parent is not paragraph._p  # noqa: SLF001 - it has no other door
            look = Look(strong=run.strong)
            for one in _pieces(run.text, language, look, is_link=is_link):
                parent.append(one)

    def write(
        self, paragraph: WordParagraph, text: str, language: Language, look: Look
    ) -> None:
        for one in _pieces(text, language, look, is_link=False):
            paragraph._p.append(one)  # noqa: SLF001 - it has no other door

    def turn(self, paragraph: WordParagraph, language: Language) -> None:
        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - it has no other door
        if language.direction == "rtl" and properties.find(qn("w:bidi")) is None:
            put(properties, element("bidi"))

    def mark(self, paragraph: WordParagraph, anchor: str) -> None:
        """Make the paragraph the place that links to *anchor* lead to."""
        name = self._places.get(anchor)
        if name is None or anchor in self._placed:
            return
        self._placed.add(anchor)
        number = name.removeprefix("place")
        start = element("bookmarkStart", id=number, name=name)
        paragraph._p.append(start)  # noqa: SLF001 - it has no other door
        paragraph._p.append(element("bookmarkEnd", id=number))  # noqa: SLF001 - it has no other door

    def page_number(self, paragraph: WordParagraph, sentence: str) -> None:
        """*sentence* has %(page)s and %(pages)s where the fields stand."""
        fields = {"%(page)s": "PAGE", "%(pages)s": "NUMPAGES"}
        self.write(paragraph, " · ", self._language, Look())
        for part in re.split(r"(%\(pages?\)s)", sentence):
            if part in fields:
                paragraph._p.append(_field(fields[part]))  # noqa: SLF001 - it has no other door
            elif part:
                self.write(paragraph, part, self._language, Look())

    def _parent(self, paragraph: WordParagraph, run: Run) -> Any:
        """A link where the run has an address that may be clicked on, else the paragraph."""
        own: Any = paragraph._p  # noqa: SLF001 - it has no other door
        link = element("hyperlink")
        if run.href.startswith("#"):
            place = self._places.get(run.href[1:])
            if place is None:
                return own
            link.set(qn("w:anchor"), place)
        else:
            there = outward(run.href).href
            if not there:
                return own
            link.set(
                qn("r:id"),
                self._part.relate_to(
                    there, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
                ),
            )
        own.append(link)
        return link


def _pieces(
    text: str, language: Language, look: Look, *, is_link: bool
) -> Iterator[Any]:
    """One run for each stretch of one script: Word has no isolates, and orders by runs."""
    depth = 0
    for part in _ISOLATES.split(printable(text)):
        if _ISOLATES.fullmatch(part):
            depth += 1 if part != "\u2069" else -1
        elif part:
            spoken = _by_script(part, language) if depth else language
            yield _run(part, spoken, look, is_link=is_link)


def _by_script(text: str, language: Language) -> Language:
    """Arabic or not, by the first letter that says so."""
    for sign in text:
        way = unicodedata.bidirectional(sign)
        if way in _FROM_THE_RIGHT:
            return Language.ARABIC
        if way == "L":
            return Language.FRENCH if language is Language.ARABIC else language
    return language


def _run(text: str, language: Language, look: Look, *, is_link: bool) -> Any:
    run, properties = element("r"), element("rPr")
    # The schema wants these in this order.
    if look.strong:
        properties.append(element("b"))
        properties.append(element("bCs"))
    if is_link or look.faint:
        properties.append(
            element("color", val=styles.TEAL if is_link else styles.FAINT)
        )
    if look.ground:
        properties.append(element("shd", val="clear", color="auto", fill=look.ground))
    if look.raised:
        properties.append(element("vertAlign", val="superscript"))
    if language.direction == "rtl":
        properties.append(element("rtl"))
        properties.append(element("lang", bidi=styles.tag(language)))
    else:
        properties.append(element("lang", val=styles.tag(language)))
    words = element("t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(properties)
    run.append(words)
    return run


def _field(name: str) -> Any:
    field = element("fldSimple", instr=name)
    run, words = element("r"), element("t")
    words.text = "1"
    run.append(words)
    field.append(run)
    return field
