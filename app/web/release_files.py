"""The files that go with a release: added and removed while nothing of it has left."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, UploadFile
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.bootstrap import Office
from app.web import editor_view
from app.web.editor import status
from app.web.editor_files import source
from app.web.editor_view import Asked
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import BadInput, OfficeError
from core.models import Attachment
from core.releases import locked_release
from core.wording import worded
from distributor.releases import attaching, changing
from distributor.releases.attaching import Attached, AttachmentRole


class FileForm(BaseModel):
    file: UploadFile
    role: str = Field(max_length=20)
    # Empty goes with every language.
    language: str = Field("", max_length=10)
    alternative: str = Field("", max_length=500)
    breaks_seals: bool = False


class RemoveForm(BaseModel):
    breaks_seals: bool = False


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/releases", include_in_schema=False)
    office = pages.office

    @found.post("/{release_id}/files")
    def attach(
        request: Request,
        release_id: RowId,
        form: Annotated[FileForm, Form(media_type="multipart/form-data")],
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        try:
            attached = _looked_at(office, form)
            with office.database.write() as session:
                release = locked_release(session, release_id)
                changing.require(session, release_id, breaks_seals=form.breaks_seals)
                attaching.add(session, release, attached)
        except OfficeError as error:
            asked = Asked(error=error, status=status(error))
            return editor_view.page(pages, request, release_id, asked, account=account)
        return back_to(f"/releases/{release_id}/edit?done=files#files")

    @found.post("/{release_id}/files/{attachment_id}/remove")
    def remove(
        request: Request,
        release_id: RowId,
        attachment_id: RowId,
        form: Annotated[RemoveForm, Form()],
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        try:
            with office.database.write() as session:
                _remove(session, release_id, attachment_id, form)
        except OfficeError as error:
            asked = Asked(error=error, status=status(error))
            return editor_view.page(pages, request, release_id, asked, account=account)
        return back_to(f"/releases/{release_id}/edit?done=files#files")

    return found


def _looked_at(office: Office, form: FileForm) -> Attached:
    attached = attaching.look_at(
        source(office, form.file),
        attaching.role_of(form.role),
        language=form.language,
        alternative=form.alternative,
    )
    if attached.role is AttachmentRole.PICTURE and not attached.alternative:
        raise BadInput(
            worded("A picture needs words for those who do not see it."),
            to="files",
            mend=worded("Say in one sentence what it shows."),
        )
    return attached


def _remove(
    session: Session, release_id: int, attachment_id: int, form: RemoveForm
) -> None:
    release = locked_release(session, release_id)
    row = session.get(Attachment, attachment_id)
    if row is None or row.release_id != release_id:
        return  # Somebody removed it a moment ago: what was asked for is done.
    changing.require(session, release_id, breaks_seals=form.breaks_seals)
    release.attachments.remove(row)
