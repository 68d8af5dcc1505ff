"""Whether an article's text changed, and how to read what changed. Decides; touches nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from enum import StrEnum
from hashlib import sha256
from typing import Final

from core.text.tokens import words

# When an article that covers a release is read again, counted from its first sight.
REREADS: Final = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
    timedelta(days=7),
)
# Pages that hold a clock or a counter change at each read; below this it is no edit.
_EDIT_SHARE: Final = 0.02
# A page that changes without end is not followed without end.
MOST_VERSIONS: Final = 24
# Words compared in a diff; longer texts are compared paragraph by paragraph.
_MOST_WORDS: Final = 3_000
_WORD: Final = re.compile(r"\S+\s*")
# Words in a row that two versions of a sentence share by chance.
_CHANCE: Final = 2


class Part(StrEnum):
    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of text of one version, or of both."""

    part: Part
    text: str


def text_hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def next_reread(first_seen_at: datetime, *, now: datetime) -> datetime | None:
    """When a covered article is read next; None when it has been followed long enough."""
    return next(
        (first_seen_at + after for after in REREADS if first_seen_at + after > now),
        None,
    )


def changed_share(before: str, after: str) -> float:
    """The share of words that are not in both, in order: 0 when only signs changed."""
    old, new = words(before), words(after)
    if old == new:
        return 0.0
    if not old or not new:
        return 1.0
    matcher = SequenceMatcher(
        None, old[:_MOST_WORDS], new[:_MOST_WORDS], autojunk=False
    )
    common = sum(block.size for block in matcher.get_matching_blocks())
    common += sum(
        one == other
        for one, other in zip(old[_MOST_WORDS:], new[_MOST_WORDS:], strict=False)
    )
    return 1 - 2 * common / (len(old) + len(new))


def is_edit(*, title_before: str, title_after: str, share: float) -> bool:
    """Whether readers would call it changed: another title, or more than a few words."""
    return words(title_before) != words(title_after) or share > _EDIT_SHARE


def diff(before: str, after: str) -> Sequence[Segment]:
    """What to read in colours: runs of words kept, removed and added, in reading order.

    The kept and the added runs together are *after*, but for the space it begins with; the
    kept and the removed, *before*, but for the spaces between words.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) > _MOST_WORDS or len(new) > _MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    # A word is the same whatever space follows it.
    matcher = SequenceMatcher(
        None,
        [piece.rstrip() for piece in old],
        [piece.rstrip() for piece in new],
        autojunk=False,
    )
    return list(_segments(matcher, old, new))


def _segments(
    matcher: "SequenceMatcher[str]", old: Sequence[str], new: Sequence[str]
) -> Iterator[Segment]:
    for is_kept, old_from, old_to, new_from, new_to in _runs(matcher.get_opcodes()):
        if is_kept:
            yield Segment(part=Part.KEPT, text="".join(new[new_from:new_to]))
            continue
        if old_to > old_from:
            yield Segment(part=Part.REMOVED, text="".join(old[old_from:old_to]))
        if new_to > new_from:
            yield Segment(part=Part.ADDED, text="".join(new[new_from:new_to]))


def _runs(
    codes: Sequence[tuple[str, int, int, int, int]],
) -> Sequence[tuple[bool, int, int, int, int]]:
    """Kept and changed runs in turn.

    A sentence that was rewritten shares words such as *du* and *dans* with the old one;
    kept alone between two changes they make neither readable.
    """
    runs: list[tuple[bool, int, int, int, int]] = []
    for place, (tag, *spans) in enumerate(codes):
        old_from, old_to, new_from, new_to = spans
        is_kept = tag == "equal" and not _is_chance(codes, place)
        if runs and not is_kept and not runs[-1][0]:
            _, old_from, _, new_from, _ = runs.pop()
        runs.append((is_kept, old_from, old_to, new_from, new_to))
    return runs


def _is_chance(codes: Sequence[tuple[str, int, int, int, int]], place: int) -> bool:
    if not 0 < place < len(codes) - 1:
        return False
    _, first, last, *_ = codes[place]
    if last - first > _CHANCE:
        return False
    changed = (
        max(old_to - old_from, new_to - new_from)
        for _, old_from, old_to, new_from, new_to in (
            codes[place - 1],
            codes[place + 1],
        )
    )
    return min(changed) > last - first
