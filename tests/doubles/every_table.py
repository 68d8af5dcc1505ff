"""Rows in every table there is, so that nothing is forgotten by whoever copies them all."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from app.tables import metadata
from core.db import Moment, Wall

ROWS = 3
START = datetime(2026, 11, 24, 9, 30, 15, 123456, tzinfo=UTC)
WORDS = (
    "Rencontre « agences »",
    "لقاء الوكالات\tالحضرية",
    "line\nline \u2028 ⵜⵉⴼⵉⵏⴰⵖ '\"\\",
)


def fill_every_table(connection):
    """Three rows in each table, each naming rows that are there; answers their number."""
    count = 0
    for table in metadata.sorted_tables:
        for place in range(1, ROWS + 1):
            connection.execute(table.insert(), _row(table, place))
            count += 1
    return count


def _row(table, place):
    return {column.name: _value(column, place) for column in table.columns}


def _value(column, place):
    if column.primary_key and column.name == "id":
        return place
    if column.foreign_keys:
        return place
    return _made(column, place)


def _made(column, place):
    for kind, make in MAKERS.items():
        if isinstance(column.type, kind):
            return make(place)
    return f"{column.table.name}.{column.name} {place} {WORDS[place - 1]}"


MAKERS = {
    Moment: lambda place: START + timedelta(hours=place),
    Wall: lambda place: datetime(2026, 11, 24, 9, place),
    sa.Date: lambda place: date(2026, 11, place),
    sa.JSON: lambda place: [
        {"place": place, "words": WORDS[place - 1], "share": 0.1, "none": None}
    ],
    sa.LargeBinary: lambda place: bytes(range(256)) * place,
    sa.Boolean: lambda place: place % 2 == 0,
    sa.Float: lambda place: place / 3,
    sa.Integer: lambda place: place,
}
