"""Rows in every table as it was at a revision: the schema is read, not the program's models."""

import json
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

ROWS = 3
START = datetime(2026, 11, 24, 9, 30, 15, 123456, tzinfo=UTC)
# What the history itself reads, in any of its steps; the rest may be any word.
SAID = {
    ("edition", "content"): lambda place: {
        "sections": [{"lines": [{"articles": [place]}]}]
    },
    ("edition", "day"): lambda place: date(2026, 11, place),
    ("source", "url"): lambda place: f"https://fr.quotidien{place}.ma/feed",
    ("article", "url"): lambda place: f"https://fr.quotidien{place}.ma/{place}",
    ("coverage", "decision"): lambda _: "confirmed",
    ("suppression", "address_key"): lambda place: f"n{place}@presse.ma",
}


def tables_of(connection):
    """The tables there are, those that others refer to first; not the search index's own."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return [
        one
        for one in metadata.sorted_tables
        if one.name != "alembic_version" and not one.name.startswith("article_search")
    ]


def fill(connection):
    for table in tables_of(connection):
        for place in range(1, ROWS + 1):
            row = {one.name: _value(one, place) for one in table.columns}
            connection.execute(table.insert(), row)


def move_sequences(connection):
    """PostgreSQL numbers by sequences, which rows with their own numbers do not move."""
    for table, sequence in _sequences(connection):
        last = _last(connection, table)
        connection.execute(sa.select(sa.func.setval(sequence, last)))


def next_numbers(connection):
    """How far the next number of each table that has rows is from its last."""
    return {
        connection.scalar(sa.select(sa.func.nextval(sequence)))
        - _last(connection, table)
        for table, sequence in _sequences(connection)
        if _last(connection, table)
    }


def _last(connection, table):
    return connection.scalar(sa.select(sa.func.max(table.c.id)))


def _sequences(connection):
    """Of each table that is numbered by one."""
    for table in tables_of(connection):
        if "id" in table.columns:
            asked = sa.func.pg_get_serial_sequence(table.name, "id")
            if sequence := connection.scalar(sa.select(asked)):
                yield table, sequence


def rows(connection):
    """Each table's rows by their key, each a mapping of plain values."""
    return {
        table.name: {
            tuple(row[one.name] for one in table.primary_key): {
                name: _plain(value) for name, value in row.items()
            }
            for row in connection.execute(sa.select(table)).mappings()
        }
        for table in tables_of(connection)
    }


def _plain(value):
    if isinstance(value, list | dict):
        return json.dumps(value, sort_keys=True)
    return bytes(value) if isinstance(value, memoryview) else value


def _value(column, place):
    if column.foreign_keys or (column.primary_key and column.name == "id"):
        return place
    said = SAID.get((column.table.name, column.name))
    return said(place) if said is not None else _made(column, place)


def _made(column, place):
    for kind, make in MAKERS:
        if isinstance(column.type, kind):
            return make(column, place)
    return f"{column.table.name}.{column.name} {place} « لقاء »"


def _moment(column, place):
    at = START + timedelta(hours=place)
    return at if column.type.timezone else at.replace(tzinfo=None)


MAKERS = (
    (sa.DateTime, _moment),
    (sa.Date, lambda _, place: date(2026, 11, place)),
    (sa.JSON, lambda _, place: [{"place": place, "words": "« لقاء »"}]),
    (sa.LargeBinary, lambda _, place: bytes(range(256)) * place),
    (sa.Boolean, lambda _, place: place % 2 == 0),
    (sa.Numeric, lambda _, place: place / 4),
    (sa.Float, lambda _, place: place / 4),
    (sa.Integer, lambda _, place: place),
)
