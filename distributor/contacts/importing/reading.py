"""A contact file -> its rows, and every line that cannot be used. Nothing is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import BadInput
from core.wording import Worded, worded
from distributor.contacts.importing import columns, rows, tables
from distributor.contacts.importing.choices import Choices
from distributor.contacts.importing.lines import Line
from distributor.contacts.importing.rows import ContactRow, Rejected
from distributor.contacts.importing.tables import Table

# What two lines of one address may disagree on.
_SAID = ("name", "languages", "outlet", "beats", "phone", "kind", "consent")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedContacts:
    """Each address once, in the order of the file."""

    rows: Sequence[ContactRow]
    rejected: Sequence[Rejected]
    # Lines that say nothing that an earlier line of the same address does not say.
    repeated: Sequence[ContactRow] = ()
    # Columns and sheets that were not understood and are not kept.
    ignored: Sequence[str] = ()
    # What is kept as provenance, where the file has no such column and none was given.
    assumed_provenance: str = ""


@dataclass(slots=True, kw_only=True)
class _Found:
    """What is known of the file so far."""

    rows: dict[str, ContactRow] = field(default_factory=dict)
    repeated: list[ContactRow] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    lacks_provenance: bool = False


def read(path: Path, *, provenance: str = "", on: str = "") -> ImportedContacts:
    """Read a CSV file or a workbook. Raises BadInput when the whole cannot be used.

    *provenance* stands for cells that do not say where a contact comes from. Without it, a
    file that has no such column is itself named as the provenance, with the day *on*.
    """
    return read_content(
        tables.content_of(path), path.name, Choices(), provenance=provenance, on=on
    )


def read_content(
    content: bytes, file_name: str, choices: Choices, *, provenance: str, on: str
) -> ImportedContacts:
    """Read the *content* of a contact file as *choices* say. Raises BadInput."""
    fallback = f"imported from {file_name}" + (f" on {on}" if on else "")
    found = _Found()
    read_tables = tables.of(content, file_name=file_name, choices=choices)
    headed = [(table, _headed(table, choices)) for table in read_tables]
    if not any(places for _, (_, places) in headed):
        raise _no_addresses(file_name, read_tables)
    for table, (header, places) in headed:
        if header is None:
            found.ignored.append(table.place)
            continue
        found.lacks_provenance |= "provenance" not in places
        found.ignored += [
            title.strip()
            for place, title in enumerate(header.cells)
            if title.strip()
            and place not in places.values()
            and title.strip() not in columns.ADDED
        ]
        below = [line for line in table.lines if line.number > header.number]
        for line, cells in _by_field(below, places):
            _take(
                found,
                cells,
                line=line,
                place=table.place,
                provenance=provenance,
                fallback=fallback,
            )
    return ImportedContacts(
        rows=tuple(found.rows.values()),
        rejected=tuple(found.rejected),
        repeated=tuple(found.repeated),
        ignored=tuple(found.ignored),
        assumed_provenance=fallback
        if found.lacks_provenance and not provenance
        else "",
    )


def _headed(table: Table, choices: Choices) -> tuple[Line | None, Mapping[str, int]]:
    """The line that names the columns, and their places, as they were chosen or found."""
    if not choices.columns:
        return _header(table)
    none = Line(0, ())
    named = (one for one in table.lines if one.number == choices.header)
    return next(named, none), choices.columns


def _header(table: Table) -> tuple[Line | None, Mapping[str, int]]:
    """The line that names the columns, and the place of each field."""
    for line in table.lines[: columns.HEADER_WITHIN]:
        known = columns.known(line.cells)
        for name, places in known.items():
            if len(places) > 1 and "email" in known:
                raise BadInput(
                    worded("Two columns mean “%(field)s”.", field=name),
                    to=f"{table.place}, line {line.number}, "
                    f"{line.cells[places[1]].strip()}",
                    mend=worded("Remove or rename one of them."),
                )
        if "email" in known:
            return line, {name: places[0] for name, places in known.items()}
    return None, {}


def _no_addresses(file_name: str, read_tables: Sequence[Table]) -> BadInput:
    first = next((table.lines[0] for table in read_tables if table.lines), None)
    if first is None:
        return BadInput(
            worded("The file is empty."),
            to=file_name,
            mend=worded("Its first line must name the columns; `email` is required."),
        )
    titles = ", ".join(title.strip() or "(empty)" for title in first.cells)
    return BadInput(
        worded("No column holds the addresses; there are: %(titles)s.", titles=titles),
        to=f"{file_name}, line {first.number}, email",
        mend=worded("Name one column email, courriel or البريد الإلكتروني."),
    )


def _by_field(
    lines: Sequence[Line], places: Mapping[str, int]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    for line in lines:
        yield (
            line.number,
            {
                name: line.cells[place] if place < len(line.cells) else ""
                for name, place in places.items()
            },
        )


def _take(
    found: _Found,
    cells: Mapping[str, str],
    *,
    line: int,
    place: str,
    provenance: str,
    fallback: str,
) -> None:
    try:
        row = rows.of(
            cells, line=line, place=place, provenance=provenance, fallback=fallback
        )
    except BadInput as error:
        found.rejected.append(
            Rejected(
                file=place,
                line=line,
                field=error.to,
                what=error.what,
                mend=error.mend,
                email=cells.get("email", "").strip(),
                cells=cells,
            )
        )
        return
    first = found.rows.setdefault(row.address_key, row)
    if first is row:
        return
    differs = _difference(first, row)
    if differs is None:
        found.repeated.append(row)
        return
    found.rejected.append(
        Rejected(
            file=place,
            line=line,
            field=differs,
            what=_said_otherwise(row, first, differs, place=place),
            mend=worded("Keep one of the two lines."),
            email=row.address,
            is_conflict=True,
            cells=cells,
        )
    )


def _said_otherwise(
    row: ContactRow, first: ContactRow, differs: str, *, place: str
) -> Worded:
    if first.place != place:
        return worded(
            "“%(address)s” is already on line %(line)s of %(place)s, with another %(field)s.",
            address=row.address,
            line=first.line,
            place=first.place,
            field=differs,
        )
    return worded(
        "“%(address)s” is already on line %(line)s, with another %(field)s.",
        address=row.address,
        line=first.line,
        field=differs,
    )


def _difference(first: ContactRow, row: ContactRow) -> str | None:
    """The first field of which *row* says something that *first* does not."""
    for name in _SAID:
        said = getattr(row, name)
        if said and said != getattr(first, name):
            return name
    return None
