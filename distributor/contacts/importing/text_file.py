"""CSV files: bytes -> letters -> separator -> lines. Each is found, not asked for."""

import csv
import io
from collections.abc import Iterator, Sequence

import chardet

from core.errors import BadInput
from distributor.contacts.importing import columns
from distributor.contacts.importing.lines import Line

_SEPARATORS = ";,\t|"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# The detector needs no more, and on a whole file it is the slowest step.
_SAMPLE = 200_000


def lines(content: bytes, *, file_name: str) -> Sequence[Line]:
    """The lines that hold anything. Raises BadInput."""
    text = decode(content, file_name=file_name)
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=;"):
        # Excel's own way to say it; the line keeps its number.
        return list(_records("\n" + rest, first.strip()[-1], file_name))
    return list(_records(text, _separator(text), file_name))


def decode(content: bytes, *, file_name: str) -> str:
    """UTF-8 where it is valid, with or without its mark; else what chardet finds."""
    if content.startswith(_UTF_16_MARKS):
        encoding = "utf-16"
    else:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            encoding = str(chardet.detect(content[:_SAMPLE])["encoding"] or "")
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise BadInput(
            "The file's letters cannot be read.",
            to=file_name,
            mend="Save it again as CSV UTF-8.",
        ) from error


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
            f"The table breaks off here: {error}.",
            to=f"{file_name}, line {number}",
            mend="Look for a quotation mark that is not closed.",
        ) from error
