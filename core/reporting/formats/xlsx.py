"""XLSX: every number and every line as tables that can be sorted, filtered and added up.

No cell is ever a formula: texts of others go in as strings, whatever they begin with.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import partial
from io import BytesIO
from math import isfinite
from typing import Any, ClassVar, Final

from xlsxwriter import Workbook

from core.i18n import Words
from core.reporting import naming
from core.reporting.common_layout import completeness
from core.reporting.entries import whole_address
from core.reporting.layout import title
from core.reporting.record import record
from core.reporting.report import Cell, Kind, Report, Table
from core.reporting.sheets import cut, fitting, plain_text, sheet_name, when
from core.reporting.speaking import Speaker
from core.safe_cells import guarded
from core.values import Language

_OPTIONS: Final = {
    # Rows leave as they come, so that a long report needs no more than a short one.
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_A4: Final = 9
# Excel's own limits; beyond them an address is text.
_MOST_LINKS: Final = 65_530
_LONGEST_ADDRESS: Final = 2_079
_LONGEST_FOOT: Final = 255
_LONGEST_PROPERTY: Final = 255
_NARROWEST, _WIDEST = 8, 60  # of a column, in characters
# A sheet as wide as this can be read when it is printed on one page's width.
_PRINTS_WHOLE: Final = 240
_PART_SCALE: Final = 60  # per cent
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = 1, 2  # Excel's reading orders
_MANY: Final = "#,##0"


class Format:
    name: ClassVar[str] = "xlsx"
    suffix: ClassVar[str] = "xlsx"
    media_type: ClassVar[str] = (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )

    def write(self, report: Report, spoken: Sequence[Words]) -> bytes:
        out = BytesIO()
        with Workbook(out, _OPTIONS) as book:
            book.set_properties(_properties(report, spoken))
            drawn = _Book(book, report, spoken)
            for table in record(report, spoken):
                drawn.add(table)
        return out.getvalue()


def _properties(report: Report, spoken: Sequence[Words]) -> dict[str, Any]:
    speaker = Speaker(spoken, report.zone)
    said = {
        "title": title(report, spoken),
        "subject": speaker.text(partial(completeness, report)),
        "author": speaker.organisation(report),
        "company": speaker.organisation(report),
    }
    shown = {
        name: cut(plain_text(text), _LONGEST_PROPERTY) for name, text in said.items()
    }
    return {**shown, "created": report.made_at.astimezone(UTC).replace(tzinfo=None)}


class _Book:
    """A workbook that is being written, and the looks its cells share."""

    def __init__(self, book: Any, report: Report, spoken: Sequence[Words]) -> None:
        self._book = book
        self._report = report
        self._spoken = spoken
        self._first = spoken[0]
        self._names: list[str] = []
        self._looks: dict[tuple[tuple[str, object], ...], Any] = {}
        self._foot = _foot(report, spoken)

    def add(self, table: Table) -> None:
        name = sheet_name(self._called(table.key), self._names)
        self._names.append(name)
        sheet = self._book.add_worksheet(name)
        heads = [self._said(column) for column in table.columns]
        rows = [[self._value(cell) for cell in row] for row in table.rows]
        self._set_up(sheet, heads, rows)
        head = self._look(bold=True, bg_color="#E6E6E6", bottom=1, text_wrap=True)
        for column, text in enumerate(heads):
            _string(sheet, (0, column), text, head)
        links = 0
        for place, (cells, values) in enumerate(
            zip(table.rows, rows, strict=True), start=1
        ):
            for column, (cell, value) in enumerate(zip(cells, values, strict=True)):
                address = self._address(cell) if links < _MOST_LINKS else ""
                links += bool(address)
                self._write(sheet, (place, column), cell, value, address)

    def _called(self, key: str) -> str:
        """In every language where that is short enough, else in the first."""
        every = naming.named(key, self._spoken)
        first = naming.name_of(key, self._first)
        return every if sheet_name(every, ()) == every else first

    def _said(self, code: str) -> str:
        return plain_text(naming.named(code, self._spoken))

    def _value(self, cell: Cell) -> str | float | date | datetime | None:
        """What the cell holds: a number, a moment, a text, or nothing."""
        if cell.number is not None and isfinite(cell.number):
            return cell.number
        if cell.moment is not None:
            return when(cell, self._report.zone)
        if not cell.text:
            return None
        if cell.kind is Kind.CODE:
            return self._said(cell.text)
        return fitting(plain_text(cell.text), self._first)

    def _address(self, cell: Cell) -> str:
        address = whole_address(cell.href, self._report) if cell.href else ""
        return address if len(address) <= _LONGEST_ADDRESS else ""

    def _write(
        self,
        sheet: Any,
        place: tuple[int, int],
        cell: Cell,
        value: str | float | date | datetime | None,
        address: str,
    ) -> None:
        if value is None:
            return
        if isinstance(value, str):
            look = self._text_look(cell, value, is_link=bool(address))
            if address:
                sheet.write_url(*place, address, look, _harmless(value))
            else:
                _string(sheet, place, value, look)
        elif isinstance(value, date):
            hour = " hh:mm" if isinstance(value, datetime) else ""
            look = self._look(num_format=f"dd/mm/yyyy{hour}")
            sheet.write_datetime(*place, value, look)
        else:
            sheet.write_number(
                *place, value, self._look(num_format=self._number_format(cell, value))
            )

    def _text_look(self, cell: Cell, value: str, *, is_link: bool) -> Any:
        look: dict[str, object] = {"text_wrap": True}
        if cell.language is not None:
            is_arabic = cell.language is Language.ARABIC
            look["reading_order"] = _RIGHT_TO_LEFT if is_arabic else _LEFT_TO_RIGHT
        if is_link:
            look |= {"font_color": "#0B4F8A", "underline": 1}
        if guarded(value) != value:
            # So that it stays text also when somebody opens the cell and leaves it.
            look["quote_prefix"] = True
        return self._look(**look)

    def _number_format(self, cell: Cell, value: float) -> str:
        if cell.kind is Kind.SHARE:
            return "0%"
        if cell.kind is Kind.MINUTES:
            # The unit as this language writes it after a number of minutes.
            unit = self._first.gettext("%(minutes)s min") % {"minutes": ""}
            return f'{_MANY}" {unit.strip()}"'
        return _MANY if float(value).is_integer() else f"{_MANY}.00"

    def _look(self, **look: object) -> Any:
        """One format for each look: a workbook holds 64,000 at most."""
        key = tuple(sorted(look.items(), key=lambda item: item[0]))
        if key not in self._looks:
            self._looks[key] = self._book.add_format({"valign": "top", **look})
        return self._looks[key]

    def _set_up(
        self,
        sheet: Any,
        heads: Sequence[str],
        rows: Sequence[Sequence[str | float | date | datetime | None]],
    ) -> None:
        if self._first.direction == "rtl":
            sheet.right_to_left()
        widths = [
            _width([head, *(row[place] for row in rows)])
            for place, head in enumerate(heads)
        ]
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        last = max(1, len(rows))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, len(heads) - 1)
        # A release's number or a hash is text on purpose.
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.repeat_rows(0)
        sheet.set_footer(self._foot)
        if sum(widths) <= _PRINTS_WHOLE:
            sheet.fit_to_pages(1, 0)
        else:
            sheet.set_print_scale(_PART_SCALE)
            sheet.repeat_columns(0)
            sheet.print_across()


def _foot(report: Report, spoken: Sequence[Words]) -> str:
    """On each printed page: what it rests on, and its number among how many."""
    said = Speaker(spoken, report.zone).text(partial(completeness, report))
    numbers = "&R&P / &N"
    room = _LONGEST_FOOT - len("&L") - len(numbers)
    shown = plain_text(said)
    while len(doubled := shown.replace("&", "&&")) > room:
        shown = shown[:-1]
    return f"&L{doubled}{numbers}"


def _string(sheet: Any, place: tuple[int, int], text: str, look: Any) -> None:
    sheet.write_string(*place, _harmless(text), look)


def _harmless(text: str) -> str:
    """A text that looks like the library's own markup would be written as markup."""
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def _width(values: Sequence[str | float | date | datetime | None]) -> int:
    longest = max(len(_shown(value)) for value in values)
    return min(_WIDEST, max(_NARROWEST, longest + 3))


def _shown(value: str | float | date | datetime | None) -> str:
    if value is None:
        return ""
    return f"{value:%d/%m/%Y %H:%M}" if isinstance(value, date) else str(value)
