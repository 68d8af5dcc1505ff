"""The short lines around a title: who, when, where filed."""

from collections.abc import Iterator
from typing import Any, Final

from monitor.extract.noise_words import COMMENTS, FURTHER
from monitor.extract.pruning import name_of, text_of

_LONGEST: Final = 160
_PROSE: Final = 250
_SENTENCE: Final = 110
_AFTER: Final = 60
_BEFORE: Final = 12
_SKIPPED: Final = frozenset({"script", "style", "noscript", "template", "svg"})
_HEAD: Final = frozenset({"title", "meta", "link", "head", "base"})


def around(tree: Any, title: Any) -> Iterator[tuple[Any, str]]:
    """Elements with a short text: behind *title* until prose begins, then just before it.

    Smallest elements come with their parents, so that "Par Nadia" is found whole.
    """
    if title is None or title is tree:
        return
    yield from behind(title)
    yield from _before(title)


def behind(title: Any) -> Iterator[tuple[Any, str]]:
    """Elements with a short text below *title*, until prose begins."""
    count = prose = 0
    if title is None:
        return
    for element in title.xpath("following::*[position() <= 400]"):
        if not isinstance(element.tag, str) or element.tag in _SKIPPED:
            continue
        direct = "".join([element.text or "", *((one.tail or "") for one in element)])
        prose += len(direct.strip()) > _SENTENCE
        # A standfirst may come first; two sentences are the text.
        if prose > 1 or len(direct.strip()) > _PROSE:
            return
        if _is_elsewhere(element):
            continue
        for text in _lines_of(element):
            count += 1
            yield element, text
        if count >= _AFTER:
            return


def _lines_of(element: Any) -> Iterator[str]:
    """The short text of *element*, parted where its lines break."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == "br":
            parts.append("")
        parts[-1] += f"{'' if child.tag == 'br' else text_of(child)}{child.tail or ''}"
    whole = text_of(element)
    if not whole or len(whole) > _LONGEST:
        return
    yield from ([" ".join(one.split()) for one in parts if one.strip()])


def _is_elsewhere(element: Any) -> bool:
    """Whether *element* is of comments or of other articles."""
    names = [name_of(one) for one in (element, *element.iterancestors())]
    return any(COMMENTS.search(one) or FURTHER.search(one) for one in names)


def _before(title: Any) -> Iterator[tuple[Any, str]]:
    count = 0
    for element in reversed(title.xpath("preceding::*[position() <= 60]")):
        if not isinstance(element.tag, str) or element.tag in _SKIPPED | _HEAD:
            continue
        text = text_of(element)
        is_line = text and len(text) <= _LONGEST and element.tag != "a"
        if is_line and not _is_elsewhere(element):
            count += 1
            yield element, text
        if count >= _BEFORE:
            return
