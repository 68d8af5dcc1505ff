"""A contact file of any kind -> its tables: numbered lines of cells as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import BadInput
from distributor.contacts.importing import text_file, workbook
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


def of(path: Path) -> Sequence[Table]:
    """Read *path* by what it is, not by what it is called. Raises BadInput."""
    content = _bytes(path)
    if content.startswith(b"PK"):
        sheets = workbook.sheets(content, file_name=path.name)
        several = len(sheets) > 1
        return [
            Table(
                place=f"{path.name}, sheet {name}" if several else path.name,
                lines=lines,
            )
            for name, lines in sheets.items()
        ]
    if content.startswith(_OLD_WORKBOOK):
        raise BadInput(
            "This workbook is of an old kind or has a password.",
            to=path.name,
            mend="Save it as .xlsx or CSV UTF-8, without a password.",
        )
    return [Table(place=path.name, lines=text_file.lines(content, file_name=path.name))]


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(
            f"The file cannot be read: {error.strerror}.",
            to=str(path),
            mend="Check the name and who may read it.",
        ) from error
    if len(content) > _MOST_BYTES:
        raise BadInput(
            "The file is larger than 64 MB, which no list of contacts is.",
            to=path.name,
            mend="Check that it is the right file, or split it.",
        )
    return content
