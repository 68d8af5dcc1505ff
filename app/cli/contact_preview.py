"""What `parution contact import` says of a file: each line, what would become of it, why."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import typer

from app.cli.edge import show_list
from distributor.contacts.importing import (
    ContactRow,
    Decision,
    ImportedContacts,
    Rejected,
    RowStatus,
)

_COLUMNS = ["line", "status", "email", "name", "note"]


def show(
    read: ImportedContacts, decisions: Sequence[Decision], *, as_json: bool
) -> None:
    """Print each line as JSON, or those that ask for a look and how many there are."""
    found = rows(read, decisions)
    show_list(
        found if as_json else list(_for_people(found)),
        columns=_COLUMNS,
        as_json=as_json,
    )
    if not as_json:
        counts = Counter(row["status"] for row in found)
        typer.echo(
            ", ".join(f"{counts[status]} {status}" for status in RowStatus) + "."
        )


def rows(
    read: ImportedContacts, decisions: Sequence[Decision]
) -> Sequence[dict[str, Any]]:
    """One object a line of the file, in its order."""
    found = [
        *(_decided(one) for one in decisions),
        *(_repeated(row) for row in read.repeated),
        *(_rejected(one) for one in read.rejected),
    ]
    places = list(dict.fromkeys(row["file"] for row in found))
    return sorted(found, key=lambda row: (places.index(row["file"]), row["line"]))


def _for_people(found: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Only lines that ask for a look: those that change nothing are counted, not shown."""
    for row in found:
        if row["status"] != RowStatus.SAME or row["suppressed"]:
            yield {**row, "note": _note(row)}


def _note(row: dict[str, Any]) -> str:
    notes = [f"{row['what']} {row['mend']}".strip()]
    if row["status"] == RowStatus.CHANGED:
        notes += [
            f"{field}: {_word(change['before'])} -> {_word(change['after'])}"
            for field, change in row["changes"].items()
        ]
    if row["suppressed"]:
        notes.append("Opted out or undeliverable: stays unmailed.")
    return " ".join(filter(None, notes))


def _word(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "-")


def _decided(one: Decision) -> dict[str, Any]:
    return _row(
        one.row,
        status=one.status,
        changes={
            field: {"before": before, "after": after}
            for field, (before, after) in one.changes.items()
        },
        suppressed=one.is_suppressed or one.suppresses,
        what=one.what,
        mend=one.mend,
    )


def _repeated(row: ContactRow) -> dict[str, Any]:
    return _row(row, status=RowStatus.SAME, what="Repeats an earlier line.")


def _row(row: ContactRow, **said: Any) -> dict[str, Any]:
    return {
        "file": row.place,
        "line": row.line,
        "email": row.address,
        "name": row.name,
        "changes": {},
        "suppressed": False,
        "field": "",
        "what": "",
        "mend": "",
    } | said


def _rejected(one: Rejected) -> dict[str, Any]:
    return {
        "file": one.file,
        "line": one.line,
        "email": one.email,
        "name": one.cells.get("name", "").strip(),
        "changes": {},
        "suppressed": False,
        "field": one.field,
        "what": one.what,
        "mend": one.mend,
        "status": RowStatus.CONFLICT if one.is_conflict else RowStatus.REJECTED,
    }
