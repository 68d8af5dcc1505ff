"""One release with its languages, files and findings, and its files to keep."""

from fastapi import APIRouter, Request, Response

from app.web.pages import Pages, RowId, download
from app.web.plan_form import PlanForm
from app.web.release_view import looked_at, page
from core.errors import NotFound
from core.models import Attachment
from core.wording import worded


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/releases", include_in_schema=False)
    office = pages.office

    @found.get("/{release_id}")
    def one(request: Request, release_id: RowId) -> Response:
        account = pages.account(request)
        form = PlanForm(key=office.ids.token(), zone=office.settings.organisation.zone)
        with office.database.read() as session:
            # Without the sender's domain: a page that is only read asks no name server.
            checked = looked_at(session, office, release_id, form, None)
        return page(pages, request, release_id, form, account=account, checked=checked)

    @found.get("/{release_id}/files/{attachment_id}")
    def file(request: Request, release_id: RowId, attachment_id: RowId) -> Response:
        pages.account(request)
        with office.database.read() as session:
            attached = session.get(Attachment, attachment_id)
            if attached is None or attached.release_id != release_id:
                raise NotFound(
                    worded(
                        "Release %(release_id)s has no file %(attachment_id)s.",
                        release_id=release_id,
                        attachment_id=attachment_id,
                    ),
                    to="file",
                    mend=worded("Go back to the release."),
                )
            return download(
                attached.content,
                name=attached.file_name,
                media_type=attached.media_type,
            )

    return found
