"""The history of a release's words: who wrote what and when, compared and put back."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field

from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import OfficeError
from core.models import Account
from core.releases import found_release
from distributor.releases import changing, editing, edits
from distributor.releases.comparing import compare, counted


class RestoreForm(BaseModel):
    edit: int = Field(ge=1, le=2**31 - 1)
    breaks_seals: bool = False


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/releases", include_in_schema=False)
    office = pages.office

    def page(
        request: Request,
        release_id: int,
        account: Account,
        *,
        language: str = "",
        earlier: int = 0,
        later: int = 0,
        error: OfficeError | None = None,
    ) -> Response:
        with office.database.read() as session:
            release = found_release(session, release_id)
            spoken = edits.languages(session, release_id)
            chosen = language if language in spoken else next(iter(spoken), "")
            told = edits.history(session, release_id, chosen)
            by_id = {one.id: one for one in told}
            after = by_id.get(later) or next(iter(told), None)
            before = by_id.get(earlier) or (told[1] if len(told) > 1 else after)
            parts = (
                compare(
                    f"{before.title}\n\n{before.body}", f"{after.title}\n\n{after.body}"
                )
                if before and after
                else ()
            )
            return pages.show(
                request,
                "history.html",
                account=account,
                status=409 if error else 200,
                release=release,
                standing=changing.standing(session, release_id),
                spoken=spoken,
                code=chosen,
                edits=told,
                before=before,
                after=after,
                changes=parts,
                counted=counted(parts),
                error=error,
            )

    @found.get("/{release_id}/history")
    def show(
        request: Request,
        release_id: RowId,
        language: Annotated[str, Query(max_length=10)] = "",
        earlier: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
        later: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    ) -> Response:
        account = pages.account(request)
        return page(
            request,
            release_id,
            account,
            language=language,
            earlier=earlier,
            later=later,
        )

    @found.post("/{release_id}/history")
    def restore(
        request: Request,
        release_id: RowId,
        form: Annotated[RestoreForm, Form()],
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        try:
            with office.database.write() as session:
                language = edits.found(session, release_id, form.edit).language
                editing.restore(
                    session,
                    release_id,
                    form.edit,
                    breaks_seals=form.breaks_seals,
                    by=account,
                    now=office.clock.now(),
                )
        except OfficeError as error:
            return page(request, release_id, account, earlier=form.edit, error=error)
        return back_to(f"/releases/{release_id}/history?language={language}")

    return found
