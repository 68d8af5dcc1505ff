"""Workbooks are zip archives: what is refused before anything parses one.

Sizes are those declared and those measured, because a bomb lies about itself. What a sheet
spans counts too: one cell in the last corner makes a parser reserve 17 thousand million.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from core.errors import BadInput
from core.wording import worded

_MOST_MEMBERS = 2_000
# 50,000 contacts in ten columns are 30 MB of XML.
_MOST_BYTES = 160 * 1024 * 1024
_MOST_CELLS = 2_000_000
_PIECE = 1 << 16
_SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml|content\.xml")
_ROWS = {"row", "table-row"}
_CELLS = {"c", "table-cell", "covered-table-cell"}
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


def require_harmless(content: bytes, *, file_name: str) -> None:
    """Raise BadInput for an archive that would cost more than a list of contacts can."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _require_small(members, file_name)
            left = _MOST_BYTES
            for member in members:
                left -= _measure(archive, member, left, file_name)
            for member in members:
                if _SHEETS.fullmatch(member.filename):
                    _require_narrow(archive, member, file_name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise BadInput(
            worded("The workbook is damaged or has a password."),
            to=file_name,
            mend=worded(
                "Open it, save it again as .xlsx without a password, or as CSV UTF-8."
            ),
        ) from error


def _require_small(members: list[zipfile.ZipInfo], file_name: str) -> None:
    if (
        len(members) > _MOST_MEMBERS
        or sum(member.file_size for member in members) > _MOST_BYTES
    ):
        raise _too_large(file_name)


def _measure(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int, file_name: str
) -> int:
    """How many bytes *member* really has; it is read to its end, whatever it declares."""
    declared, member.file_size = member.file_size, left + 1
    size = 0
    try:
        with archive.open(member) as stream:
            while piece := stream.read(_PIECE):
                size += len(piece)
    finally:
        member.file_size = declared
    if size > left:
        raise _too_large(file_name)
    if size != declared:
        raise zipfile.BadZipFile(f"{size} bytes where {declared} are declared")
    return size


def _require_narrow(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, file_name: str
) -> None:
    rows = columns = 1
    try:
        with archive.open(member) as stream:
            for row, column in _places(stream):
                rows, columns = max(rows, row), max(columns, column)
                if rows * columns > _MOST_CELLS:
                    raise BadInput(
                        worded(
                            "The sheet reaches to row %(row)s and column %(column)s.",
                            row=rows,
                            column=columns,
                        ),
                        to=file_name,
                        mend=worded(
                            "Remove what stands far from the table, or save the table alone as CSV UTF-8."
                        ),
                    )
    except etree.XMLSyntaxError as error:
        raise zipfile.BadZipFile(str(error)) from error


def _places(stream: Any) -> Iterator[tuple[int, int]]:
    """Of each row that holds something its number and last column, in .xlsx and .ods."""
    row = column = widest = 0
    for event, element in etree.iterparse(
        stream,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    ):
        kind = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if kind in _ROWS and event == "start":
            row, column, widest = _first_of(element, row), 0, 0
        elif kind in _ROWS:
            row += _repeated(element, "number-rows-repeated") - 1
            if widest:
                yield row, widest
            _forget(element)
        elif kind in _CELLS and event == "end":
            row, column = _place(element, row, column)
            widest = column if len(element) else widest


def _first_of(element: Any, before: int) -> int:
    number = element.get("r", "")
    return int(number) if number.isdecimal() else before + 1


def _place(element: Any, row: int, column: int) -> tuple[int, int]:
    named = _PLACE.fullmatch(element.get("r", ""))
    if named is None:
        return row, column + _repeated(element, "number-columns-repeated")
    letters, number = named.groups()
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return max(row, int(number)), max(column, place)


def _repeated(element: Any, name: str) -> int:
    for key, value in element.attrib.items():
        if key.endswith(f"}}{name}") and value.isdecimal():
            return int(value)
    return 1


def _forget(element: Any) -> None:
    """Free what was read, or the tree of a whole sheet stays in memory."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _too_large(file_name: str) -> BadInput:
    return BadInput(
        worded("The workbook unpacks to more than any list of contacts holds."),
        to=file_name,
        mend=worded("Save the one table that is needed as CSV UTF-8."),
    )
