"""What is kept of somebody who works in this office: their account, and what it did.

Whoever asks names the account. Its rows are found by the map of `personal`: whatever points
at the account, or bears its name.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.legal.personal import PERSONAL, Columns, Sort, Use
from app.tables import metadata
from core.db import Moment
from core.models import Account

# What opens a door is not handed out, not even to its owner.
_SECRET: Final = re.compile(
    r"password|secret|token|digest|credential|public_key|_hash$"
)
_ACCOUNT: Final = Account.__table__.c.id


def account_of(session: Session, named: str) -> Mapping[str, Any] | None:
    """The account called exactly *named*; None where there is none."""
    row = session.scalars(sa.select(Account).where(Account.name == named)).one_or_none()
    if row is None:
        return None
    return {
        "name": row.name,
        "role": row.role,
        "created_at": row.created_at,
        "disabled_at": row.disabled_at,
        "rows": dict(_rows(session, row)),
    }


def _rows(
    session: Session, account: Account
) -> Iterator[tuple[str, Sequence[Mapping[str, Any]]]]:
    for name, held in PERSONAL.items():
        table = metadata.tables[name]
        theirs = [
            table.c[column] == value
            for column, one in held.items()
            if one.use is Use.STAFF
            and (value := _value(table.c[column], account, one.sort)) is not None
        ]
        if theirs and table is not Account.__table__:
            found = session.execute(
                sa.select(*_told(table, held)).where(sa.or_(*theirs))
            )
            rows = [dict(row) for row in found.mappings()]
            if rows:
                yield name, rows


def _value(column: sa.Column[Any], account: Account, sort: Sort) -> object:
    """What this column holds where the row is of this account; None for no such column."""
    if any(key.column is _ACCOUNT for key in column.foreign_keys):
        return account.id
    is_name = sort is Sort.DEEDS and isinstance(column.type, sa.String)
    return account.name if is_name and column.name != "about" else None


def _told(table: sa.Table, held: Columns) -> Sequence[sa.Column[Any]]:
    """The row's key, what is of people in it, and its moments; what opens a door stays out."""
    return [
        column
        for column in table.columns
        if (
            column.primary_key
            or isinstance(column.type, Moment)
            or (column.name in held and held[column.name].use is Use.STAFF)
        )
        and not _SECRET.search(column.name)
    ]
