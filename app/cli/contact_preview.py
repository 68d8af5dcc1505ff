"""What `parution contact import` says of a file: each line, what would become of it, why."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import typer

from app.cli.edge import show_list
from app.telling import contacts as telling
from distributor.contacts.importing import Decision, ImportedContacts, RowStatus

_COLUMNS = ["line", "status", "email", "name", "note"]


def show(
    read: ImportedContacts, decisions: Sequence[Decision], *, as_json: bool
) -> None:
    """Print each line as JSON, or those that ask for a look and how many there are."""
    found = [asdict(row) for row in telling.preview(read, decisions)]
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
