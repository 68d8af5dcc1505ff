"""Words of a file that are not in the text made of it: what no other warning named."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from distributor.releases.reading.base import Dropped, Source
from distributor.releases.reading.markup import plain

_SHOWN: Final = 60
_NAMED: Final = 12


def missing_words(source: Source, given: str, kept: str) -> Iterator[Dropped]:
    there = Counter(re.findall(r"\w+", given))
    lost = there - Counter(re.findall(r"\w+", plain(kept)))
    if lost:
        words = " ".join(list(lost)[:_NAMED])
        yield Dropped(
            what=f"{lost.total()} words of the file are not in the text: «{short(words)}».",
            place=source.name,
        )


def short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()}…"
