"""Words that a scanner takes for one another: renc0ntre, الوكالاب for الوكالات.

Signs that look alike fall together; two long words that differ in one such sign are taken
for one word, misread.
"""

from functools import lru_cache
from typing import Final

SHORTEST: Final = 5  # letters; shorter words differ by one sign too often

_ALIKE: Final = str.maketrans(
    {
        sign: group[0]
        for group in (
            "ce",
            "il1",
            "o0",
            "nu",
            "hb8",
            "s5",
            "بتثني",
            "فق",
            "حخج",
            "رز",
            "عغ",
            "سش",
            "صض",
            "طظ",
            "دذ",
        )
        for sign in group
    }
)


@lru_cache(maxsize=65_536)
def blurred(word: str) -> str:
    """A folded word with signs that look alike made one; empty when it is too short."""
    return word.translate(_ALIKE) if len(word) >= SHORTEST else ""


def is_misread(word: str, other: str) -> bool:
    """Whether two folded words differ in one sign only, and by one that looks alike."""
    return (
        len(word) == len(other) >= SHORTEST
        and sum(one != two for one, two in zip(word, other, strict=True)) == 1
        and blurred(word) == blurred(other)
    )
