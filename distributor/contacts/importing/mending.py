"""The error file: the lines that were not imported, why, ready to be mended and imported."""

from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from core import safe_cells
from core.errors import BadInput
from core.wording import worded
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


def table(rejected: Sequence[Rejected], reasons: Sequence[str] | None = None) -> bytes:
    """*rejected* as CSV, each with its line and its reason, as *reasons* say it."""
    held = {name for one in rejected for name in one.cells}
    titles = [name for name in columns.COLUMNS if name in held]
    said = reasons or [f"{one.what} {one.mend}" for one in rejected]
    out = StringIO(newline="")
    safe_cells.write(
        out,
        columns=[*titles, *columns.ADDED],
        rows=[
            {**one.cells, "line": str(one.line), "reason": reason}
            for one, reason in zip(rejected, said, strict=True)
        ],
    )
    # The mark tells spreadsheets that this is UTF-8.
    return out.getvalue().encode("utf-8-sig", errors="replace")


def write(path: Path, rejected: Sequence[Rejected]) -> None:
    """Write the `table` of *rejected* to a file. Raises BadInput."""
    try:
        path.write_bytes(table(rejected))
    except OSError as error:
        raise BadInput(
            worded(
                "The error file cannot be written: %(fault)s.",
                fault=error.strerror or "?",
            ),
            to=str(path),
            mend=worded("Name a file in a folder you may write to."),
        ) from error
