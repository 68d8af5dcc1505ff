"""A contact file of any kind -> its tables: numbered lines of cells as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import BadInput
from core.wording import worded
from distributor.contacts.importing import text_file, workbook
from distributor.contacts.importing.choices import Choices
from distributor.contacts.importing.lines import Line

# 50,000 rows of press contacts are 5 MB; nobody keeps a hundred times as many.
_MOST_BYTES = 64 * 1024 * 1024
# What the old workbooks of before 2007 begin with, and those with a password.
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    # The file, and its sheet where it has several.
    place: str
    lines: Sequence[Line]
    # Of a workbook: what its sheet is called.
    sheet: str = ""


def of(
    content: bytes, *, file_name: str, choices: Choices | None = None
) -> Sequence[Table]:
    """Read *content* by what it is, not by what it is called. Raises BadInput."""
    chosen = choices or Choices()
    if content.startswith(b"PK"):
        sheets = workbook.sheets(content, file_name=file_name)
        several = len(sheets) > 1
        return [
            Table(
                place=f"{file_name}, sheet {name}" if several else file_name,
                lines=lines,
                sheet=name,
            )
            for name, lines in sheets.items()
            if chosen.sheet in {"", name}
        ]
    if content.startswith(_OLD_WORKBOOK):
        raise BadInput(
            worded("This workbook is of an old kind or has a password."),
            to=file_name,
            mend=worded("Save it as .xlsx or CSV UTF-8, without a password."),
        )
    lines = text_file.lines(
        content,
        file_name=file_name,
        encoding=chosen.encoding,
        separator=chosen.separator,
    )
    return [Table(place=file_name, lines=lines)]


def content_of(path: Path) -> bytes:
    """What the file at *path* holds. Raises BadInput for one that is no contact file."""
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(
            worded("The file cannot be read: %(fault)s.", fault=error.strerror or "?"),
            to=str(path),
            mend=worded("Check the name and who may read it."),
        ) from error
    if len(content) > _MOST_BYTES:
        raise BadInput(
            worded("The file is larger than 64 MB, which no list of contacts is."),
            to=path.name,
            mend=worded("Check that it is the right file, or split it."),
        )
    return content
