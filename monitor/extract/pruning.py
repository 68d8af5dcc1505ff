"""What is not the article leaves the tree: by name, by words, by shape.

trafilatura knows names of many English sites; French and Arabic ones, boxes inside the
body, link cards and the next article below are what this adds. An element goes only when
enough of the page's prose stays (`_Prose`): sites name whole pages `share` or `sidebar`.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from monitor.extract import noise_words as words

_BLOCKS: Final = frozenset(
    [
        "p",
        "div",
        "li",
        "td",
        "blockquote",
        "section",
        "article",
        "dd",
        "pre",
        "font",
        "main",
        "center",
    ]
)
_CARD_TAGS: Final = frozenset({"div", "article", "li", "section", "td", "p", "dd"})
_ROWS: Final = frozenset({"tbody", "thead", "tfoot"})
_SILENT: Final = ("script", "style", "noscript", "template", "iframe", "svg", "button")
_SIGNS: Final = re.compile(r"[\W_]+")
_INLINE: Final = frozenset({"a", "span", "em", "i", "strong", "b", "abbr", "u"})
_KEPT: Final = frozenset({"html", "body", "main", "head"})
_CAPITAL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PARTED: Final = re.compile(r"[^a-zA-Z0-9]+")
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# A block of prose has so many letters that are no link's.
_PROSE: Final = 60
_LINKED: Final = 0.5
# What must stay: a short agency item has 250 letters.
_LEAST_REST: Final = 250
# The share of the page's prose that a box may hold.
_MOST_BOX: Final = 0.35
_LONGEST_HEADING: Final = 70
_LONGEST_ABOUT: Final = 200
_LONGEST_CARD: Final = 600
_LONGEST_LINE: Final = 220
_MOST_POSTS: Final = 100
_BOXES: Final = frozenset({"div", "center", "figure", "span"})
_CARDS: Final = 3
_CARD_TITLE: Final = 20
_MOST_ALIKE: Final = 0.7
_TITLES: Final = 2
_HEADLINE_WORDS: Final = 5

# By how sure the name is: comments and consent go even when they are most of the page.
_CERTAIN: Final = (words.COMMENTS, words.CONSENT)
_LIKELY: Final = (
    words.SALE,
    words.SHARING,
    words.FURTHER,
    words.ADVERTS,
    words.AUTHORS,
    words.SURROUNDINGS,
    words.PULL_QUOTES,
)


def prune(tree: Any, *, title: str) -> None:
    """Take out of *tree* what is not the article under *title*."""
    _keep_posts(tree)
    etree.strip_elements(tree, *_SILENT, with_tail=False)
    # Prose is counted anew where much may have gone.
    for steps in (
        (_layout_tables, _dialogs),
        (_named,),
        (_pictures, _next_articles, _cards),
        (_boxes, _only_links),
    ):
        prose = _Prose(tree)
        for step in steps:
            step(tree, prose, title)


def _keep_posts(tree: Any) -> None:
    """Posts quoted in the body lose the names for which they would go as embeds."""
    posts = tree.xpath(
        "//blockquote[contains(@class, 'twitter-tweet') and not(ancestor::blockquote)]"
    )
    for post in posts[:_MOST_POSTS]:
        text = text_of(post)
        for element in (post, *post.iterancestors()):
            if element.tag in _KEPT or text_of(element) != text:
                break
            for name in ("class", "id"):
                element.attrib.pop(name, None)


class _Prose:
    """How much prose stands in each element."""

    def __init__(self, tree: Any) -> None:
        self._held: dict[Any, int] = defaultdict(int)
        self.whole = 0
        for element in tree.iter(*_BLOCKS):
            length = own_prose(element)
            if length < _PROSE:
                continue
            self.whole += length
            self._held[element] += length
            for above in element.iterancestors():
                self._held[above] += length

    def of(self, element: Any) -> int:
        return self._held.get(element, 0)

    def stays_without(self, element: Any, *, share: float = _MOST_BOX) -> bool:
        """Whether the page keeps enough of its prose when *element* goes."""
        held = self.of(element)
        return held <= self.whole * share and (
            held == 0 or self.whole - held >= _LEAST_REST
        )


def own_prose(element: Any) -> int:
    """Letters of *element* outside blocks within it, links counted against them."""
    length = len((element.text or "").strip())
    linked = 0
    for child in element:
        if not isinstance(child.tag, str):
            continue
        length += len((child.tail or "").strip())
        if child.tag in _BLOCKS or child.tag in {
            "script",
            "style",
            "ul",
            "ol",
            "table",
        }:
            continue
        inner = len("".join(child.itertext()))
        length += inner
        if child.tag == "a" or child.find(".//a") is not None:
            linked += inner
    return length if linked <= length * _LINKED else 0


def text_of(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def key_of(text: str) -> str:
    """What two writings of one line have in common: letters and digits, small."""
    return _SIGNS.sub("", text).lower()


def drop(element: Any) -> None:
    """Take *element* out; the text behind it stays."""
    if element.getparent() is not None:
        element.drop_tree()


def name_of(element: Any) -> str:
    """Class and id as words in small letters."""
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    return _PARTED.sub(" ", _CAPITAL.sub(" ", named[:300])).lower().strip()


def _attached(element: Any, tree: Any) -> bool:
    """Whether *element* is still in *tree*: an element above may have gone."""
    return element is tree or any(one is tree for one in element.iterancestors())


def _layout_tables(tree: Any, prose: _Prose, title: str) -> None:
    """Tables that place columns become plain blocks; columns beside the title's go."""
    for table in list(tree.iter("table")):
        if _is_layout(table, prose):
            for row in table.iter("tr"):
                _drop_columns(row, prose, key_of(title))
        elif table.get("align") and table.find(".//img") is not None:
            # A picture and its caption, as pages had them before figures.
            drop(table)
    for table in list(tree.iter("table")):
        if _is_layout(table, prose):
            _unfold(table)


