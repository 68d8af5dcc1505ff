"""The error file: the lines that were not imported, why, ready to be mended and imported."""

from collections.abc import Sequence
from pathlib import Path

from core import safe_cells
from core.errors import BadInput
from distributor.contacts.importing import columns
from distributor.contacts.importing.decisions import Decision, RowStatus
from distributor.contacts.importing.rows import Rejected


def conflicts(decisions: Sequence[Decision]) -> Sequence[Rejected]:
    """The rows that look like somebody known by another address, as rejected ones."""
    return [
        Rejected(
            file=one.row.place,
            line=one.row.line,
            field="email",
            what=one.what,
            mend=one.mend,
            email=one.row.address,
            is_conflict=True,
            cells=one.row.cells,
        )
        for one in decisions
        if one.status is RowStatus.CONFLICT
    ]


def write(path: Path, rejected: Sequence[Rejected]) -> None:
    """Write *rejected* as CSV, each with its line and reason. Raises BadInput."""
    held = {name for one in rejected for name in one.cells}
    titles = [name for name in columns.COLUMNS if name in held]
    try:
        # The mark tells spreadsheets that this is UTF-8.
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            safe_cells.write(
                file,
                columns=[*titles, *columns.ADDED],
                rows=[
                    {
                        **one.cells,
                        "line": str(one.line),
                        "reason": f"{one.what} {one.mend}",
                    }
                    for one in rejected
                ],
            )
    except OSError as error:
        raise BadInput(
            f"The error file cannot be written: {error.strerror}.",
            to=str(path),
            mend="Name a file in a folder you may write to.",
        ) from error
