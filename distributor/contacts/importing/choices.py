"""What a person says of a contact file where what was found in it is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from core.errors import BadInput
from core.wording import worded
from distributor.contacts.importing import columns

ENCODINGS: Final = (
    "utf-8-sig",
    "cp1252",
    "cp1256",
    "iso-8859-6",
    "utf-16",
    "mac-roman",
)
SEPARATORS: Final = (";", ",", "\t", "|")
# More columns than any list of contacts has; a place beyond is not a choice of ours.
_MOST_COLUMNS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Empty leaves it to what is found. Places of columns count from 0."""

    encoding: str = ""
    separator: str = ""
    # One sheet of a workbook alone.
    sheet: str = ""
    # Which column holds which field; then `header` is the line that names them, 0 for none.
    columns: Mapping[str, int] = field(default_factory=dict)
    header: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "encoding": self.encoding,
            "separator": self.separator,
            "sheet": self.sheet,
            "columns": dict(self.columns),
            "header": self.header,
        }


def from_json(kept: Mapping[str, Any]) -> Choices:
    return Choices(**kept)


def chosen(
    *,
    encoding: str,
    separator: str,
    sheet: str,
    fields: Sequence[str],
    header: int,
) -> Choices:
    """*fields* say of each column what it holds, empty for what is not kept. Raises BadInput."""
    if encoding not in ("", *ENCODINGS) or separator not in ("", *SEPARATORS):
        raise BadInput(
            worded("This way of reading the file is not on offer."),
            to="encoding",
            mend=worded("Choose one of those shown."),
        )
    given = [(name, place) for place, name in enumerate(fields) if name]
    names = [name for name, _ in given]
    if len(fields) > _MOST_COLUMNS or set(names) - set(columns.COLUMNS):
        raise BadInput(
            worded("A column is said to hold what no contact has."),
            to="columns",
            mend=worded("Choose one of those shown."),
        )
    if len(names) > len(set(names)):
        raise BadInput(
            worded("Two columns are said to hold the same."),
            to="columns",
            mend=worded("Let one of them stand for it, and leave the other out."),
        )
    if names and "email" not in names:
        raise BadInput(
            worded("No column is said to hold the addresses."),
            to="columns",
            mend=worded(
                "Say which column holds them: without an address nobody is reached."
            ),
        )
    return Choices(
        encoding=encoding,
        separator=separator,
        sheet=sheet,
        columns=dict(given),
        header=header if names else 0,
    )
