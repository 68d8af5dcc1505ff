"""Long lists of parameters, in pieces every database takes."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
# SQLite's oldest limit on parameters is 999.
CHUNK = 500


def chunks(whole: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(whole), CHUNK):
        yield whole[start : start + CHUNK]
