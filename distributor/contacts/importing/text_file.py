"""CSV files: bytes -> letters -> separator -> lines. Each is found, not asked for."""

import csv
import io
from collections.abc import Iterator, Sequence

import chardet

from core.errors import BadInput
from core.wording import worded
from distributor.contacts.importing import columns
from distributor.contacts.importing.lines import Line

_SEPARATORS = ";,\t|"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# The detector needs no more, and on a whole file it is the slowest step.
_SAMPLE = 200_000


def lines(
    content: bytes, *, file_name: str, encoding: str = "", separator: str = ""
) -> Sequence[Line]:
    """The lines that hold anything; what is not said is found. Raises BadInput."""
    text = decode(content, file_name=file_name, encoding=encoding)
    own = _own_separator(text)
    if own:
        # Excel's own way to say it; the line keeps its number.
        text = "\n" + text.partition("\n")[2]
    return list(_records(text, separator or own or _separator(text), file_name))


def separator_of(text: str) -> str:
    """What parts the cells of *text*, as the file says itself or as it looks."""
    return _own_separator(text) or _separator(text)


def encoding_of(content: bytes) -> str:
    """UTF-8 where it is valid, with or without its mark; else what chardet finds."""
    if content.startswith(_UTF_16_MARKS):
        return "utf-16"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return str(chardet.detect(content[:_SAMPLE])["encoding"] or "")
    return "utf-8-sig"


def decode(content: bytes, *, file_name: str, encoding: str = "") -> str:
    """The text of *content* in *encoding*, or in the one that is found. Raises BadInput."""
    try:
        return content.decode(encoding or encoding_of(content))
    except (UnicodeDecodeError, LookupError) as error:
        raise BadInput(
            worded("The file's letters cannot be read."),
            to=file_name,
            mend=worded("Save it again as CSV UTF-8."),
        ) from error


def _own_separator(text: str) -> str:
    first = text.partition("\n")[0].strip()
    is_said = first.lower().startswith("sep=") and len(first) == len("sep=;")
    return first[-1] if is_said else ""


def _separator(text: str) -> str:
    """The one by which a line near the top names most columns."""
    head = text[:20_000].splitlines()[: columns.HEADER_WITHIN]

    def known(separator: str) -> tuple[int, int]:
        titles = [
            [cell.strip().strip('"') for cell in line.split(separator)] for line in head
        ]
        return (
            max((len(columns.known(one)) for one in titles), default=0),
            sum(line.count(separator) for line in head),
        )

    return max(_SEPARATORS, key=known)


def _records(text: str, separator: str, file_name: str) -> Iterator[Line]:
    """The line each record begins on, and its cells; empty records are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Line(number, cells)
            number = reader.line_num + 1
    except csv.Error as error:
        raise BadInput(
            worded("The table breaks off here: %(fault)s.", fault=str(error)),
            to=f"{file_name}, line {number}",
            mend=worded("Look for a quotation mark that is not closed."),
        ) from error
