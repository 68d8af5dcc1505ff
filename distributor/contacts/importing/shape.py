"""What a contact file looks like: its letters, separator, sheets, columns and first lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import BadInput
from core.wording import worded
from distributor.contacts.importing import columns, tables, text_file
from distributor.contacts.importing.choices import Choices
from distributor.contacts.importing.lines import Line
from distributor.contacts.importing.tables import Table

_SHOWN = 4
_LONGEST = 60
_MOST_COLUMNS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnShape:
    """One column: its title, some of what it holds, and the field it is taken for."""

    title: str
    examples: Sequence[str]
    # Empty: it is not kept.
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    # Empty for a workbook, which says them itself.
    encoding: str = ""
    separator: str = ""
    sheets: Sequence[str] = ()
    # The sheet whose columns are shown.
    sheet: str = ""
    # The line that names the columns; 0 where none does.
    header: int = 0
    columns: Sequence[ColumnShape] = field(default_factory=tuple)
    lines: int = 0


def shape(content: bytes, file_name: str, choices: Choices) -> Shape:
    """How the file is read now, as chosen or as found. Raises BadInput when it cannot be."""
    every = tables.of(
        content,
        file_name=file_name,
        choices=Choices(encoding=choices.encoding, separator=choices.separator),
    )
    shown = _shown(every, choices)
    is_text = not content.startswith(b"PK")
    encoding = choices.encoding or (text_file.encoding_of(content) if is_text else "")
    text = (
        text_file.decode(content, file_name=file_name, encoding=encoding)
        if is_text
        else ""
    )
    if shown is None:
        raise BadInput(
            worded("The file is empty."),
            to=file_name,
            mend=worded("Its first line must name the columns; `email` is required."),
        )
    header, fields = _fields(shown, choices)
    below = [one for one in shown.lines if header is None or one.number > header.number]
    return Shape(
        encoding=encoding,
        separator=choices.separator
        or (text_file.separator_of(text) if is_text else ""),
        sheets=[one.sheet for one in every if one.sheet],
        sheet=shown.sheet,
        header=header.number if header else 0,
        columns=_columns(header, below, fields),
        lines=len(below),
    )


def _shown(every: Sequence[Table], choices: Choices) -> Table | None:
    """The chosen sheet, else the first with addresses, else the first that holds anything."""
    wanted = [one for one in every if choices.sheet in {"", one.sheet}]
    with_addresses = [one for one in wanted if _found(one)[0] is not None]
    holding = [one for one in wanted if one.lines]
    return next(iter([*with_addresses, *holding]), None)


def _fields(table: Table, choices: Choices) -> tuple[Line | None, Mapping[int, str]]:
    if choices.columns:
        line = next((one for one in table.lines if one.number == choices.header), None)
        return line, {place: name for name, place in choices.columns.items()}
    header, places = _found(table)
    if header is None:
        # Nothing names the addresses: most likely the first line names the columns.
        return table.lines[0], {}
    return header, places


def _found(table: Table) -> tuple[Line | None, Mapping[int, str]]:
    for line in table.lines[: columns.HEADER_WITHIN]:
        known = columns.known(line.cells)
        if "email" in known:
            return line, {places[0]: name for name, places in known.items()}
    return None, {}


def _columns(
    header: Line | None, below: Sequence[Line], fields: Mapping[int, str]
) -> Sequence[ColumnShape]:
    width = max((len(one.cells) for one in below[:_SHOWN]), default=0)
    titles = header.cells if header else ()
    return [
        ColumnShape(
            title=_cell(titles, place),
            examples=[_cell(one.cells, place) for one in below[:_SHOWN]],
            field=fields.get(place, ""),
        )
        for place in range(min(max(width, len(titles)), _MOST_COLUMNS))
    ]


def _cell(cells: Sequence[str], place: int) -> str:
    text = " ".join(cells[place].split()) if place < len(cells) else ""
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
