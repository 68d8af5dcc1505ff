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

from monitor.extract.headline import Headline
from monitor.extract.noise_words import standfirst
from monitor.extract.page import HtmlPage
from monitor.extract.pruning import key_of, name_of, own_prose, text_of

_BLOCKS: Final = frozenset({"p", "div", "blockquote", "li", "h2", "h3", "h4"})
_BLOCKED: Final = frozenset({"blockquote", "li", "ul", "ol"})
_PROSE: Final = 60
# A standfirst is a sentence or a few.
_LEAST_STANDFIRST: Final = 40
_LEAST_SENTENCE: Final = 60
_MOST_STANDFIRST: Final = 900
# So much of the accepted paragraphs must share a name for others of it to come back.
_COMMON: Final = 0.5
_SAME_START: Final = 60
_MOST_STANDFIRSTS: Final = 2
_LINKED: Final = 0.8
# Each block is looked for in the whole text; an article has some hundreds.
_MOST_BLOCKS: Final = 1_500


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph, an item or a heading of the page."""

    element: Any
    text: str
    key: str
    is_prose: bool
    # What holds it, lists and quotations aside, and what that is called.
    home: Any
    home_name: str


def lines_of(page: HtmlPage, headline: Headline) -> Sequence[str]:
    """The lines of the article in the pruned tree of *page*."""
    lines = _taken(page.tree)
    blocks = list(_blocks(page.tree))
    lines = _with_missing(lines, blocks)
    return _with_standfirst(page, headline, lines)


def _taken(tree: Any) -> list[str]:
    # It weighs 20 MB, and only the child that extracts needs it.
    from trafilatura import bare_extraction  # noqa: PLC0415

    try:
        found: Any = bare_extraction(tree, include_comments=False)
    except (etree.LxmlError, ValueError, TypeError, AttributeError, RecursionError):
        return []
    text = (found.text or "") if found is not None else ""
    return [line for line in text.split("\n") if line.strip()]


def _blocks(tree: Any) -> Iterator[_Block]:
    for element in tree.iter(*_BLOCKS):
        is_prose = own_prose(element) >= _PROSE
        if not is_prose and (element.tag == "div" or _holds_blocks(element)):
            continue
        text = text_of(element)
        if text:
            home = _home(element)
            yield _Block(element, text, key_of(text), is_prose, home, _called(home))


def _home(element: Any) -> Any:
    above = element.getparent()
    while above is not None and above.tag in _BLOCKED:
        above = above.getparent()
    return above


def _called(home: Any) -> str:
    """The name of a container; empty when it has none."""
    if home is None or not (home.get("class") or home.get("itemprop")):
        return ""
    return f"{home.tag} {name_of(home)}"


def _holds_blocks(element: Any) -> bool:
    return next(element.iterdescendants(*_BLOCKS), None) is not None


def _with_missing(lines: list[str], blocks: Sequence[_Block]) -> list[str]:
    """*lines* with what stands among them, or in containers called as theirs."""
    if len(blocks) > _MOST_BLOCKS:
        return lines
    keys = [key_of(line) for line in lines]
    known, joined = frozenset(keys), "".join(keys)
    kept = {place for place, one in enumerate(blocks) if _is_in(one, known, joined)}
    prose = [blocks[number] for number in kept if blocks[number].is_prose]
    if not prose:
        return lines
    homes = Counter(one.home for one in prose)
    names = Counter(one.home_name for one in prose if one.home_name)
    common = _Common(
        homes={one for one, count in homes.items() if count >= _COMMON * len(prose)},
        names={one for one, count in names.items() if count >= _COMMON * len(prose)},
    )
    within = range(min(kept), max(kept))
    result, place = list(lines), 0
    for number, one in enumerate(blocks):
        if number in kept:
            place = _place(result, one, place)
        elif number > within.start and common.takes(one, is_among=number in within):
            result.insert(
                place, f"- {one.text}" if one.element.tag == "li" else one.text
            )
            place += 1
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class _Common:
    """Where most of the paragraphs stand that were taken."""

    homes: set[Any]
    names: set[str]

    def takes(self, block: _Block, *, is_among: bool) -> bool:
        """Whether *block* belongs to them; *is_among*: it stands between two of them."""
        if not block.is_prose and _is_link(block):
            return False
        if is_among and block.home in self.homes:
            return True
        return (block.is_prose or is_among) and block.home_name in self.names


def _is_link(block: _Block) -> bool:
    """Whether *block* is little but a link: trafilatura left it out with reason."""
    linked = sum(len(text_of(one)) for one in block.element.iter("a"))
    return linked >= _LINKED * len(block.text)


def _is_in(block: _Block, keys: frozenset[str], joined: str) -> bool:
    """Whether *block* was taken: a line is it, or lines hold it when it is long."""
    if len(block.key) < _SAME_START and block.element.find("br") is None:
        return block.key in keys
    return block.key in joined


def _place(lines: Sequence[str], block: _Block, start: int) -> int:
    """The place behind the line that holds the beginning of *block*."""
    begin = block.key[:_SAME_START]
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
            standfirst(name_of(element))
            or key.startswith(described)
            or (element.tag in {"h2", "h3"} and _reads_on(text))
        )
        if is_new and is_named and len(found) < _MOST_STANDFIRSTS:
            found.append(text)
            taken += key
    # Where the text does not stand below the title, nothing can stand between them.
    return lines


def _is_sentence(element: Any, text: str) -> bool:
    """Whether *text* may be a standfirst: a few lines that are no link to elsewhere."""
    if element.find(".//img") is not None or element.find(".//h3") is not None:
        return False
    linked = sum(len(text_of(one)) for one in element.iter("a"))
    return len(text) <= _MOST_STANDFIRST and 2 * linked < len(text)


def _reads_on(text: str) -> bool:
    """Whether a heading is a whole sentence: old templates set the standfirst so."""
    return len(text) >= _LEAST_SENTENCE and text.endswith((".", "…", "؟", "!"))


def _short_texts(title: Any) -> Iterator[tuple[Any, str]]:
    for element in title.xpath("following::*[position() <= 200]"):
        text = text_of(element) if element.tag in {*_BLOCKS, "span"} else ""
        if len(text) >= _LEAST_STANDFIRST:
            yield element, text
