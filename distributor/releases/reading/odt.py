"""OpenDocument texts, through pandoc where the machine has it.

Before pandoc sees the file, its text is written again without what pandoc would lose
silently: it drops the header rows of tables (2.17), and shows comments as text.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from lxml import etree

from distributor.releases import media
from distributor.releases.reading import program
from distributor.releases.reading.base import Document, Dropped, Picture, Source
from distributor.releases.reading.markup import to_markdown
from distributor.releases.reading.package import broken, open_package, part, walk
from distributor.releases.reading.words import missing_words, short

_TEXT: Final = "content.xml"
# What the text may tell of, by local name: taken out, with what is said of it.
_TAKEN_OUT: Final[Mapping[str, str]] = {
    "annotation": "Comments were dropped.",
    "tracked-changes": "Tracked changes were accepted.",
    "object": "An embedded object or chart was dropped; put it in as a picture.",
    "object-ole": "An embedded object was dropped; attach it with --attach.",
    "forms": "Form fields were dropped.",
}
_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
_STYLE: Final = f"{{{_NAMES}:style:1.0}}"
_WORDS: Final = f"{{{_NAMES}:text:1.0}}"
_FORMAT: Final = f"{{{_NAMES}:xsl-fo-compatible:1.0}}"
_BOLD: Final = "ParutionBold"
_MARGINS: Final = {"header": "header", "footer": "footer"}
# Unwrapped: pandoc loses their content.
_UNWRAPPED: Final = {"table-header-rows", "text-box"}


@dataclass(frozen=True, slots=True)
class Reader:
    name: ClassVar[str] = "OpenDocument"
    suffixes: ClassVar[Sequence[str]] = (".odt",)
    # Bounded memory; a sandbox in which it opens no other file and no address.
    command: Sequence[str] = (
        *("pandoc", "+RTS", "-M512M", "-RTS"),
        *("--sandbox", "--from=odt", "--to=html", "--wrap=none"),
    )
    seconds: float = 30

    def read(self, source: Source) -> Document:
        package = open_package(source)
        walk(source, package)
        tree = _tree(source, package, _TEXT)
        dropped = [*_taken_out(source, tree), *_margins(source, package)]
        alternatives = _alternatives(tree)
        words = " ".join(_words(tree))
        html = program.run(
            self.command,
            source,
            _rewritten(source, package, tree),
            seconds=self.seconds,
            get="apt install pandoc",
        ).decode("utf-8", "replace")
        document = to_markdown(
            html,
            pick=lambda name, alternative: _pick(
                source, package, name, alternative or alternatives.get(name, "")
            ),
            place=source.name,
        )
        return Document(
            text=document.text,
            pictures=document.pictures,
            dropped=[
                *dropped,
                *document.dropped,
                *missing_words(source, words, document.text),
            ],
        )


def _tree(source: Source, package: zipfile.ZipFile, name: str) -> "etree._Element":
    """A part as a tree; `walk` has refused what a parser must not see."""
    if name not in package.namelist():
        raise broken(source)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True
    )
    try:
        return etree.fromstring(part(source, package, name), parser)
    except etree.XMLSyntaxError as error:
        raise broken(source) from error


def _taken_out(source: Source, tree: "etree._Element") -> Iterator[Dropped]:
    """Take out what a release does not have, and say so once for each kind."""
    said: set[str] = set()
    for element in list(tree.iter()):
        name = _local(element)
        if name in _UNWRAPPED:
            _make_bold(tree, element if name == "table-header-rows" else None)
            _unwrap(element)
        elif name in _TAKEN_OUT:
            if name != "forms" or len(element):
                said.add(_TAKEN_OUT[name])
            _remove(element)
    for what in sorted(said):
        yield Dropped(what=what, place=source.name)


def _make_bold(tree: "etree._Element", header: "etree._Element | None") -> None:
    """Mark a header row by bold words, which is how `markup` knows one."""
    if header is None:
        return
    styles = next((one for one in tree if _local(one) == "automatic-styles"), None)
    if styles is None:
        return
    if not any(one.get(f"{_STYLE}name") == _BOLD for one in styles):
        style = etree.SubElement(styles, f"{_STYLE}style")
        style.set(f"{_STYLE}name", _BOLD)
        style.set(f"{_STYLE}family", "text")
        properties = etree.SubElement(style, f"{_STYLE}text-properties")
        properties.set(f"{_FORMAT}font-weight", "bold")
    for paragraph in header.iter(f"{_WORDS}p"):
        span = etree.Element(f"{_WORDS}span")
        span.set(f"{_WORDS}style-name", _BOLD)
        span.text, paragraph.text = paragraph.text, None
        span.extend(list(paragraph))
        paragraph.append(span)


def _unwrap(element: "etree._Element") -> None:
    parent = element.getparent()
    if parent is None:
        return
    # A frame stands inside a paragraph; its own paragraphs go beside it.
    above = parent.getparent() if _local(parent) == "frame" else None
    if above is not None and _local(above) == "p" and above.getparent() is not None:
        for child in reversed(list(element)):
            above.addnext(child)
        return
    at = parent.index(element)
    for child in reversed(list(element)):
        parent.insert(at, child)
    parent.remove(element)


def _remove(element: "etree._Element") -> None:
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _margins(source: Source, package: zipfile.ZipFile) -> Iterator[Dropped]:
    if "styles.xml" not in package.namelist():
        return
    for element in _tree(source, package, "styles.xml").iter():
        margin = _MARGINS.get(_local(element))
        text = " ".join("".join(element.itertext()).split()) if margin else ""
        # A page number alone is nothing lost.
        if re.search(r"[^\W\d]", text):
            yield Dropped(
                what=f"The page {margin} was dropped: «{short(text)}».",
                place=f"{source.name}, {margin}",
            )


def _alternatives(tree: "etree._Element") -> Mapping[str, str]:
    """What each picture shows: pandoc does not hand it on."""
    found: dict[str, str] = {}
    for frame in tree.iter():
        if _local(frame) != "frame":
            continue
        said = [
            " ".join("".join(one.itertext()).split())
            for one in frame
            if _local(one) in {"desc", "title"}
        ]
        for one in frame:
            if _local(one) == "image":
                name = one.get("{http://www.w3.org/1999/xlink}href", "")
                found[name] = next((text for text in reversed(said) if text), "")
    return found


def _words(tree: "etree._Element") -> Iterator[str]:
    for element in tree.iter():
        if _local(element) in {"p", "h"}:
            yield "".join(_visible(element))


def _visible(element: "etree._Element") -> Iterator[str]:
    yield element.text or ""
    for child in element:
        # Notes have paragraphs of their own; a frame's title is no text.
        if _local(child) in {"note", "frame", "s", "tab", "line-break"}:
            yield " "
        else:
            yield from _visible(child)
        yield child.tail or ""


def _rewritten(
    source: Source, package: zipfile.ZipFile, tree: "etree._Element"
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in package.namelist():
            if name == _TEXT:
                made.writestr(name, etree.tostring(tree, encoding="UTF-8"))
            elif name.endswith(".xml") or name == "mimetype":
                made.writestr(name, part(source, package, name))
            elif name.startswith("Pictures/"):
                # Pandoc names a picture only when it is there; we read it ourselves.
                made.writestr(name, b"")
    return out.getvalue()


def _pick(
    source: Source, package: zipfile.ZipFile, name: str, alternative: str
) -> Picture | str:
    if name not in package.namelist():
        return "A picture outside the file was dropped; put it into the file."
    content = part(source, package, name)
    found = media.picture(content)
    if found is None:
        return "A picture was dropped: only PNG, JPEG and GIF can be mailed."
    stored = [one for one in package.namelist() if one.startswith("Pictures/")]
    return Picture(
        file_name=source.picture_name(stored.index(name) + 1, found.suffixes[0]),
        content=content,
        alternative=alternative,
    )


def _local(element: "etree._Element") -> str:
    return str(element.tag).rpartition("}")[2]
