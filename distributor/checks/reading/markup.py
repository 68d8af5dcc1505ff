"""What a version's Markdown holds: links, pictures, headings, and the size of its mail."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

# The text travels twice, as page and as plain text, and base64 makes four letters of
# three bytes. The frame is what the mail's own template adds.
_FRAME: Final = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    target: str
    words: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    source: str
    alternative: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    links: Sequence[Link]
    pictures: Sequence[Picture]
    headings: Sequence[str]


@lru_cache(maxsize=16)
def read(body: str) -> Markup:
    """Read a body as the mail will; lines count from 1."""
    links: list[Link] = []
    pictures: list[Picture] = []
    headings: list[str] = []
    heading = False
    for block in _markdown().parse(body):
        if block.type == "inline":
            line = (block.map[0] if block.map else 0) + 1
            inside = block.children or []
            links.extend(_links(inside, line))
            pictures.extend(_pictures(inside, line))
            if heading:
                headings.append(block.content)
        heading = block.type == "heading_open"
    return Markup(links=links, pictures=pictures, headings=headings)


def mail_size(body: str) -> int:
    """About how many bytes of body one language's mail has, files aside."""
    page = _markdown().render(body)
    return _FRAME + (len(page.encode()) + len(body.encode())) * 4 // 3


def _links(inside: Sequence[Token], line: int) -> Iterator[Link]:
    target: str | None = None
    said = ""
    for token in inside:
        if token.type == "link_open":
            target, said = str(token.attrGet("href") or ""), ""
        elif token.type == "link_close" and target is not None:
            yield Link(target=target, words=said, line=line)
            target = None
        elif target is not None:
            said += token.content


def _pictures(inside: Sequence[Token], line: int) -> Iterator[Picture]:
    for token in inside:
        if token.type == "image":
            source = str(token.attrGet("src") or "")
            yield Picture(source=source, alternative=token.content.strip(), line=line)


@cache
def _markdown() -> MarkdownIt:
    # As the mail reads it: raw HTML is text.
    return MarkdownIt("commonmark", {"html": False}).enable("table")
