"""One line of a table, as every kind of contact file gives it."""

from collections.abc import Sequence
from typing import NamedTuple


class Line(NamedTuple):
    """Where it stands in its file or sheet, from 1, and its cells as text."""

    number: int
    cells: Sequence[str]
