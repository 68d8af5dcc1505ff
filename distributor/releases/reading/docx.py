"""Word documents, through mammoth.

Kept: headings, bold, italic, underlined (as italic), lists, tables, links, quotations,
footnotes, text boxes and pictures. A walk over the file's own XML says what is not.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final
from xml.parsers import expat

import mammoth

from core.i18n import N_
from distributor.releases import media
from distributor.releases.reading.base import Document, Dropped, Picture, Source
from distributor.releases.reading.markup import to_markdown
from distributor.releases.reading.package import (
    broken,
    open_package,
    part,
    walk,
    walk_part,
)
from distributor.releases.reading.words import missing_words, short

_STYLES: Final = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => h2:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
u => em
"""
# Elements of the text that tell of something a release does not have.
_TOLD: Final[Mapping[str, str]] = {
    "ins": N_("Tracked changes were accepted."),
    "del": N_("Tracked changes were accepted."),
    "moveFrom": N_("Tracked changes were accepted."),
    "commentReference": N_("Comments were dropped."),
    "txbxContent": N_("A text box was made a paragraph of its own."),
    "oMath": N_("A formula was dropped; write it as text or as a picture."),
    "chart": N_("A chart was dropped; put it in as a picture."),
    "relIds": N_("A diagram was dropped; put it in as a picture."),
    "object": N_("An embedded object was dropped; attach it with --attach."),
}
# Text in here is not the document's, or stands there twice.
_PASSED_OVER: Final = {"del", "moveFrom", "Choice", "oMath"}
_PARTED: Final = {"p", "tab", "br", "cr", "tc"}
_BODY: Final = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
_MARGINS: Final = re.compile(r"word/(header|footer)\d*\.xml")


class Reader:
    name: ClassVar[str] = "Word"
    suffixes: ClassVar[Sequence[str]] = (".docx",)

    def read(self, source: Source) -> Document:
        package = open_package(source)
        walk(source, package)
        pictures: dict[str, bytes] = {}
        html, unread = _convert(source, pictures)
        document = to_markdown(
            html,
            pick=lambda name, alternative: _pick(source, pictures, name, alternative),
            place=source.name,
        )
        survey = _survey(source, package)
        dropped = [
            *_told(source, survey),
            *_margins(source, package),
            *_around(source, package),
            *unread,
            *document.dropped,
            *missing_words(source, survey.text, document.text),
        ]
        return Document(text=document.text, pictures=document.pictures, dropped=dropped)


@dataclass(slots=True)
class _Survey:
    """What the walk saw: the paragraphs each element stands in, and all words."""

    paragraph: int = 0
    seen: dict[str, list[int]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    inside: Counter[str] = field(default_factory=Counter)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def starts(self, name: str) -> None:
        self.inside[name] += 1
        if name == "p" and not self.inside["txbxContent"]:
            self.paragraph += 1
        if name in _PARTED:
            self.words.append(" ")
        # Word writes a drawing twice, the second time for its older versions.
        if name in _TOLD and not self.inside["Fallback"]:
            self.seen.setdefault(_TOLD[name], []).append(self.paragraph)

    def ends(self, name: str) -> None:
        self.inside[name] -= 1
        if name in _PARTED:
            self.words.append(" ")

    def says(self, text: str) -> None:
        if self.inside["t"] and not any(self.inside[one] for one in _PASSED_OVER):
            self.words.append(text)


def _convert(
    source: Source, pictures: dict[str, bytes]
) -> tuple[str, Sequence[Dropped]]:
    def keep(image: Any) -> Mapping[str, str]:
        with image.open() as stream:
            content = stream.read()
        name = f"picture-{len(pictures) + 1}"
        pictures[name] = content
        return {"src": name}

    try:
        result = mammoth.convert_to_html(
            io.BytesIO(source.content),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(keep),
        )
    # A damaged document shows itself anywhere in a parser that believes it.
    except (
        AttributeError,
        LookupError,
        OSError,
        RecursionError,
        TypeError,
        ValueError,
        expat.ExpatError,
        zipfile.BadZipFile,
    ) as error:
        raise broken(source) from error
    unread = [
        Dropped(
            what=N_("A picture outside the file was dropped; put it into the file."),
            place=source.name,
        )
        for message in result.messages
        if "external" in message.message
    ]
    return result.value, unread


def _pick(
    source: Source, pictures: Mapping[str, bytes], name: str, alternative: str
) -> Picture | str:
    content = pictures.get(name, b"")
    found = media.picture(content)
    if found is None:
        return N_("A picture was dropped: only PNG, JPEG and GIF can be mailed.")
    return Picture(
        file_name=source.picture_name(int(name.rpartition("-")[2]), found.suffixes[0]),
        content=content,
        alternative=alternative,
    )


def _survey(source: Source, package: zipfile.ZipFile) -> _Survey:
    survey = _Survey()
    present = set(package.namelist())
    for name in _BODY:
        if name in present:
            walk_part(
                source,
                part(source, package, name),
                starts=survey.starts,
                ends=survey.ends,
                says=survey.says,
            )
    return survey


def _told(source: Source, survey: _Survey) -> Iterator[Dropped]:
    for what, paragraphs in survey.seen.items():
        yield Dropped(what=what, place=f"{source.name}, {_numbered(paragraphs)}")


def _numbered(paragraphs: Sequence[int]) -> str:
    numbers = sorted(set(paragraphs))
    said = ", ".join(map(str, numbers[:5]))
    more = len(numbers) - 5
    return (
        f"paragraph{'s' if len(numbers) > 1 else ''} {said}"
        f"{f' and {more} more' if more > 0 else ''}"
    )


def _margins(source: Source, package: zipfile.ZipFile) -> Iterator[Dropped]:
    """Headers and footers with words in them: often where the number stands."""
    said: dict[tuple[str, str], None] = {}
    for name in package.namelist():
        found = _MARGINS.fullmatch(name)
        if found is None:
            continue
        survey = _Survey()
        walk_part(
            source,
            part(source, package, name),
            starts=survey.starts,
            ends=survey.ends,
            says=survey.says,
        )
        text = " ".join(survey.text.split())
        # A page number alone is nothing lost.
        if re.search(r"[^\W\d]", text):
            said[found[1], text] = None
    for margin, text in said:
        yield Dropped(
            what=f"The page {margin} was dropped: «{short(text)}».",
            place=f"{source.name}, {margin}",
        )


def _around(source: Source, package: zipfile.ZipFile) -> Iterator[Dropped]:
    names = package.namelist()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        yield Dropped(what=N_("Macros were dropped."), place=source.name)