def _is_layout(table: Any, prose: _Prose) -> bool:
    return prose.of(table) >= _LEAST_REST or table.find(".//table") is not None


def _drop_columns(row: Any, prose: _Prose, title: str) -> None:
    """Drop what stands left and right of the title's column."""
    cells = [one for one in row if one.tag in {"td", "th"}]
    main = [one for one in cells if title and title in key_of(text_of(one))]
    if len(main) != 1 or prose.of(main[0]) < _LEAST_REST:
        return
    for one in cells:
        if one is not main[0] and prose.of(one) < prose.of(main[0]):
            drop(one)


def _unfold(table: Any) -> None:
    for part in table:
        rows = [part] if part.tag == "tr" else list(part) if part.tag in _ROWS else []
        for row in rows:
            for cell in row:
                cell.tag = "div"
            row.tag = "div"
        if part.tag in _ROWS:
            part.tag = "div"
    table.tag = "div"


def _dialogs(tree: Any, prose: _Prose, _title: str) -> None:
    for element in tree.xpath(
        "//*[@role='dialog' or @aria-modal='true' or self::dialog]"
    ):
        if prose.stays_without(element, share=0.9) and element.find(".//h1") is None:
            drop(element)
    for element in tree.xpath(
        "//figcaption | //nav | //form[not(.//p[2])] | //amp-consent"
    ):
        if prose.stays_without(element):
            drop(element)


def _named(tree: Any, prose: _Prose, _title: str) -> None:
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in _KEPT:
            continue
        if not (element.get("class") or element.get("id")):
            continue
        name = name_of(element)
        if not name or not _is_named_noise(element, name, prose):
            continue
        if _attached(element, tree) and element.find(".//h1") is None:
            drop(element)


def _is_named_noise(element: Any, name: str, prose: _Prose) -> bool:
    if element.tag in _HEADINGS or _is_in_a_line(element):
        return False
    if any(one.search(name) for one in _CERTAIN):
        return prose.stays_without(element, share=0.9)
    if any(one.search(name) for one in _LIKELY):
        return prose.stays_without(element)
    if words.CAPTIONS.search(name):
        return prose.stays_without(element, share=0.2) and _is_caption(element)
    return bool(words.ABOUT.search(name)) and len(text_of(element)) < _LONGEST_ABOUT


def _is_in_a_line(element: Any) -> bool:
    """Whether *element* is words of a sentence: sites name links as they like."""
    return element.tag in _INLINE and own_prose(element.getparent()) > 0


def _is_caption(element: Any) -> bool:
    return len(element.findall(".//p")) <= 1 and len(text_of(element)) < _LONGEST_CARD


def _pictures(tree: Any, prose: _Prose, _title: str) -> None:
    """A picture and the line below it, in a box of their own whatever its name."""
    for image in tree.xpath("//img | //amp-img"):
        box = image.getparent()
        if box is None or box.tag not in _BOXES:
            continue
        if _is_captioned(box, image) and prose.stays_without(box, share=0.2):
            drop(box)


def _is_captioned(box: Any, image: Any) -> bool:
    """Whether *box* holds one picture, first, and a line."""
    is_alone = box.find(".//p") is None and box.find(".//img") is image
    is_first = not (box.text or "").strip()
    return is_alone and is_first and 0 < len(text_of(box)) < _LONGEST_LINE


def _next_articles(tree: Any, prose: _Prose, title: str) -> None:
    """Below the article some sites set the next one, whole."""
    articles = [one for one in tree.iter("article") if not _is_inside(one, "article")]
    if len(articles) == 1:
        return
    wanted = key_of(title)
    main = next(
        (
            one
            for one in articles
            if any(key_of(text_of(h)) == wanted for h in one.iter("h1", "h2"))
        ),
        None,
    )
    if main is None or prose.of(main) < _LEAST_REST:
        return
    for one in articles:
        if one is not main and (_heading(one) is not None or prose.of(one) == 0):
            drop(one)


