"""Rows as lines of JSON that mean the same on both engines, with their count and hash."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Column, Connection, MetaData, Table

from app.tables import metadata
from core.db import Moment, Wall

# In one statement: rows that hold files are few megabytes together.
_ROWS: Final = 1_000
_SIGNS: Final = 8_000_000
_FILES: Final = 10  # read at once


class Kind(StrEnum):
    """What a column holds, where its line must be read differently."""

    MOMENT = "moment"
    WALL = "wall"
    DAY = "day"
    JSON = "json"
    BYTES = "bytes"
    TRUTH = "truth"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    name: str
    kind: Kind
    # Names a row of the same table, which may come later.
    is_within: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A table as a backup knows it: the program that reads it may know another."""

    name: str
    fields: Sequence[Field]
    key: Sequence[str]

    def plain(self) -> Mapping[str, Any]:
        return {
            "name": self.name,
            "fields": [[one.name, one.kind, one.is_within] for one in self.fields],
            "key": list(self.key),
        }

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> "Shape":
        return cls(
            name=plain["name"],
            fields=[
                Field(name=name, kind=Kind(kind), is_within=within)
                for name, kind, within in plain["fields"]
            ],
            key=plain["key"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a table holds: how many rows, and the SHA-256 of their lines by key."""

    rows: int
    digest: str


class Tallying:
    """Counts and hashes lines as they pass."""

    def __init__(self) -> None:
        self._rows = 0
        self._hash = hashlib.sha256()

    def take(self, line: str) -> None:
        self._rows += 1
        self._hash.update(f"{line}\n".encode())

    def told(self) -> Tally:
        return Tally(rows=self._rows, digest=self._hash.hexdigest())


def shapes() -> Sequence[Shape]:
    """Every table of this program, each after those it refers to."""
    return [
        Shape(
            name=table.name,
            fields=[_field(table, column) for column in table.columns],
            key=[column.name for column in table.primary_key.columns],
        )
        for table in metadata.sorted_tables
    ]


def lines(connection: Connection, shape: Shape) -> Iterator[str]:
    """The rows by key, each a JSON array."""
    table = _table(shape)
    asked = sa.select(table).order_by(*(table.c[name] for name in shape.key))
    write = [_WRITE[one.kind] for one in shape.fields]
    holds_files = any(one.kind is Kind.BYTES for one in shape.fields)
    found = connection.execution_options(
        yield_per=_FILES if holds_files else _ROWS
    ).execute(asked)
    for row in found:
        values = [
            None if value is None else said(value)
            for value, said in zip(row, write, strict=True)
        ]
        yield json.dumps(
            values, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )


def tally(connection: Connection, shape: Shape) -> Tally:
    tallying = Tallying()
    for line in lines(connection, shape):
        tallying.take(line)
    return tallying.told()


def put(connection: Connection, shape: Shape, told: Iterable[str]) -> None:
    """Insert rows that `lines` told. What names a row of the same table is set at the end."""
    table = _table(shape)
    within = [one.name for one in shape.fields if one.is_within]
    later: list[Mapping[str, Any]] = []
    for part in _parts(told):
        rows = [_values(shape, line) for line in part]
        for row in rows:
            kept = {name: row[name] for name in within if row[name] is not None}
            if kept:
                later.append({f"b_{name}": row[name] for name in [*shape.key, *within]})
                row.update(dict.fromkeys(within))
        connection.execute(table.insert(), rows)
    if later:
        connection.execute(_linking(table, shape, within), later)


def set_sequence(connection: Connection, shape: Shape) -> None:
    """On PostgreSQL the next id comes from a sequence, which rows with ids do not move."""
    numbered = list(shape.key) == ["id"]
    if connection.dialect.name != "postgresql" or not numbered:
        return
    connection.execute(
        sa.text(
            f"SELECT setval(pg_get_serial_sequence('{shape.name}', 'id'),"  # noqa: S608 - our own names
            f" (SELECT coalesce(max(id), 1) FROM {shape.name}),"
            f" EXISTS (SELECT 1 FROM {shape.name}))"
        )
    )


def _linking(table: Table, shape: Shape, within: Sequence[str]) -> sa.Update:
    return (
        table.update()
        .where(*(table.c[name] == sa.bindparam(f"b_{name}") for name in shape.key))
        .values({name: sa.bindparam(f"b_{name}") for name in within})
    )


def _parts(told: Iterable[str]) -> Iterator[Sequence[str]]:
    part: list[str] = []
    signs = 0
    for line in told:
        part.append(line)
        signs += len(line)
        if len(part) == _ROWS or signs >= _SIGNS:
            yield part
            part, signs = [], 0
    if part:
        yield part


def _values(shape: Shape, line: str) -> dict[str, Any]:
    return {
        one.name: None if value is None else _READ[one.kind](value)
        for one, value in zip(shape.fields, json.loads(line), strict=True)
    }


def _field(table: Table, column: Column[Any]) -> Field:
    return Field(
        name=column.name,
        kind=_kind(column.type),
        is_within=any(one.column.table is table for one in column.foreign_keys),
    )


def _kind(type_: Any) -> Kind:
    for kind, known in _TYPES.items():
        if isinstance(type_, known):
            return kind
    return Kind.PLAIN


def _table(shape: Shape) -> Table:
    """The table by its shape alone, whatever this program knows of it."""
    return Table(
        shape.name,
        MetaData(),
        *(Column(one.name, _type(one.kind)) for one in shape.fields),
    )


def _type(kind: Kind) -> Any:
    if kind is Kind.JSON:
        # Nothing is nothing, and no JSON that says so.
        return sa.JSON(none_as_null=True)
    return _TYPES.get(kind, sa.types.NullType)()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _as_is(value: Any) -> Any:
    return value


_TYPES: Final[Mapping[Kind, type[Any]]] = {
    Kind.MOMENT: Moment,
    Kind.WALL: Wall,
    Kind.DAY: sa.Date,
    Kind.JSON: sa.JSON,
    Kind.BYTES: sa.LargeBinary,
    Kind.TRUTH: sa.Boolean,
}
_WRITE: Final[Mapping[Kind, Callable[[Any], Any]]] = {
    Kind.MOMENT: _moment,
    Kind.WALL: datetime.isoformat,
    Kind.DAY: date.isoformat,
    Kind.JSON: _as_is,
    Kind.BYTES: lambda value: base64.b64encode(value).decode(),
    Kind.TRUTH: bool,
    Kind.PLAIN: _as_is,
}
_READ: Final[Mapping[Kind, Callable[[Any], Any]]] = {
    Kind.MOMENT: datetime.fromisoformat,
    Kind.WALL: datetime.fromisoformat,
    Kind.DAY: date.fromisoformat,
    Kind.JSON: _as_is,
    Kind.BYTES: base64.b64decode,
    Kind.TRUTH: _as_is,
    Kind.PLAIN: _as_is,
}
