"""What of a release was printed: its own text, sentence by sentence, with who took each.

text -> sentences (a scrap joins the next) -> the passages of each line -> most of its words?
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

from core.text.tokens import Tokens, tokens
from monitor.matching.sentences import Bounds, bounds, ends

# Words below which a piece is a scrap that a full stop left: M., n°, art.
_SCRAP: Final = 3
# Of a sentence's words that an outlet must have printed to have printed it.
_MOST: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a text, with its signs; `first` and `last` (excluded) are its words."""

    text: str
    opens: bool
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one line's article has of one version: pairs of code points in its text."""

    outlet: str
    spans: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """A sentence, and the outlets that printed most of it, by name."""

    text: str
    opens: bool
    outlets: Sequence[str]


def spans(
    passages: Sequence[Mapping[str, Any]], language: str
) -> Sequence[tuple[int, int]]:
    """Where the passages of a coverage line stand in one version."""
    return [
        (one["release_start"], one["release_end"])
        for one in passages
        if one["language"] == language
    ]


def picked(text: str, taken: Sequence[Taken]) -> Sequence[Picked]:
    """The sentences of *text* in order. An outlet counts once, however often it printed one."""
    found = tokens(text)
    cut = sentences(text, found)
    outlets: list[set[str]] = [set() for _ in cut]
    for one in taken:
        for place in printed(cut, found, one.spans):
            outlets[place].add(one.outlet)
    return [
        Picked(text=one.text, opens=one.opens, outlets=sorted(who))
        for one, who in zip(cut, outlets, strict=True)
    ]


def sentences(text: str, found: Tokens) -> Sequence[Sentence]:
    """The sentences of *text*, whose words are *found*; together they hold every sign of it."""
    joined = list(_joined(bounds(found, text), found, text))
    cuts = ends(text)
    made: list[Sentence] = []
    at, before = 0, 0
    for place, (first, last) in enumerate(joined):
        until = len(text)
        if place + 1 < len(joined):
            # A quote that opens there belongs to what it opens.
            until = cuts[bisect_right(cuts, found.starts[joined[place + 1][0]]) - 1]
        made.append(
            Sentence(
                text=text[at:until].strip(),
                opens=not place or "\n" in text[before:at],
                first=first,
                last=last,
            )
        )
        at, before = until, found.ends[last - 1]
    return made


def printed(
    cut: Sequence[Sentence], found: Tokens, taken: Sequence[tuple[int, int]]
) -> Sequence[int]:
    """The sentences, by their places, of whose words most lie in what was *taken*."""
    held = _held(found, taken)
    return [
        place
        for place, one in enumerate(cut)
        if held[one.last] - held[one.first] >= _MOST * (one.last - one.first)
    ]


def is_printed(
    found: Tokens, place: tuple[int, int], taken: Sequence[tuple[int, int]]
) -> bool:
    """Whether of the words of one *place*, in code points, most lie in what was *taken*."""
    first = bisect_left(found.starts, place[0])
    last = bisect_right(found.ends, place[1])
    held = _held(found, taken)
    return first < last and held[last] - held[first] >= _MOST * (last - first)


def _held(found: Tokens, taken: Sequence[tuple[int, int]]) -> Sequence[int]:
    """How many words before each word, and before the end, lie whole in what was taken."""
    steps = [0] * (len(found) + 1)
    for start, end in taken:
        first, last = bisect_left(found.starts, start), bisect_right(found.ends, end)
        if first < last:
            steps[first] += 1
            steps[last] -= 1
    return [0, *accumulate(int(depth > 0) for depth in accumulate(steps[:-1]))]


def _joined(cut: Sequence[Bounds], found: Tokens, text: str) -> Iterator[Bounds]:
    """The sentences, each scrap with the next one of its line."""
    begun: int | None = None
    for place, (first, last) in enumerate(cut):
        start = first if begun is None else begun
        after = cut[place + 1][0] if place + 1 < len(cut) else None
        gap = text[found.ends[last - 1] : found.starts[after]] if after else "\n"
        if last - start < _SCRAP and "\n" not in gap:
            begun = start
        else:
            begun = None
            yield start, last
