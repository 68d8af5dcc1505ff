"""Importing contacts: a file waits on the server while somebody looks at it, then is one batch."""

from typing import Annotated, Final

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from pydantic import BaseModel, Field

from app.web.import_view import LINES, Looked, look, read, shape_of, tell_in
from app.web.pages import Pages, RowId, back_to, download
from app.web.uploads import taken
from core.accounts import Right
from core.errors import BadInput, Conflict, OfficeError
from core.models import Account
from distributor.contacts import browsing
from distributor.contacts.importing import waiting
from distributor.contacts.importing.choices import ENCODINGS, SEPARATORS, chosen
from distributor.contacts.importing.columns import COLUMNS
from distributor.contacts.importing.decisions import RowStatus

_Name = Annotated[str, Form(max_length=200)]
# More columns than any list of contacts has.
_MOST_COLUMNS: Final = 60


class HowForm(BaseModel):
    """How a file is read; `field` says of each shown column what it holds."""

    encoding: str = Field("", max_length=20)
    separator: str = Field("", max_length=2)
    sheet: str = Field("", max_length=200)
    header: int = Field(0, ge=0, le=1_000_000)
    field: list[Annotated[str, Field(max_length=20)]] = Field(
        default_factory=list, max_length=_MOST_COLUMNS
    )
    # Columns are as they were found, so that another way of reading finds them anew.
    mapped: bool = False
    list: str = Field("", max_length=200)
    provenance: str = Field("", max_length=500)


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/contacts/import", include_in_schema=False)
    office = pages.office

    def start(
        request: Request,
        account: Account,
        *,
        list_name: str = "",
        provenance: str = "",
        error: BadInput | None = None,
    ) -> Response:
        with office.database.read() as session:
            return pages.show(
                request,
                "import_start.html",
                account=account,
                status=400 if error else 200,
                lists=browsing.joinable_lists(session),
                list_name=list_name,
                provenance=provenance,
                columns=tuple(COLUMNS),
                error=error,
            )

    @found.get("")
    def begin(request: Request) -> Response:
        return start(request, pages.account(request, Right.WRITE))

    @found.post("")
    def give(
        request: Request,
        file: Annotated[UploadFile | None, File()] = None,
        list_name: Annotated[_Name, Form(alias="list")] = "",
        provenance: Annotated[str, Form(max_length=500)] = "",
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        try:
            content = taken(office, file, most=waiting.MOST_BYTES, to="file")
            with office.database.write() as session:
                kept = waiting.give(
                    session,
                    content=content,
                    file_name=(file.filename if file else "") or "",
                    list_name=list_name,
                    provenance=provenance,
                    account_id=account.id,
                    now=office.clock.now(),
                )
        except BadInput as refused:
            return start(
                request,
                account,
                list_name=list_name,
                provenance=provenance,
                error=refused,
            )
        return back_to(f"/contacts/import/{kept}")

    _add_columns(found, pages)
    _add_preview(found, pages)
    _add_end(found, pages)
    return found


def _add_columns(found: APIRouter, pages: Pages) -> None:
    office = pages.office

    def page(
        request: Request, file_id: int, *, error: OfficeError | None = None
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        shown = look(office, file_id, account)
        if shown.waiting.imported_at is not None:
            return back_to(f"/contacts/import/{file_id}/done")
        try:
            shape = shape_of(office, shown)
        except OfficeError as refused:
            shape, error = None, error or refused
        with office.database.read() as session:
            return pages.show(
                request,
                "import_columns.html",
                account=account,
                status=400 if error else 200,
                waiting=shown.waiting,
                shape=shape,
                fields=tuple(COLUMNS),
                encodings=ENCODINGS,
                separators=SEPARATORS,
                lists=browsing.joinable_lists(session),
                error=error,
            )

    @found.get("/{file_id:int}")
    def columns(request: Request, file_id: RowId) -> Response:
        return page(request, file_id)

    @found.post("/{file_id:int}")
    def choose(
        request: Request, file_id: RowId, form: Annotated[HowForm, Form()]
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        try:
            choices = chosen(
                encoding=form.encoding,
                separator=form.separator,
                sheet=form.sheet,
                fields=form.field if form.mapped else (),
                header=form.header,
            )
            with office.database.write() as session:
                waiting.choose(
                    session,
                    file_id,
                    choices,
                    list_name=form.list,
                    provenance=form.provenance,
                    account_id=account.id,
                    now=office.clock.now(),
                )
        except BadInput as refused:
            return page(request, file_id, error=refused)
        # Another way of reading is looked at before its lines are.
        return back_to(
            f"/contacts/import/{file_id}" + ("/preview" if form.mapped else "")
        )

    @found.post("/{file_id:int}/drop")
    def drop(request: Request, file_id: RowId) -> Response:
        account = pages.account(request, Right.WRITE)
        with office.database.write() as session:
            waiting.drop(
                session, file_id, account_id=account.id, now=office.clock.now()
            )
        return back_to("/contacts/import")


def _add_preview(found: APIRouter, pages: Pages) -> None:
    office = pages.office

    def page(
        request: Request,
        account: Account,
        shown: Looked,
        *,
        status: str = "",
        number: int = 1,
        error: OfficeError | None = None,
    ) -> Response:
        with office.database.read() as session:
            preview = waiting.examine(session, shown.waiting, read(office, shown))
        lines = [one for one in preview.lines if status in ("", one.status)]
        return pages.show(
            request,
            "import_preview.html",
            account=account,
            status=409 if error else 200,
            waiting=shown.waiting,
            preview=preview,
            lines=lines[(number - 1) * LINES : number * LINES],
            wanted=status,
            number=number,
            last=max(1, -(-len(lines) // LINES)),
            statuses=tuple(RowStatus),
            error=error,
        )

    @found.get("/{file_id:int}/preview")
    def preview(
        request: Request,
        file_id: RowId,
        status: RowStatus | None = None,
        number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        shown = look(office, file_id, account)
        if shown.waiting.imported_at is not None:
            return back_to(f"/contacts/import/{file_id}/done")
        try:
            return page(request, account, shown, status=status or "", number=number)
        except BadInput:
            # It cannot be read so: the page of columns says why, beside the choices.
            return back_to(f"/contacts/import/{file_id}")

    @found.post("/{file_id:int}/import")
    def commit(
        request: Request,
        file_id: RowId,
        *,
        seal: Annotated[str, Form(max_length=64)],
        keep_both: Annotated[bool, Form()] = False,
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        shown = look(office, file_id, account)
        if shown.waiting.imported_at is None:
            rows = read(office, shown)
            try:
                with office.database.write() as session:
                    waiting.commit(
                        session,
                        shown.waiting,
                        rows,
                        seal=seal,
                        keep_both=keep_both,
                        tell=tell_in(pages.words(request)),
                        account_id=account.id,
                        now=office.clock.now(),
                    )
            except Conflict as refused:
                return page(request, account, shown, error=refused)
        return back_to(f"/contacts/import/{file_id}/done")


def _add_end(found: APIRouter, pages: Pages) -> None:
    office = pages.office

    @found.get("/{file_id:int}/done")
    def done(request: Request, file_id: RowId) -> Response:
        account = pages.account(request, Right.WRITE)
        shown = look(office, file_id, account)
        if shown.waiting.imported_at is None:
            return back_to(f"/contacts/import/{file_id}")
        return pages.show(
            request, "import_done.html", account=account, waiting=shown.waiting
        )

    @found.get("/{file_id:int}/left-over")
    def left_over(request: Request, file_id: RowId) -> Response:
        account = pages.account(request, Right.WRITE)
        with office.database.read() as session:
            table = waiting.left_over(
                session, file_id, account_id=account.id, now=office.clock.now()
            )
        return download(table, name="a-corriger.csv", media_type="text/csv")
