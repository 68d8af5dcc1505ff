"""What comes into a version from elsewhere: pasted HTML, and documents."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from app.bootstrap import Office
from app.web import editor_view
from app.web.editor_view import Asked
from app.web.pages import NotAllowed, NotSignedIn, Pages, RowId
from app.web.uploads import taken
from core.accounts import Right
from core.errors import BadInput, OfficeError
from core.i18n import Words
from core.models import Account
from core.releases import found_release
from core.values import Language
from core.wording import worded
from distributor.releases import attaching, changing, importing, pasting
from distributor.releases.comparing import compare
from distributor.releases.editing import one_line, plain_lines, seal_of
from distributor.releases.importing import ImportedVersion
from distributor.releases.reading.base import MOST_BYTES, Dropped, Source

# A document of thirty pages takes one or two; what takes longer is none of ours.
_MOST_SECONDS: Final = 30


class ImportForm(BaseModel):
    file: UploadFile
    language: Language


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/releases", include_in_schema=False)
    office = pages.office

    @found.post("/clean")
    def clean(
        request: Request,
        page: Annotated[str, Form(max_length=pasting.MOST_BYTES)],
    ) -> Response:
        """HTML of a clipboard as Markdown. Nothing is kept."""
        try:
            pages.account(request, Right.WRITE)
        except (NotSignedIn, NotAllowed):
            return JSONResponse({"signed_out": True}, 401)
        said = pages.words(request)
        try:
            pasted = office.bounded.run(pasting.clean, page, seconds=_MOST_SECONDS)
        except OfficeError as error:
            problem = {"what": said.gettext(error.what)}
            return JSONResponse({"problem": problem}, 400)
        return JSONResponse(
            {"text": pasted.text, "dropped": _sentences(pasted.dropped, said)}
        )

    @found.post("/{release_id}/edit/import")
    def look_at(
        request: Request,
        release_id: RowId,
        form: Annotated[ImportForm, Form(media_type="multipart/form-data")],
    ) -> Response:
        """A document as it would stand in this version. Nothing is kept until it is taken."""
        account = pages.account(request, Right.WRITE)
        try:
            read = office.bounded.run(
                _read,
                source(office, form.file),
                form.language.value,
                seconds=_MOST_SECONDS,
            )
        except OfficeError as error:
            asked = Asked(error=error, status=400)
            return editor_view.page(pages, request, release_id, asked, account=account)
        return _imported(pages, request, release_id, form, read, account=account)

    return found


def _imported(
    pages: Pages,
    request: Request,
    release_id: int,
    form: ImportForm,
    read: ImportedVersion,
    *,
    account: Account,
) -> Response:
    title, body = one_line(read.title), plain_lines(read.body)
    with pages.office.database.read() as session:
        release = found_release(session, release_id)
        kept = next(
            (one for one in release.versions if one.language == form.language), None
        )
        before = "" if kept is None else f"{kept.title}\n\n{kept.body}"
        return pages.show(
            request,
            "edit_import.html",
            account=account,
            release=release,
            code=form.language,
            title=title,
            body=body,
            seal=seal_of(kept),
            changes=compare(before, f"{title}\n\n{body}"),
            is_new=kept is None,
            dropped=_sentences(read.dropped, pages.words(request)),
            pictures=[one.file_name for one in read.pictures],
            file_name=attaching.safe_name(form.file.filename or "file"),
            standing=changing.standing(session, release_id),
        )


def source(office: Office, file: UploadFile) -> Source:
    content = taken(office, file, most=MOST_BYTES)
    if not content or len(content) > MOST_BYTES:
        raise BadInput(
            worded("No file was chosen, or it is larger than 20 MB."),
            to="files",
            mend=worded(
                "Choose a file; make its pictures smaller where it is too large."
            ),
        )
    return Source(name=attaching.safe_name(file.filename or "file"), content=content)


def _read(source: Source, language: str) -> ImportedVersion:
    """Runs in a process of its own."""
    return importing.read_source(source, language)


def _sentences(dropped: Sequence[Dropped], said: Words) -> Sequence[str]:
    return list(
        dict.fromkeys(f"{one.place}: {said.gettext(one.what)}" for one in dropped)
    )
