"""Plain: a release's Markdown -> the text that people read without HTML, and copy."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode


def plain(body: str, markdown: MarkdownIt) -> str:
    """The words of *body*, with blank lines between its blocks and no signs of Markdown."""
    return _blocks(SyntaxTreeNode(markdown.parse(body)))


def _blocks(node: SyntaxTreeNode, apart: str = "\n\n") -> str:
    said = (plain_block(child) for child in node.children)
    return apart.join(text for text in said if text)


def plain_block(node: SyntaxTreeNode) -> str:
    """One block without its signs."""
    write = _BLOCKS.get(node.type)
    return _inline(node) if write is None else write(node)


def _quote(node: SyntaxTreeNode) -> str:
    return _indented(_blocks(node), first="> ", rest="> ")


def _bullets(node: SyntaxTreeNode) -> str:
    return "\n".join(_item(child, "- ") for child in node.children)


def _numbers(node: SyntaxTreeNode) -> str:
    start = int(node.attrs.get("start", 1))
    return "\n".join(
        _item(child, f"{number}. ")
        for number, child in enumerate(node.children, start=start)
    )


def _item(node: SyntaxTreeNode, sign: str) -> str:
    return _indented(_blocks(node, "\n"), first=sign, rest=" " * len(sign))


def _indented(text: str, *, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join([first + lines[0], *(f"{rest}{line}" for line in lines[1:])])


def _table(node: SyntaxTreeNode) -> str:
    rows = [row for part in node.children for row in part.children]
    return "\n".join(" | ".join(_inline(cell) for cell in row.children) for row in rows)


def _code(node: SyntaxTreeNode) -> str:
    return node.content.rstrip("\n")


def _rule(_: SyntaxTreeNode) -> str:
    return "* * *"


def _inline(node: SyntaxTreeNode) -> str:
    return "".join(_words(child) for child in node.children)


def _words(node: SyntaxTreeNode) -> str:
    if node.type in {"softbreak", "hardbreak"}:
        return "\n"
    if node.type == "image":
        return f"[{node.content}]" if node.content else ""
    if node.type == "link":
        return _link(node)
    return _inline(node) if node.children else node.content


def _link(node: SyntaxTreeNode) -> str:
    said, target = _inline(node), str(node.attrs.get("href", ""))
    bare = target.removeprefix("mailto:")
    if not target or said in {target, bare, unquote(target), unquote(bare)}:
        return said
    return f"{said} ({target})"


_BLOCKS: Final[Mapping[str, Callable[[SyntaxTreeNode], str]]] = {
    "blockquote": _quote,
    "bullet_list": _bullets,
    "ordered_list": _numbers,
    "table": _table,
    "fence": _code,
    "code_block": _code,
    "hr": _rule,
}
