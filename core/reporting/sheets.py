"""What a sheet of a workbook can hold: its name, the text of a cell, the kind of a number."""

import re
from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from core.i18n import Words
from core.reporting.printable import printable
from core.reporting.report import Cell, Kind
from core.zones import wall_of

# Excel's limits, counted in UTF-16 units.
_LONGEST_NAME: Final = 31
_LONGEST_CELL: Final = 32_767
_FIRST_YEAR: Final = 1900
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\u2066-\u2069]")
_ISOLATES: Final = re.compile("[\u2066-\u2069]")
# Excel keeps this name for itself.
_TAKEN: Final = "history"


def sheet_name(wanted: str, taken: Collection[str]) -> str:
    """A name near *wanted* that Excel takes, unlike those in *taken* whatever their case."""
    plain = " ".join(_FORBIDDEN.sub(" ", printable(wanted)).split())
    lower = {_TAKEN, *(name.lower() for name in taken)}
    name = _trimmed(plain, _LONGEST_NAME) or "1"
    place = 1
    while name.lower() in lower:
        place += 1
        after = f" ({place})"
        name = _trimmed(plain, _LONGEST_NAME - len(after)) + after
    return name


def _trimmed(name: str, most: int) -> str:
    """An apostrophe may not stand at either end."""
    return cut(name, most).strip("' ")


def plain_text(text: str) -> str:
    """One line that can be searched and filtered: without signs that only turn it."""
    return _ISOLATES.sub("", printable(text))


def fitting(text: str, words: Words) -> str:
    """*text*, or as much of it as a cell holds, its cut said."""
    units = len(text.encode("utf-16-le")) // 2
    if units <= _LONGEST_CELL:
        return text
    said = words.gettext(
        "… [cut here: a cell holds no more; it has %(num)s characters]"
    ) % {"num": words.number(len(text))}
    return cut(text, _LONGEST_CELL - len(said)) + said


def cut(text: str, most: int) -> str:
    """As much of *text* as has *most* UTF-16 units, no character halved."""
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")


def when(cell: Cell, zone: str) -> date | datetime | str | None:
    """A cell's moment on the office's wall; a day where its hour is not known.

    In words before 1900, where the days of a spreadsheet begin.
    """
    if cell.moment is None:
        return None
    wall = wall_of(cell.moment, zone).replace(microsecond=0)
    known = wall.date() if cell.kind is Kind.DAY else wall
    return known if wall.year >= _FIRST_YEAR else known.isoformat()
