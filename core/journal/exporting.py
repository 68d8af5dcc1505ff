"""The journal as a file, piece by piece: lines with their hashes, for programs or a spreadsheet."""

import json
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from typing import Any, Final

from core import safe_cells
from core.db import Database
from core.journal import chain, reading
from core.journal.models import JournalLine
from core.journal.reading import Wanted

_COLUMNS: Final = (
    "id",
    "at",
    "by",
    "via",
    "what",
    "about",
    "before",
    "after",
    "previous_hash",
    "hash",
)


def json_lines(database: Database, wanted: Wanted) -> Iterator[str]:
    for line in reading.every(database, wanted):
        yield json.dumps(_row(line), ensure_ascii=False) + "\n"


def csv(database: Database, wanted: Wanted) -> Iterator[str]:
    # A spreadsheet takes a file without this mark for one of another character set.
    yield "\ufeff" + _cells({name: name for name in _COLUMNS})
    for line in reading.every(database, wanted):
        row = _row(line)
        for name in ("before", "after"):
            row[name] = json.dumps(row[name], ensure_ascii=False)
        yield _cells({name: str(value) for name, value in row.items()})


FORMATS: Final[Mapping[str, Callable[[Database, Wanted], Iterator[str]]]] = {
    "jsonl": json_lines,
    "csv": csv,
}


def _row(line: JournalLine) -> dict[str, Any]:
    return dict(next(chain.rows_of([line])))


def _cells(row: Mapping[str, str]) -> str:
    file = StringIO()
    safe_cells.write_row(file, [row[name] for name in _COLUMNS])
    return file.getvalue()
