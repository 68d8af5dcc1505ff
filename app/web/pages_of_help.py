"""A page of Markdown as HTML: its title, its headings with anchors, its links where they lead.

The pages that people read inside the program and those of `make docs` are the same files,
written by us: no HTML of theirs is passed on.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

# Where a link or a picture leads on the page; None leaves the words of a link alone, and
# a picture out.
Leads = Callable[[str], str | None]

_READER: Final = MarkdownIt("commonmark", {"html": False}).enable("table")
# What a heading's anchor drops: everything but letters, figures, marks, `_` and `-`.
_DROPPED: Final = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    level: int
    anchor: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """`body` begins below the title; `headings` are those of the second level."""

    title: str
    body: Markup
    headings: Sequence[Heading]


def render(text: str, *, leads: Leads) -> Rendered:
    tokens = _READER.parse(text)
    headings = tuple(_named(tokens))
    for token in tokens:
        for child in token.children or ():
            _lead(child, leads)
        token.children = [one for one in token.children or () if not one.hidden]
    title = next((one.text for one in headings if one.level == 1), "")
    body = _below_title(tokens)
    return Rendered(
        title=title,
        # Markdown of our own, whose HTML was escaped.
        body=Markup(_READER.renderer.render(body, _READER.options, {})),  # noqa: S704
        headings=tuple(one for one in headings if one.level == 2),  # noqa: PLR2004
    )


def headings_of(text: str) -> Sequence[Heading]:
    return tuple(_named(_READER.parse(text)))


def addresses_of(text: str) -> Iterator[str]:
    """Where the links and pictures of a page lead, as they are written."""
    for token in _READER.parse(text):
        for child in token.children or ():
            name = _ADDRESS.get(child.type)
            if name is not None:
                yield str(child.attrs[name])


_ADDRESS: Final = {"link_open": "href", "image": "src"}


def _named(tokens: Sequence[Token]) -> Iterator[Heading]:
    """Each heading, with the anchor that its token gets: as code hosts make theirs."""
    used: dict[str, int] = {}
    for token, inline in pairwise(tokens):
        if token.type != "heading_open":
            continue
        words = "".join(
            one.content
            for one in inline.children or ()
            if one.type in {"text", "code_inline"}
        )
        slug = _DROPPED.sub("", words.strip().lower()).replace(" ", "-")
        again = used.get(slug, 0)
        used[slug] = again + 1
        anchor = f"{slug}-{again}" if again else slug
        token.attrSet("id", anchor)
        yield Heading(level=int(token.tag[1]), anchor=anchor, text=words)


def _lead(token: Token, leads: Leads) -> None:
    name = _ADDRESS.get(token.type)
    if name is None:
        return
    address = leads(str(token.attrs[name]))
    if address is not None:
        token.attrs[name] = address
    elif token.type == "image":
        token.hidden = True
    else:
        # An anchor without an address: its words stay.
        del token.attrs[name]


def _below_title(tokens: Sequence[Token]) -> Sequence[Token]:
    if tokens and tokens[0].tag == "h1":
        return tokens[3:]
    return tokens