def _is_inside(element: Any, tag: str) -> bool:
    return next(element.iterancestors(tag), None) is not None


def _heading(element: Any) -> Any:
    return next(element.iter(*_HEADINGS), None)


def _cards(tree: Any, prose: _Prose, _title: str) -> None:
    """Three siblings of one name that each begin with a link are a list of articles."""
    for parent in list(tree.iter()):
        groups: dict[tuple[Any, Any], list[Any]] = defaultdict(list)
        tags = _CARD_TAGS | {"a"} if _is_bare(parent) else _CARD_TAGS
        for child in parent:
            if child.tag in tags:
                groups[child.tag, child.get("class")].append(child)
        for alike in groups.values():
            if len(alike) >= _CARDS:
                _drop_cards(alike, prose)


def _drop_cards(alike: list[Any], prose: _Prose) -> None:
    cards = [one for one in alike if _is_card(one)]
    if len(cards) < max(_CARDS, _MOST_ALIKE * len(alike)):
        return
    held = sum(prose.of(one) for one in cards)
    if held == 0 or prose.whole - held >= _LEAST_REST:
        for one in cards:
            drop(one)


def _is_bare(parent: Any) -> bool:
    """Whether nothing but elements stands in *parent*: its links are no words of a line."""
    tails = "".join([parent.text or "", *((one.tail or "") for one in parent)])
    return parent.tag not in {"p", "li", "span"} and not tails.strip(" \n\t|,.-•·")


def _is_card(element: Any) -> bool:
    text = text_of(element)
    if not text or len(text) > _LONGEST_CARD:
        return False
    links = [element] if element.tag == "a" else list(element.iter("a"))
    titled = [one for one in links if len(text_of(one)) >= _CARD_TITLE]
    if not titled or len(titled) > _TITLES:
        return False
    linked = text_of(titled[0])
    if element.tag in {"p", "li", "dd"}:
        return len(linked) >= 0.8 * len(text)
    # A date, a number or a section may come first.
    return text.find(linked) <= _CARD_TITLE and element.tag != "td"


def _boxes(tree: Any, prose: _Prose, _title: str) -> None:
    """What stands under a heading such as "lire aussi"."""
    for element in list(
        tree.iter(
            "h2", "h3", "h4", "h5", "h6", "p", "span", "strong", "b", "div", "summary"
        )
    ):
        if len(element) > _CARDS:
            continue
        text = text_of(element)
        if not text or len(text) > _LONGEST_HEADING:
            continue
        if words.HEADING.fullmatch(text) and _attached(element, tree):
            _drop_box(element, prose)


def _drop_box(heading: Any, prose: _Prose) -> None:
    box = heading
    for above in heading.iterancestors():
        is_alone = above.find(".//h1") is None and prose.stays_without(
            above, share=0.25
        )
        if above.tag in _KEPT or not is_alone or above.tag == "article":
            break
        # The next element up is taken when it holds little but the box.
        if len(text_of(above)) > _LONGEST_CARD * 4:
            break
        box = above
    if box is heading:
        _drop_following(heading)
    drop(box)


def _drop_following(heading: Any) -> None:
    for sibling in list(heading.itersiblings()):
        if not isinstance(sibling.tag, str) or not _is_mostly_link(sibling):
            break
        drop(sibling)


def _is_mostly_link(element: Any) -> bool:
    text = text_of(element)
    linked = sum(len(text_of(one)) for one in _links(element))
    return bool(text) and linked >= _LINKED * len(text)


def _links(element: Any) -> Iterator[Any]:
    return iter([element]) if element.tag == "a" else element.iter("a")


def _only_links(tree: Any, prose: _Prose, _title: str) -> None:
    """A block inside the body that is one link to elsewhere, or says that it is."""
    for element in list(tree.iter("p", "div", "blockquote", "h2", "h3", "h4", "aside")):
        if prose.of(element) > _LONGEST_CARD or element.find(".//a") is None:
            continue
        text = text_of(element)
        if not text or len(text) > _LONGEST_CARD or not _attached(element, tree):
            continue
        linked = sum(len(text_of(one)) for one in element.iter("a"))
        is_sent = words.ELSEWHERE.match(text) and linked >= 0.3 * len(text)
        if is_sent or (linked >= 0.9 * len(text) and _is_headline(element, text)):
            drop(element)


def _is_headline(element: Any, text: str) -> bool:
    """Whether *text*, all link, is another article's title and no name or address."""
    if element.tag in _HEADINGS or element.tag == "blockquote":
        return False
    return len(text.split()) >= _HEADLINE_WORDS and "://" not in text
