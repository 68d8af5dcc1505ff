"""Workbooks (.xlsx, .ods): the visible sheets' cells as text. Formulas give their last value."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetVisibleEnum,
)

from core.errors import BadInput
from core.wording import worded
from distributor.contacts.importing import archive
from distributor.contacts.importing.lines import Line

Cell = int | float | str | bool | time | date | datetime | timedelta
# Beyond, a number in a workbook has lost its last digits.
_EXACT = 1e15
# Merged cells that are filled down, all together.
_MOST_FILLED = 1_000_000


def sheets(content: bytes, *, file_name: str) -> Mapping[str, Sequence[Line]]:
    """The lines of each visible sheet that hold anything. Raises BadInput."""
    archive.require_harmless(content, file_name=file_name)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as workbook:
            return {
                sheet.name: _lines(workbook.get_sheet_by_name(sheet.name), file_name)
                for sheet in workbook.sheets_metadata
                if sheet.visible == SheetVisibleEnum.Visible
            }
    except CalamineError as error:
        raise BadInput(
            worded("This is not a workbook that can be read."),
            to=file_name,
            mend=worded("Save it as .xlsx or CSV UTF-8, without a password."),
        ) from error


def _lines(sheet: CalamineSheet, file_name: str) -> Sequence[Line]:
    rows = sheet.to_python(skip_empty_area=False)
    _fill_down(rows, sheet.merged_cell_ranges or [], file_name)
    lines = (
        Line(number, [_text(cell) for cell in row])
        for number, row in enumerate(rows, start=1)
    )
    return [line for line in lines if any(cell.strip() for cell in line.cells)]


def _fill_down(
    rows: list[list[Cell]],
    ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]],
    file_name: str,
) -> None:
    """A cell merged over several rows says the same of each of them.

    One merged over columns stays where it is: a name is no telephone.
    """
    filled = 0
    for (top, left), (bottom, _) in ranges:
        below = range(top + 1, min(bottom + 1, len(rows)))
        filled += len(below)
        if filled > _MOST_FILLED:
            raise BadInput(
                worded("The sheet merges more cells than any list of contacts has."),
                to=file_name,
                mend=worded("Split the merged cells, or save the table as CSV UTF-8."),
            )
        for row in below:
            if left < len(rows[row]):
                rows[row][left] = rows[top][left]


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < _EXACT
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell)
