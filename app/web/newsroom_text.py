"""A release's Markdown -> what the newsroom shows of it: a page's body, and a few words for a list."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final
from urllib.parse import quote, unquote

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from distributor.models import PublishedFile
from distributor.sending.plain import plain_block

_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height", "loading"},
    "ol": {"start"},
    "div": {"class", "tabindex"},
}
_TAGS: Final = frozenset(
    [
        "p",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "pre",
        "code",
        "a",
        "strong",
        "em",
        "br",
        "hr",
        "img",
        "div",
    ]
)
_SCHEMES: Final = {"http", "https", "mailto", "tel"}
# Of a text, what a list reads to find its first words.
_BEGINNING: Final = 1_500


def body(
    text: str, *, slug: str, pictures: Sequence[PublishedFile]
) -> tuple[Markup, set[str]]:
    """The page's body, and which pictures stand in it."""
    env: dict[str, Any] = {
        "slug": slug,
        "pictures": {one.file_name: one for one in pictures},
        "stems": {_stem(one.file_name): one for one in pictures},
        "shown": set(),
    }
    markdown = _markdown()
    tokens = markdown.parse(text, env)
    # The page's own title is its only one of the first rank; below it no rank is skipped.
    ranks = [int(one.tag[1]) for one in tokens if one.type == "heading_open"]
    env["lower"] = 2 - min(ranks, default=2)
    page = nh3.clean(
        markdown.renderer.render(tokens, markdown.options, env),
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        link_rel="noreferrer nofollow",
    )
    return Markup(page), env["shown"]  # noqa: S704 - cleaned by nh3


def first_words(text: str, most: int) -> str:
    """Its first paragraphs as plain text, cut between words; titles, lists and tables are left out."""
    tree = SyntaxTreeNode(_markdown().parse(text[:_BEGINNING]))
    said = (plain_block(one) for one in tree.children if one.type == "paragraph")
    words = " ".join(re.sub(r"\[[^\]]*\]", " ", " ".join(said)).split())
    if len(words) <= most:
        return words
    return f"{words[:most].rpartition(' ')[0].rstrip(' ,;:.،؛')}…"


def _stem(name: str) -> str:
    return name.rpartition(".")[0].casefold()


def _picture(
    _: RendererHTML,
    tokens: Sequence[Token],
    place: int,
    __: OptionsDict,
    env: EnvType,
) -> str:
    """A picture of the newsroom; of any other only the words stay, and nothing is loaded."""
    token = tokens[place]
    name = unquote(str(token.attrGet("src") or ""))
    found: PublishedFile | None = env["pictures"].get(name) or env["stems"].get(
        _stem(name)
    )
    said = token.content.strip()
    if found is None:
        return str(Markup("[{}]").format(said)) if said else ""
    env["shown"].add(found.file_name)
    source = small_address(env["slug"], found.file_name)
    return str(
        Markup('<img src="{}" alt="{}" loading="lazy">').format(
            source, said or found.alternative
        )
    )


def _ranked_heading(
    _: RendererHTML,
    tokens: Sequence[Token],
    place: int,
    __: OptionsDict,
    env: EnvType,
) -> str:
    token = tokens[place]
    tag = f"h{min(6, int(token.tag[1]) + env['lower'])}"
    return f"<{tag}>" if token.nesting == 1 else f"</{tag}>\n"


def _scrolled_table(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    place: int,
    *_: Mapping[str, Any],
) -> str:
    table = f"<table{renderer.renderAttrs(tokens[place])}>"
    return f'<div class="scroll" tabindex="0">{table}'


def file_address(slug: str, name: str) -> str:
    return f"/n/files/{quote(slug)}/{quote(name, safe='')}"


def small_address(slug: str, name: str) -> str:
    return f"/n/files/{quote(slug)}/small/{quote(name, safe='')}"


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    markdown.add_render_rule("image", _picture)
    markdown.add_render_rule("heading_open", _ranked_heading)
    markdown.add_render_rule("heading_close", _ranked_heading)
    markdown.add_render_rule("table_open", _scrolled_table)
    markdown.add_render_rule("table_close", lambda *_: "</table></div>")
    return markdown
