"""What changed between two texts, word by word: whoever joins the parts has both again."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

# Arabic vowel signs and combining accents belong to the word they stand on.
_TOKEN: Final = re.compile(
    r"\n|[^\S\n]+|[\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670]+|.", re.DOTALL
)
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
# Comparing costs at worst one by the other: two new paragraphs of 2,000 words.
_MOST_PAIRS: Final = 4_000_000


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    change: Change
    text: str


def compare(before: str, after: str) -> Sequence[Part]:
    """The parts in reading order; what is removed stands before what replaces it."""
    parts: list[Part] = []
    for part in _lines(before, after):
        if not part.text:
            continue
        last = parts[-1] if parts else None
        if last is not None and last.change is part.change:
            parts[-1] = Part(change=part.change, text=last.text + part.text)
        else:
            parts.append(part)
    return parts


def counted(parts: Sequence[Part]) -> tuple[int, int]:
    """How many words were added, and how many removed."""
    words = {
        change: sum(
            len(re.findall(r"\w+", part.text))
            for part in parts
            if part.change is change
        )
        for change in (Change.ADDED, Change.REMOVED)
    }
    return words[Change.ADDED], words[Change.REMOVED]


def _lines(before: str, after: str) -> Iterator[Part]:
    """Line by line first: a text of 30 pages is compared as quickly as one."""
    old, new = _LINE.findall(before), _LINE.findall(after)
    for kind, i, j, k, m in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        there, here = "".join(old[i:j]), "".join(new[k:m])
        if kind == "equal":
            yield Part(change=Change.SAME, text=there)
        else:
            yield from _words(there, here)


def _words(before: str, after: str) -> Iterator[Part]:
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(old) * len(new) > _MOST_PAIRS:
        yield Part(change=Change.REMOVED, text=before)
        yield Part(change=Change.ADDED, text=after)
        return
    for kind, i, j, k, m in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            yield Part(change=Change.SAME, text="".join(old[i:j]))
            continue
        yield Part(change=Change.REMOVED, text="".join(old[i:j]))
        yield Part(change=Change.ADDED, text="".join(new[k:m]))
