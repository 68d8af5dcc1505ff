"""HTML, as a browser or a word processor saves it."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

from bs4 import BeautifulSoup, UnicodeDammit

from core.i18n import N_
from core.wording import worded
from distributor.releases import media
from distributor.releases.reading.base import Document, Dropped, Picture, Source
from distributor.releases.reading.markup import to_markdown

# What a release does not have, by tag.
_DROPPED: Final[Mapping[str, str]] = {
    "script": N_("A script was dropped."),
    "iframe": N_("A frame with another page was dropped; write its address as a link."),
    "object": N_(N_("An embedded object was dropped.")),
    "embed": N_(N_("An embedded object was dropped.")),
    "form": N_("A form was dropped."),
    "video": N_("A video was dropped; write its address as a link."),
    "audio": N_("A sound was dropped; write its address as a link."),
    "svg": N_("A drawing was dropped; put it in as a PNG picture."),
    "math": N_("A formula was dropped; write it as text or as a picture."),
}
_DATA: Final = re.compile(r"^data:image/[a-z+.-]+;base64,", re.IGNORECASE)
# Deeper than any page of a release; a parser and a tree walk stop at some depth.
_DEEPEST: Final = 200
_TAG: Final = re.compile(rb"<[a-zA-Z]")
_MOST_TAGS: Final = 200_000


class Reader:
    name: ClassVar[str] = "HTML"
    suffixes: ClassVar[Sequence[str]] = (".html", ".htm")

    def read(self, source: Source) -> Document:
        if sum(1 for _ in _TAG.finditer(source.content)) > _MOST_TAGS:
            raise source.refused(
                worded("The page has too many elements to be a release."),
                worded("Copy its text into a new file."),
            )
        found = UnicodeDammit(source.content, is_html=True)
        if found.unicode_markup is None:
            raise source.refused(
                worded("The encoding of the page cannot be told."),
                worded("Save it again with the encoding UTF-8."),
            )
        soup = BeautifulSoup(found.unicode_markup, "lxml")
        told = list(_told(source, soup))
        for tag in soup.find_all(["head", "template", *_DROPPED]):
            if not tag.decomposed:
                tag.decompose()
        if _deep(soup):
            raise source.refused(
                worded("The elements of the page are nested too deep."),
                worded("Copy its text into a new file."),
            )
        numbers = iter(range(1, _MOST_TAGS))
        document = to_markdown(
            str(soup.body or soup),
            pick=lambda name, alternative: _pick(
                source, next(numbers), name, alternative
            ),
            place=source.name,
        )
        return Document(
            text=document.text,
            pictures=document.pictures,
            dropped=[*told, *document.dropped],
        )


def _told(source: Source, soup: BeautifulSoup) -> Iterator[Dropped]:
    said: set[str] = set()
    for tag in soup.find_all(list(_DROPPED)):
        what = _DROPPED[tag.name]
        if what not in said:
            said.add(what)
            yield Dropped(what=what, place=source.name)


def _deep(soup: BeautifulSoup) -> bool:
    """Whether a walk from the leaves up ever takes too many steps."""
    level = list(soup.contents)
    for _ in range(_DEEPEST):
        level = [one for tag in level for one in getattr(tag, "contents", ())]
        if not level:
            return False
    return True


def _pick(source: Source, number: int, name: str, alternative: str) -> Picture | str:
    start = _DATA.match(name)
    if start is None:
        return N_(
            "A picture that lies outside the page was dropped: mail programs do not "
            "load it; attach it with --attach."
        )
    try:
        content = base64.b64decode(name[start.end() :], validate=False)
    except (binascii.Error, ValueError):
        content = b""
    found = media.picture(content)
    if found is None:
        return N_("A picture was dropped: only PNG, JPEG and GIF can be mailed.")
    return Picture(
        file_name=source.picture_name(number, found.suffixes[0]),
        content=content,
        alternative=alternative,
    )
