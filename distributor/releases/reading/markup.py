"""HTML of a converter or of a page -> clean Markdown that renders to the same text.

nh3 leaves the tags a release may have; what Markdown cannot say is rewritten on the tree
(footnotes, tables, headings); markdownify writes it out.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, Final

import nh3
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement
from markdown_it import MarkdownIt
from markdownify import MarkdownConverter

from core.i18n import N_
from distributor.releases.reading import tables
from distributor.releases.reading.base import Document, Dropped, Picture
from distributor.releases.reading.tables import INLINE, is_block, letters

_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_TAGS: Final = INLINE | {
    *_HEADINGS,
    *("blockquote", "hr", "li", "ol", "p", "pre", "ul"),
    *("table", "tbody", "td", "tfoot", "th", "thead", "tr"),
}
_ATTRIBUTES: Final = {
    "a": {"href", "id"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "li": {"id"},
    "ol": {"start"},
}
# Marks that turn the direction of what follows; the letters themselves say it.
_TURNS: Final = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_LINE_START: Final = re.compile(
    r"^( {0,3})(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|[-=]+(?=\s*$)|~{3,})", re.MULTILINE
)
_NUMBER_START: Final = re.compile(r"^( {0,3}\d{1,9})([.)])(?=\s|$)", re.MULTILINE)
_SIGNS: Final = re.compile(
    r"[\\*`]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)"
    r"|<(?=[a-zA-Z][a-zA-Z0-9+.-]*[:@])|<(?=[\w.+-]+@)|\[(?![^\[\]]*\][^(:\[])|!(?=\[)"
)

_NOTE: Final = re.compile(r"^(footnote|endnote|fn)-?\d+$")

# Picks the picture an `img` names: a picture, or why it is dropped.
Pick = Callable[[str, str], Picture | str]


def to_markdown(html: str, *, pick: Pick, place: str) -> Document:
    """*place* is the name of the file; *pick* answers for each `src` and `alt`."""
    clean = nh3.clean(
        html.translate(_TURNS),
        tags=set(_TAGS),
        attributes={name: set(given) for name, given in _ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto", "tel", "data"},
        link_rel=None,
    )
    soup = BeautifulSoup(clean, "lxml")
    body = soup.body or soup
    dropped: list[Dropped] = []
    pictures = _pictures(body, pick, place, dropped)
    _footnotes(body)
    _links(body)
    _headings(body)
    for number, table in enumerate(body.find_all("table"), 1):
        dropped += tables.rewrite(table, f"{place}, table {number}")
    _wrap_stray(body)
    _emphasis(body)
    text = _Writer(heading_style="atx", bullets="-").convert_soup(body)
    text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
    if letters(plain(text)) != letters(body.get_text()):
        dropped.append(
            Dropped(
                what=N_(
                    "Some of the formatting could not be kept; compare the text with the file."
                ),
                place=place,
            )
        )
    return Document(text=text, pictures=pictures, dropped=dropped)


def _pictures(
    body: Tag, pick: Pick, place: str, dropped: list[Dropped]
) -> Sequence[Picture]:
    pictures: list[Picture] = []
    for number, image in enumerate(body.find_all("img"), 1):
        alternative = " ".join(str(image.get("alt") or "").split())
        found = pick(str(image.get("src") or ""), alternative)
        if isinstance(found, str):
            dropped.append(Dropped(what=found, place=f"{place}, picture {number}"))
            image.decompose()
            continue
        pictures.append(found)
        image["src"] = found.file_name
        image["alt"] = re.sub(r"[\[\]\\]", "", found.alternative)
    return pictures


def _footnotes(body: Tag) -> None:
    """Write notes as [1] in the text and at its end: a mail has nowhere to jump to."""
    notes = list(body.find_all("li", id=_NOTE))
    numbers = {str(note["id"]): number for number, note in enumerate(notes, 1)}
    for note in notes:
        for back in note.find_all("a", href=re.compile("^#")):
            back.decompose()
    for mark in body.find_all("a", href=re.compile("^#")):
        number = numbers.get(str(mark["href"])[1:])
        if number is None:
            continue
        raised = mark.parent is not None and mark.parent.name == "sup"
        (mark.parent if mark.parent and raised else mark).replace_with(f"[{number}]")
    for note in notes:
        _lift_note(note, numbers[str(note["id"])])


def _lift_note(note: Tag, number: int) -> None:
    """Make a note of the list of notes a paragraph of its own."""
    listed = note.parent
    first = note.find("p") or note
    if isinstance(first, Tag):
        first.insert(0, NavigableString(f"[{number}] "))
    if not isinstance(listed, Tag):
        return
    if note.find("p") is None:
        note.name = "p"
        listed.insert_before(note.extract())
    else:
        for paragraph in list(note.find_all("p")):
            listed.insert_before(paragraph.extract())
        note.decompose()
    if not listed.find("li"):
        listed.decompose()


def _links(body: Tag) -> None:
    """Unwrap what leads nowhere outside: places of the document, bookmarks."""
    for link in body.find_all("a"):
        target = str(link.get("href") or "").strip()
        if not target or target.startswith(("#", "data:")):
            link.unwrap()
        else:
            link.attrs = {
                "href": target.replace(" ", "%20")
                .replace(")", "%29")
                .replace("(", "%28")
            }


def _headings(body: Tag) -> None:
    """Leave one heading of the first level, which is the title; drop empty ones."""
    for one in list(body.find_all(_HEADINGS)):
        for inner in one.find_all(["strong", "b", "br"]):
            inner.replace_with(" ") if inner.name == "br" else inner.unwrap()
        if not one.get_text().strip() and not one.find("img"):
            one.decompose()
    left = body.find_all(_HEADINGS)
    if len([one for one in left if one.name == "h1"]) > 1:
        first = next(one for one in left if one.name == "h1")
        for one in left:
            if one is not first:
                one.name = f"h{min(int(one.name[1]) + 1, 6)}"


def _wrap_stray(body: Tag) -> None:
    """Put text that stands between blocks into paragraphs, so that it stays apart."""
    for outer in [body, *body.find_all(["blockquote", "li"])]:
        run: list[PageElement] = []
        for child in [*outer.contents, None]:
            inline = child is not None and not (
                isinstance(child, Tag) and is_block(child)
            )
            if inline and child is not None:
                run.append(child)
            elif run:
                _wrap(run)
                run = []


def _wrap(run: Sequence[PageElement]) -> None:
    if not any(
        (isinstance(one, Tag) and (one.find("img") or one.name == "img"))
        or one.get_text().strip()
        for one in run
    ):
        return
    paragraph = BeautifulSoup("", "lxml").new_tag("p")
    run[0].insert_before(paragraph)
    for one in run:
        paragraph.append(one.extract())


def _emphasis(body: Tag) -> None:
    """Leave only emphasis that CommonMark can close again.

    Its marks do nothing between a punctuation sign they enclose and a letter outside, as
    where an Arabic particle is joined to a quotation; there the words stay plain.
    """
    for tag in body.find_all(["b", "i"]):
        tag.name = "strong" if tag.name == "b" else "em"
    for tag in body.find_all(["strong", "em"]):
        if not tag.get_text().strip() or tag.find_parent(tag.name):
            tag.unwrap()
    for tag in body.find_all(["strong", "em"]):
        while isinstance(after := tag.next_sibling, Tag) and after.name == tag.name:
            tag.extend(list(after.contents))
            after.decompose()
    body.smooth()
    for tag in body.find_all(["strong", "em"]):
        if not _closes(tag):
            tag.unwrap()
    body.smooth()


def _closes(tag: Tag) -> bool:
    text = tag.get_text()
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    inside = text.strip()
    before = " " if lead else _beside(tag.previous_sibling, -1)
    after = " " if trail else _beside(tag.next_sibling, 0)
    if tag.parent is not None and tag.parent.name in {"strong", "em"}:
        return inside == tag.parent.get_text().strip()
    if _is_emphasis(tag.next_sibling) and not trail:
        return False
    opens = not _sign(inside[0]) or _edge(before)
    closes = not _sign(inside[-1]) or _edge(after)
    return opens and closes


def _is_emphasis(beside: PageElement | None) -> bool:
    return isinstance(beside, Tag) and beside.name in {"strong", "em"}


def _beside(sibling: Any, at: int) -> str:
    text = sibling.get_text() if sibling is not None else ""
    return text[at] if text else " "


def _sign(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "PS"


def _edge(letter: str) -> bool:
    return letter.isspace() or _sign(letter)


class _Writer(MarkdownConverter):
    """Escapes only what Markdown would read as more than text, so that it stays readable."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        if not text:
            return ""
        signed = _SIGNS.sub(lambda sign: f"\\{sign[0]}", text)
        return signed.replace("|", "\\|") if parent_tags & {"td", "th"} else signed

    def convert_p(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if "_inline" not in parent_tags:
            text = _guarded(text.lstrip())
        if el.parent is not None and el.parent.name == "li" and _is_only_paragraph(el):
            return text.strip()
        return str(super().convert_p(el, text, parent_tags))  # type: ignore[misc]  # not in its stubs

    def convert_hN(self, n: int, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: N802 - markdownify's name
        text = re.sub(r"(#+)$", r"\\\1", text.strip())
        return str(super().convert_hN(n, el, text, parent_tags))  # type: ignore[misc]

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        del text, parent_tags
        return f"![{el.get('alt') or ''}]({el.get('src')})"

    def convert_sub(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        del el, parent_tags
        return text

    convert_sup = convert_sub
    convert_del = convert_sub


def _is_only_paragraph(tag: Tag) -> bool:
    return tag.parent is None or len(tag.parent.find_all("p", recursive=False)) == 1


def escaped(text: str) -> str:
    """A paragraph of plain text, written so that Markdown reads nothing into it."""
    return _guarded(_SIGNS.sub(lambda sign: f"\\{sign[0]}", text))


def _guarded(text: str) -> str:
    return _NUMBER_START.sub(r"\1\\\2", _LINE_START.sub(r"\1\\\2", text))


def plain(markdown: str) -> str:
    """The words that a reader of the rendered text sees."""
    rendered = (
        MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    )
    return BeautifulSoup(rendered, "lxml").get_text()
