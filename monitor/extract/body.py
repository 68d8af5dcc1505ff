"""The text of an article: trafilatura on a pruned tree, then what it left out.

trafilatura takes one container; where a site parts the body into several of one name (ads
between them), the paragraphs of the others are brought back by that name. The standfirst
above the picture comes back by its name, or because the page's description repeats it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree
from trafilatura import bare_extraction

from monitor.extract.headline import Headline
from monitor.extract.noise_words import standfirst
from monitor.extract.page import HtmlPage
from monitor.extract.pruning import key_of, name_of, own_prose, text_of

_BLOCKS: Final = frozenset({"p", "div", "blockquote", "li", "h2", "h3"})
_PROSE: Final = 60
# A standfirst is a sentence or a few.
_LEAST_STANDFIRST: Final = 40
_MOST_STANDFIRST: Final = 900
# So much of the accepted paragraphs must share a name for others of it to come back.
_COMMON: Final = 0.5
_SAME_START: Final = 60
_MOST_STANDFIRSTS: Final = 2


@dataclass(frozen=True, slots=True)
class _Block:
    element: Any
    text: str
    folded: str


def lines_of(page: HtmlPage, headline: Headline) -> Sequence[str]:
    """The lines of the article in the pruned tree of *page*."""
    lines = _taken(page.tree)
    blocks = list(_blocks(page.tree))
    lines = _with_missing(lines, blocks)
    return _with_standfirst(page, headline, lines)


def _taken(tree: Any) -> list[str]:
    try:
        found: Any = bare_extraction(tree, include_comments=False)
    except (etree.LxmlError, ValueError, TypeError, AttributeError, RecursionError):
        return []
    text = (found.text or "") if found is not None else ""
    return [line for line in text.split("\n") if line.strip()]


def _blocks(tree: Any) -> Iterator[_Block]:
    for element in tree.iter(*_BLOCKS):
        if own_prose(element) < _PROSE:
            continue
        text = text_of(element)
        yield _Block(element, text, key_of(text))


def _with_missing(lines: list[str], blocks: Sequence[_Block]) -> list[str]:
    """*lines* with the paragraphs that stand in containers named as theirs."""
    taken = key_of("".join(lines))
    kept = [one for one in blocks if one.folded in taken]
    if not kept or len(kept) == len(blocks):
        return lines
    names = Counter(_name(one.element) for one in kept)
    common = {
        name
        for name, count in names.items()
        if count >= _COMMON * len(kept) and name is not None
    }
    result = list(lines)
    place, last = 0, -1
    first = blocks.index(kept[0])
    for number, one in enumerate(blocks):
        if one.folded in taken:
            place = _place(result, one, place)
        elif number > first and _name(one.element) in common:
            result.insert(place, one.text)
            place += 1
            last = number
    return result if last >= 0 else lines


def _name(element: Any) -> tuple[str, ...] | None:
    """What a paragraph's container is called; None for one without a name."""
    parent = element.getparent()
    if parent is None or not (parent.get("class") or parent.get("itemprop")):
        return None
    return (element.tag, element.get("class") or "", parent.tag, name_of(parent))


def _place(lines: Sequence[str], block: _Block, start: int) -> int:
    """The place behind the line that holds the beginning of *block*."""
    begin = block.folded[:_SAME_START]
    for number in range(start, len(lines)):
        if begin in key_of(lines[number]):
            return number + 1
    return start


def _with_standfirst(
    page: HtmlPage, headline: Headline, lines: Sequence[str]
) -> Sequence[str]:
    """*lines* with what stands between title and text and is the article's beginning."""
    if headline.element is None or not lines:
        return lines
    described = tuple(
        key_of(one)[:_SAME_START]
        for one in (
            page.meta("og:description"),
            page.meta("description"),
            page.linked.description,
        )
        if len(one) >= _LEAST_STANDFIRST
    )
    taken, first = key_of("".join(lines)), key_of(lines[0])[:_SAME_START]
    found: list[str] = []
    for element, text in _short_texts(headline.element):
        key = key_of(text)
        if key.startswith(first):
            return [*found, *lines]
        is_new = key not in taken and key_of(headline.title) not in key
        is_named = _is_sentence(element, text) and (
            standfirst(name_of(element)) or key.startswith(described)
        )
        if is_new and is_named and len(found) < _MOST_STANDFIRSTS:
            found.append(text)
            taken += key
    # Where the text does not stand below the title, nothing can stand between them.
    return lines


def _is_sentence(element: Any, text: str) -> bool:
    """Whether *text* may be a standfirst: a few lines that are no link to elsewhere."""
    linked = sum(len(text_of(one)) for one in element.iter("a"))
    return len(text) <= _MOST_STANDFIRST and 2 * linked < len(text)


def _short_texts(title: Any) -> Iterator[tuple[Any, str]]:
    for element in title.xpath("following::*[position() <= 200]"):
        text = text_of(element) if element.tag in _BLOCKS else ""
        if len(text) >= _LEAST_STANDFIRST:
            yield element, text
