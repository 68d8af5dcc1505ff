"""Contact files: looked at, imported as one batch, and undone as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, UploadFile

from app.api import files
from app.api.callers import Reader, Writer
from app.api.kinds import After, Id, Limit, Line, Page, after_id, page
from app.api.repeating import Route
from app.telling import contacts as telling
from app.telling.contacts import PreviewRow
from distributor.contacts import batches, importing
from distributor.contacts.batches import BatchLine, Undone
from distributor.contacts.importing import Rejected, mending

routes = APIRouter(tags=["contacts"], route_class=Route)
# So many of the lines are told; the counts tell of all.
_MOST_LINES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """What an import did or would do; `batch` is what undoing takes back."""

    list: str
    dry_run: bool
    # Whether anything was written: not while a line is wrong, unless those are skipped.
    imported: bool
    batch: int | None
    new: int
    changed: int
    same: int
    suppressed: int
    rejected: int
    ignored: Sequence[str]
    # Kept as the provenance of lines that do not say theirs.
    assumed_provenance: str
    # In a rehearsal every line, else those that are wrong; the first thousand of them.
    lines: Sequence[PreviewRow]


@routes.post(
    "/contact-imports",
    summary="Import a contact file as one batch",
    max_body_size=files.MOST_BYTES,
)
def import_file(
    caller: Writer,
    file: UploadFile,
    mailing_list: Annotated[Line, Form(min_length=1)],
    *,
    dry_run: Annotated[bool, Form()] = False,
    provenance: Annotated[Line, Form()] = "",
    keep_both: Annotated[bool, Form()] = False,
    skip_rejected: Annotated[bool, Form()] = False,
) -> ImportRow:
    """A CSV file or a workbook. Nothing is written while any line is wrong."""
    office = caller.office
    now = office.clock.now()
    with files.received(office, file) as path:
        read = importing.read(path, provenance=provenance, on=f"{now:%Y-%m-%d}")
    with office.database.read() as session:
        decisions = importing.examine(session, read.rows, list_name=mailing_list)
    doubtful: Sequence[Rejected] = [] if keep_both else mending.conflicts(decisions)
    wrong = [*read.rejected, *doubtful]
    writes = not dry_run and (skip_rejected or not wrong)
    stored = importing.Stored(batch=None, new=0, changed=0, same=0, suppressed=0)
    if writes:
        left = {(one.file, one.line) for one in doubtful}
        with office.database.write() as session:
            stored = importing.store(
                session,
                [row for row in read.rows if (row.place, row.line) not in left],
                list_name=mailing_list,
                now=now,
                file_name=file.filename or "",
                account_id=caller.account.id,
            )
    lines = (
        telling.preview(read, decisions)
        if dry_run
        else [telling.rejected(one) for one in wrong]
    )
    return ImportRow(
        list=mailing_list,
        dry_run=dry_run,
        imported=writes,
        batch=stored.batch,
        new=stored.new,
        changed=stored.changed,
        same=stored.same,
        suppressed=stored.suppressed,
        rejected=len(wrong),
        ignored=tuple(read.ignored),
        assumed_provenance=read.assumed_provenance,
        lines=lines[:_MOST_LINES],
    )


@routes.get("/contact-batches", summary="What was imported and merged, latest first")
def batches_made(
    caller: Reader, after: After = "", limit: Limit = 50
) -> Page[BatchLine]:
    with caller.office.database.read() as session:
        found = batches.all_batches(session, before=after_id(after), most=limit + 1)
    return page(found, limit, lambda one: [one.id])


@routes.post("/contact-batches/{batch_id}/undo", summary="Undo an import or a merge")
def undo(caller: Writer, batch_id: Id) -> Undone:
    """Every contact is as it was, byte for byte; an opposition that came with it stays."""
    with caller.office.database.write() as session:
        undone = batches.undo(session, batch_id, now=caller.office.clock.now())
        telling.forget_gone(session)
    return undone
