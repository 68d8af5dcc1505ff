"""Cells of a table that a spreadsheet opens: text that looks like a formula stays text.

A guarded cell begins with an apostrophe. Our own import takes exactly one away again, so
that +212600000000 comes back as it left.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

# What a spreadsheet takes for a formula, also in full width and behind blanks.
_FORMULA = re.compile(r"'*[\s\x00\ufeff]*[=+\-@\t\r\x00＝＋－＠]")


def guarded(value: str) -> str:
    return f"'{value}" if _FORMULA.match(value) else value


def unguarded(value: str) -> str:
    return value[1:] if value.startswith("'") and _FORMULA.match(value) else value


def write(
    file: TextIO, *, columns: Sequence[str], rows: Iterable[Mapping[str, str]]
) -> None:
    """Write a CSV table, every cell guarded."""
    csv.writer(file, lineterminator="\r\n").writerow(columns)
    for row in rows:
        write_row(file, [row.get(column, "") for column in columns])


def write_row(file: TextIO, cells: Sequence[str]) -> None:
    """One line of such a table."""
    # A NUL would end the file for some readers.
    csv.writer(file, lineterminator="\r\n").writerow(
        [guarded(cell).replace("\x00", "") for cell in cells]
    )
