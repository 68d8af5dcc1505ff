"""The short lines around a title: who, when, where filed."""

from collections.abc import Iterator
from typing import Any, Final

from monitor.extract.pruning import text_of

_LONGEST: Final = 160
_PROSE: Final = 200
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
    yield from _behind(title)
    yield from _before(title)


def _behind(title: Any) -> Iterator[tuple[Any, str]]:
    count = 0
    for element in title.xpath("following::*[position() <= 400]"):
        if not isinstance(element.tag, str) or element.tag in _SKIPPED:
            continue
        direct = "".join([element.text or "", *((one.tail or "") for one in element)])
        if len(direct.strip()) > _PROSE:
            return
        text = text_of(element)
        if text and len(text) <= _LONGEST:
            count += 1
            yield element, text
        if count >= _AFTER:
            return


def _before(title: Any) -> Iterator[tuple[Any, str]]:
    count = 0
    for element in reversed(title.xpath("preceding::*[position() <= 60]")):
        if not isinstance(element.tag, str) or element.tag in _SKIPPED | _HEAD:
            continue
        text = text_of(element)
        if text and len(text) <= _LONGEST and element.tag != "a":
            count += 1
            yield element, text
        if count >= _BEFORE:
            return
