"""The lines of a backup: a head, each table with its rows and tally, and an end."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from gzip import GzipFile
from typing import Any, Final

from sqlalchemy import Connection

from app.backup import rows
from app.backup.rows import Shape, Tally, Tallying
from core.errors import BadInput
from core.wording import worded

_FORMAT: Final = "parution-backup"
_VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a backup says of itself before its rows."""

    # Of the tables: a migration's name.
    revision: str
    engine: str
    made_at: datetime
    # The office's key ring, newest first: without it no signed link works any more.
    keys: tuple[str, ...]


def write(
    out: GzipFile, connection: Connection, head: Head, shapes: Sequence[Shape]
) -> Mapping[str, Tally]:
    """Write tables as this one transaction sees them; answers what was written."""
    _say(
        out,
        asdict(head)
        | {
            "format": _FORMAT,
            "version": _VERSION,
            "made_at": head.made_at.astimezone(UTC).isoformat(),
        },
    )
    tallies = {}
    for shape in shapes:
        _say(out, {"table": shape.plain()})
        tallying = Tallying()
        for line in rows.lines(connection, shape):
            tallying.take(line)
            out.write(f"{line}\n".encode())
        tallies[shape.name] = tallying.told()
        _say(out, {"end": shape.name} | asdict(tallies[shape.name]))
    _say(out, {"tables": len(tallies)})
    return tallies


class Reader:
    """Reads what `write` wrote, table by table, and holds each to its tally."""

    def __init__(self, source: GzipFile, *, name: str) -> None:
        self._source = source
        self._name = name
        self._pending = ""
        self.head = self._head()

    def tables(
        self, put: Callable[[Shape, Iterator[str]], None]
    ) -> Mapping[str, Tally]:
        """Hand each table to *put*. Raises BadInput where the file is cut off or changed."""
        tallies: dict[str, Tally] = {}
        while True:
            said = self._mark()
            if "tables" in said:
                if said["tables"] != len(tallies):
                    raise self._broken()
                return tallies
            shape = Shape.read(said["table"])
            tallying = Tallying()
            put(shape, self._rows(tallying))
            told = self._mark()
            tally = tallying.told()
            if told != {"end": shape.name} | asdict(tally):
                raise self._broken()
            tallies[shape.name] = tally

    def _rows(self, tallying: Tallying) -> Iterator[str]:
        while (line := self._line()).startswith("["):
            tallying.take(line)
            yield line
        self._pending = line

    def _line(self) -> str:
        if self._pending:
            line, self._pending = self._pending, ""
            return line
        line = self._source.readline().decode()
        if not line.endswith("\n"):
            raise self._broken()
        return line.removesuffix("\n")

    def _mark(self) -> dict[str, Any]:
        try:
            said = json.loads(self._line())
        except ValueError as error:
            raise self._broken() from error
        if not isinstance(said, dict) or not said.keys() & {"table", "end", "tables"}:
            raise self._broken()
        return said

    def _head(self) -> Head:
        try:
            said = json.loads(self._line())
            if (said["format"], said["version"]) != (_FORMAT, _VERSION):
                raise self._foreign()
            return Head(
                revision=said["revision"],
                engine=said["engine"],
                made_at=datetime.fromisoformat(said["made_at"]),
                keys=tuple(said["keys"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise self._foreign() from error

    def _broken(self) -> BadInput:
        return BadInput(
            worded("This backup is cut off or was changed: its rows do not add up."),
            to=self._name,
            mend=worded("Take another copy of it, or the backup before."),
        )

    def _foreign(self) -> BadInput:
        return BadInput(
            worded("This file is no backup that this version of the program reads."),
            to=self._name,
            mend=worded(
                "Choose a file that `parution backup` wrote, or upgrade first."
            ),
        )


def _say(out: GzipFile, said: Mapping[str, Any]) -> None:
    out.write(f"{json.dumps(said, ensure_ascii=False)}\n".encode())
