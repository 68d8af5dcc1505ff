"""What an index is asked: a query in the few things an index can say.

Near and as-written phrases are said more widely, and checked on the text of each
candidate. What must be absent is said only where the index is certain.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from monitor.query.tree import (
    All,
    Either,
    Field,
    Near,
    Node,
    Not,
    Phrase,
    sought,
)
from monitor.search.words import MARKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words of an index one after the other."""

    words: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """One of either side, apart, with at most *distance* words between."""

    first: tuple[Run, ...]
    second: tuple[Run, ...]
    distance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    looks: tuple["Look", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Some:
    """Any of these; none of them, when there are none."""

    looks: tuple["Look", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    look: "Look"


Look = Run | Close | Every | Some | Without
NONE = Some(looks=())
_FEW = 6

# Which outlets answer a phrase: their ids.
Outlets = Callable[[Phrase], Sequence[int]]


def looks(node: Node, outlets: Outlets) -> Look:
    """What finds every article that answers *node*, and maybe some that do not."""
    return _look(node, outlets, is_wide=True)


def _look(node: Node, outlets: Outlets, *, is_wide: bool) -> Look:
    match node:
        case Phrase():
            return _phrase(node, outlets) if is_wide or not node.is_exact else NONE
        case Near():
            return _near(node, is_wide=is_wide)
        case All():
            return _every(
                [_look(part, outlets, is_wide=is_wide) for part in node.parts]
            )
        case Either():
            return _some([_look(part, outlets, is_wide=is_wide) for part in node.parts])
        case Not():
            return Without(look=_look(node.part, outlets, is_wide=not is_wide))


def _every(parts: list[Look]) -> Look:
    if NONE in parts:
        return NONE
    said = tuple(part for part in parts if part != Without(look=NONE))
    return said[0] if len(said) == 1 else Every(looks=said)


def _some(parts: list[Look]) -> Look:
    said = tuple(part for part in parts if part != NONE)
    return said[0] if len(said) == 1 else Some(looks=said)


def _phrase(phrase: Phrase, outlets: Outlets) -> Look:
    if phrase.field is Field.OUTLET:
        sign = MARKS[Field.OUTLET]
        return _some([Run(words=(f"{sign}{one}",)) for one in outlets(phrase)])
    return _some(list(_runs(phrase)))


def _runs(phrase: Phrase) -> tuple[Run, ...]:
    found, sign = sought(phrase), MARKS[phrase.field]
    rest = tuple(sign + word for word in found.rest)
    return tuple(
        Run(words=(sign + first, *rest), is_prefix=phrase.is_prefix)
        for first in found.first
    )


def _near(near: Near, *, is_wide: bool) -> Look:
    first, second = _some_runs(near.first), _some_runs(near.second)
    look = Close(first=first, second=second, distance=near.distance)
    exact = any(phrase.is_exact for phrase in (*near.first, *near.second))
    return look if is_wide or (_is_certain(look) and not exact) else NONE


def _is_certain(look: Close) -> bool:
    """Whether any index may say that it is absent: a few single words and others."""
    runs = (*look.first, *look.second)
    alone = all(len(run.words) == 1 and not run.is_prefix for run in runs)
    return alone and len(runs) <= _FEW and not set(look.first) & set(look.second)


def _some_runs(phrases: tuple[Phrase, ...]) -> tuple[Run, ...]:
    return tuple(run for phrase in phrases for run in _runs(phrase))


def has_prefix(look: Look) -> bool:
    """Whether a beginning of words is looked for: indexes gather all of them first."""
    match look:
        case Run():
            return look.is_prefix
        case Close():
            return any(run.is_prefix for run in (*look.first, *look.second))
        case Every() | Some():
            return any(has_prefix(one) for one in look.looks)
        case Without():
            return has_prefix(look.look)


def has_places(look: Look) -> bool:
    """Whether it matters where words stand: no index of words alone knows."""
    match look:
        case Run():
            return len(look.words) > 1
        case Close():
            return True
        case Every() | Some():
            return any(has_places(one) for one in look.looks)
        case Without():
            return has_places(look.look)


def holds(look: Look, words: str, *, is_wide: bool = True) -> bool:
    """Whether *words*, one space apart and around, hold what is looked for."""
    match look:
        case Run():
            end = "" if look.is_prefix else " "
            return f" {' '.join(look.words)}{end}" in words
        case Close():
            sides = (look.first, look.second)
            return (
                is_wide
                and all(any(holds(run, words) for run in side) for side in sides)
                and any(_is_near(look, part.split()) for part in words.split(" · "))
            )
        case Every():
            return all(holds(one, words, is_wide=is_wide) for one in look.looks)
        case Some():
            return any(holds(one, words, is_wide=is_wide) for one in look.looks)
        case Without():
            return not holds(look.look, words, is_wide=not is_wide)


def _is_near(look: Close, words: Sequence[str]) -> bool:
    seconds = list(_places(look.second, words))
    starts = sorted(start for start, _ in seconds)
    ends = sorted(end for _, end in seconds)
    for start, end in _places(look.first, words):
        after, before = bisect_left(starts, end), bisect_right(ends, start) - 1
        if after < len(starts) and starts[after] - end <= look.distance:
            return True
        if before >= 0 and start - ends[before] <= look.distance:
            return True
    return False


def _places(runs: Sequence[Run], words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where runs begin, and where the words after them do."""
    for run in runs:
        *whole, last = run.words
        for at in range(len(words) - len(whole)):
            end = at + len(run.words)
            found = words[end - 1]
            is_last = found.startswith(last) if run.is_prefix else found == last
            if is_last and list(words[at : end - 1]) == whole:
                yield at, end
