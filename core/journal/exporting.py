"""The journal as a file, piece by piece: lines with their hashes, for programs or a spreadsheet."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import StringIO
from typing import Any, Final

from core import safe_cells
from core.db import Database
from core.journal import chain, reading
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
    for lines in reading.every(database, wanted):
        yield "".join(
            json.dumps(row, ensure_ascii=False) + "\n" for row in chain.rows_of(lines)
        )


def csv(database: Database, wanted: Wanted) -> Iterator[str]:
    # A spreadsheet takes a file without this mark for one of another character set.
    yield "\ufeff" + _table([dict(zip(_COLUMNS, _COLUMNS, strict=True))])
    for lines in reading.every(database, wanted):
        yield _table(chain.rows_of(lines))


FORMATS: Final[Mapping[str, Callable[[Database, Wanted], Iterator[str]]]] = {
    "jsonl": json_lines,
    "csv": csv,
}


def _table(rows: Iterable[Mapping[str, Any]]) -> str:
    file = StringIO()
    for row in rows:
        safe_cells.write_row(file, [_cell(row[name]) for name in _COLUMNS])
    return file.getvalue()


def _cell(value: Any) -> str:
    return (
        json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    )
