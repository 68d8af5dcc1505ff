"""Contacts: what would become of each line of a file, and what is known of one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from distributor.contacts.importing import (
    ContactRow,
    Decision,
    ImportedContacts,
    Rejected,
    RowStatus,
)
from distributor.contacts.names import called
from monitor import authors


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """One line of a contact file: what would become of it, and why."""

    file: str
    line: int
    email: str
    name: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    suppressed: bool = False
    field: str = ""
    what: str = ""
    mend: str = ""
    status: str


def preview(
    read: ImportedContacts, decisions: Sequence[Decision]
) -> Sequence[PreviewRow]:
    """One row a line of the file, in its order."""
    found = [
        *(_decided(one) for one in decisions),
        *(_repeated(row) for row in read.repeated),
        *(rejected(one) for one in read.rejected),
    ]
    places = list(dict.fromkeys(row.file for row in found))
    return sorted(found, key=lambda row: (places.index(row.file), row.line))


def rejected(one: Rejected) -> PreviewRow:
    return PreviewRow(
        file=one.file,
        line=one.line,
        email=one.email,
        name=one.cells.get("name", "").strip(),
        field=one.field,
        what=one.what,
        mend=one.mend,
        status=RowStatus.CONFLICT if one.is_conflict else RowStatus.REJECTED,
    )


def forget_gone(session: Session) -> None:
    """Contacts that are not there any more leave nothing with the listening half either."""
    named = authors.named(session)
    there = called(session, named)
    authors.forget(session, [one for one in named if one not in there])


def _decided(one: Decision) -> PreviewRow:
    return PreviewRow(
        file=one.row.place,
        line=one.row.line,
        email=one.row.address,
        name=one.row.name,
        status=one.status,
        changes={
            name: {"before": before, "after": after}
            for name, (before, after) in one.changes.items()
        },
        suppressed=one.is_suppressed or one.suppresses,
        what=one.what,
        mend=one.mend,
    )


def _repeated(row: ContactRow) -> PreviewRow:
    return PreviewRow(
        file=row.place,
        line=row.line,
        email=row.address,
        name=row.name,
        status=RowStatus.SAME,
        what="Repeats an earlier line.",
    )
