"""Where the sentences of a text begin and end, by its words. Abbreviations part them too."""

import re
from collections.abc import Sequence
from typing import Final

from core.text.tokens import Tokens

_BREAK: Final = re.compile(r"[.!?؟…]+[\s»”\"’)]+|\n+")

# First word of a sentence, and the first after it.
Bounds = tuple[int, int]


def ends(text: str) -> Sequence[int]:
    """Where a sentence ends and the next begins, in code points."""
    return [one.end() for one in _BREAK.finditer(text)]


def bounds(found: Tokens, text: str) -> Sequence[Bounds]:
    """The places in *found* of each sentence of *text* that has words."""
    cut: list[Bounds] = []
    at = 0
    starts, count = found.starts, len(found)
    for end in [*ends(text), len(text) + 1]:
        first = at
        while at < count and starts[at] < end:
            at += 1
        if at > first:
            cut.append((first, at))
    return cut
