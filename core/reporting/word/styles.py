"""How a Word file looks: named styles, so that an office can restyle it in one place."""

from typing import Any, Final

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.section import Section
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle

from core.values import Language

TEAL: Final = "0B5D57"
FAINT: Final = "55606E"
INK: Final = "1C2430"

ENTRY: Final = "Entry"
BY: Final = "Entry source"
FAINT_TEXT: Final = "Faint"
NOTE: Final = "Note"
VALUE: Final = "Value"
CELL: Final = "Cell"

# Fonts that Word has everywhere; the second is for Arabic.
_LATIN: Final = "Calibri"
_ARABIC: Final = "Arial"
_TAGS: Final = {
    Language.FRENCH: "fr-FR",
    Language.ARABIC: "ar-MA",
    Language.ENGLISH: "en-GB",
    Language.AMAZIGH: "zgh-MA",
}


# The orders of ECMA-376, part 1, as far as our elements and those of python-docx go.
_ORDERS: Final = {
    "pPr": (
        "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs bidi "
        "spacing ind contextualSpacing jc outlineLvl rPr sectPr"
    ),
    "rPr": (
        "rStyle rFonts b bCs i iCs color spacing kern sz szCs u shd vertAlign rtl lang"
    ),
    "tblPr": "tblStyle bidiVisual tblW jc tblInd tblBorders tblLayout tblLook",
    "sectPr": (
        "headerReference footerReference type pgSz pgMar pgNumType cols titlePg bidi docGrid"
    ),
}


def tag(language: Language) -> str:
    return _TAGS[language]


def prepare(word: WordDocument, language: Language) -> None:
    _font(word.styles["Normal"], 10.5, INK, language=language)
    for level, size in ((1, 21.0), (2, 14.0), (3, 11.5)):
        heading = word.styles[f"Heading {level}"]
        _font(heading, size, TEAL if level > 1 else INK, strong=True)
        _space(heading, before=size * 0.9, after=size * 0.35, with_next=True)
    for name, size, colour, strong in (
        (ENTRY, 11.5, INK, True),
        (BY, 9.5, INK, False),
        (FAINT_TEXT, 9.0, FAINT, False),
        (NOTE, 10.0, INK, False),
        (VALUE, 18.0, INK, True),
        (CELL, 9.0, INK, False),
    ):
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = word.styles["Normal"]
        _font(style, size, colour, strong=strong)
        _space(style, before=0.0, after=3.0, with_next=name in {ENTRY, VALUE})
    word.styles[ENTRY].paragraph_format.space_before = Pt(10)
    for name in ("Footer", "List Bullet", "List Number"):
        _space(word.styles[name], before=0.0, after=4.0, with_next=False)
    _box(word.styles[NOTE])


def turn_section(section: Section) -> None:
    """Pages of a document that runs from the right."""
    put(section._sectPr, element("bidi"))  # noqa: SLF001 - it has no other door


def element(name: str, /, **attributes: str) -> Any:
    """A w: element with w: attributes; `val` is "w:val"."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def put(properties: Any, *children: Any) -> None:
    """Add *children*, each where the schema wants it, for Word refuses another order."""
    for child in children:
        properties.append(child)
    order = _ORDERS[properties.tag.rpartition("}")[2]].split()
    properties[:] = sorted(
        properties, key=lambda one: order.index(one.tag.rpartition("}")[2])
    )


def _font(
    style: Any,
    size: float,
    colour: str,
    *,
    strong: bool = False,
    language: Language | None = None,
) -> None:
    style.font.size = Pt(size)
    style.font.bold = strong
    style.font.color.rgb = RGBColor.from_string(colour)
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    own = [
        element("rFonts", ascii=_LATIN, hAnsi=_LATIN, cs=_ARABIC, eastAsia=_LATIN),
        # Arabic takes its size and weight from elements of its own.
        element("szCs", val=str(round(size * 2))),
    ]
    for old in properties.findall(qn("w:bCs")) + properties.findall(qn("w:szCs")):
        properties.remove(old)
    if strong:
        own.append(element("bCs"))
    if language is not None:
        plain = Language.FRENCH if language is Language.ARABIC else language
        own.append(element("lang", val=tag(plain), bidi=tag(Language.ARABIC)))
    put(properties, *own)


def _space(
    style: ParagraphStyle | Any, *, before: float, after: float, with_next: bool
) -> None:
    shape = style.paragraph_format
    shape.space_before, shape.space_after = Pt(before), Pt(after)
    shape.keep_with_next = with_next
    shape.line_spacing = 1.1


def _box(style: Any) -> None:
    properties = style.element.get_or_add_pPr()
    edges = element("pBdr")
    edges.append(element("left", val="single", sz="24", space="6", color="B7791F"))
    put(properties, edges, element("shd", val="clear", color="auto", fill="F3F1EA"))
