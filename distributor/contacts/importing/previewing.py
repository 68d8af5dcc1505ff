"""What importing a file would do, line by line and in numbers, before anybody does it."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from distributor.contacts.importing import mending
from distributor.contacts.importing.decisions import Decision, RowStatus
from distributor.contacts.importing.reading import ImportedContacts
from distributor.contacts.importing.rows import ContactRow, Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What became, or would become, of the lines of a file: each line is counted once.

    `suppressed` counts again those among the written who stay unmailed.
    """

    new: int
    changed: int
    same: int
    left_over: int
    suppressed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLine:
    place: str
    line: int
    status: RowStatus
    address: str
    name: str
    # Each field that changes: what it was, what it becomes.
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    suppressed: bool = False
    # Says nothing that an earlier line does not say.
    repeats: bool = False
    # Why it is not imported, and what to do.
    what: str = ""
    mend: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Every line in the order of the file. The seal breaks when any line would end otherwise."""

    lines: Sequence[PreviewLine]
    seal: str
    numbers: Numbers
    # The same, were the lines in conflict imported as contacts of their own.
    keeping_both: Numbers

    @property
    def counts(self) -> Mapping[str, int]:
        found = Counter(str(one.status) for one in self.lines)
        return {str(status): found[str(status)] for status in RowStatus}


def preview(read: ImportedContacts, decisions: Sequence[Decision]) -> Preview:
    """Put what was read and what was decided of it together. Decides nothing new."""
    lines = [
        *(_decided(one) for one in decisions),
        *(_repeated(row) for row in read.repeated),
        *(_rejected(one) for one in read.rejected),
    ]
    places = list(dict.fromkeys(one.place for one in lines))
    lines.sort(key=lambda one: (places.index(one.place), one.line))
    return Preview(
        lines=lines,
        seal=_seal(lines),
        numbers=_numbers(read, decisions, keep_both=False),
        keeping_both=_numbers(read, decisions, keep_both=True),
    )


def to_import(
    decisions: Sequence[Decision], *, keep_both: bool
) -> Sequence[ContactRow]:
    """The rows that are written."""
    return [
        one.row
        for one in decisions
        if keep_both or one.status is not RowStatus.CONFLICT
    ]


def left_over(
    read: ImportedContacts, decisions: Sequence[Decision], *, keep_both: bool
) -> Sequence[Rejected]:
    """The lines that are not written, in the order of the file."""
    doubtful = () if keep_both else mending.conflicts(decisions)
    return sorted([*read.rejected, *doubtful], key=lambda one: (one.file, one.line))


def _numbers(
    read: ImportedContacts, decisions: Sequence[Decision], *, keep_both: bool
) -> Numbers:
    written = [
        one for one in decisions if keep_both or one.status is not RowStatus.CONFLICT
    ]
    counts = Counter(one.status for one in written)
    return Numbers(
        new=counts[RowStatus.NEW] + counts[RowStatus.CONFLICT],
        changed=counts[RowStatus.CHANGED],
        same=counts[RowStatus.SAME] + len(read.repeated),
        left_over=len(read.rejected) + len(decisions) - len(written),
        suppressed=sum(one.is_suppressed or one.suppresses for one in written),
    )


def _decided(one: Decision) -> PreviewLine:
    return PreviewLine(
        place=one.row.place,
        line=one.row.line,
        status=one.status,
        address=one.row.address,
        name=one.row.name,
        changes=one.changes,
        suppressed=one.is_suppressed or one.suppresses,
        what=one.what,
        mend=one.mend,
    )


def _repeated(row: ContactRow) -> PreviewLine:
    return PreviewLine(
        place=row.place,
        line=row.line,
        status=RowStatus.SAME,
        address=row.address,
        name=row.name,
        repeats=True,
    )


def _rejected(one: Rejected) -> PreviewLine:
    return PreviewLine(
        place=one.file,
        line=one.line,
        status=RowStatus.CONFLICT if one.is_conflict else RowStatus.REJECTED,
        address=one.email,
        name=" ".join(one.cells.get("name", "").split()),
        what=one.what,
        mend=one.mend,
    )


def _seal(lines: Sequence[PreviewLine]) -> str:
    seal = hashlib.sha256()
    for part in _said(lines):
        seal.update(part)
    return seal.hexdigest()


def _said(lines: Sequence[PreviewLine]) -> Iterator[bytes]:
    for one in lines:
        yield json.dumps(asdict(one), sort_keys=True).encode()
