"""The journal's rows. No path of the program changes or removes one, and the database refuses it."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Index, Table, event
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class JournalLine(Base):
    """One change: who made it, from where, to what, and how that was before and after.

    Numbered without gaps. Its hash covers all of it and the hash of the line before.
    """

    __tablename__ = "journal_line"
    __table_args__ = (
        # Each filter of the page reads its own lines only, newest first.
        Index("ix_journal_line_by", "by", "id"),
        Index("ix_journal_line_what", "what", "id"),
        Index("ix_journal_line_about", "about", "id"),
    )
    # Given by the chain and never by the database, whose numbers have gaps.
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    # An account's name, "job:NAME", "command line: NAME" or "token NAME"; "visitor" for
    # whoever follows a signed link.
    by: Mapped[str]
    # "page", "api", "command line" or "job".
    via: Mapped[str]
    # A stable verb, such as dispatch.approved.
    what: Mapped[str]
    # A kind and an id, such as dispatch:12.
    about: Mapped[str]
    # What changed: names of columns, and what they held.
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    previous_hash: Mapped[str]
    hash: Mapped[str]


class JournalSeal(Base):
    """The office's signature on the chain up to one line, so that its tail cannot be cut off."""

    __tablename__ = "journal_seal"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    line_id: Mapped[int]
    hash: Mapped[str]
    # Whether the chain was read from its first line for it, and not from the seal before.
    is_whole: Mapped[bool]
    # The public half of the key that signed, and its signature on all of the above.
    key: Mapped[str]
    signature: Mapped[str]


_TABLES: Final = (JournalLine.__tablename__, JournalSeal.__tablename__)
_REFUSAL: Final = "the journal is only written to, never changed"
_SQLITE: Final = tuple(
    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}"
    f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    for table in _TABLES
    for act in ("UPDATE", "DELETE")
)
_POSTGRESQL: Final = (
    (
        "CREATE OR REPLACE FUNCTION journal_refuses() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    ),
    *(
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION journal_refuses()"
        for table in _TABLES
        for act in ("UPDATE", "DELETE", "TRUNCATE")
    ),
)
# What a migration that makes these tables runs after them, by the database's name.
GUARDS: Final = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}


def _guard(target: Table, connection: Connection, **_: object) -> None:
    # After the second of them, when both are there.
    del target
    for statement in GUARDS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


event.listen(JournalSeal.__table__, "after_create", _guard)
