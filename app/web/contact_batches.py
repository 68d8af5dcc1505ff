"""Batches of contacts: what was imported and merged, and how each is undone as a whole."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from app.reviews.authors import forget_gone
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import Conflict
from core.models import Account
from distributor.contacts import batches
from distributor.models import Contact


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/contacts", include_in_schema=False)
    office = pages.office

    def listed(
        request: Request,
        account: Account,
        *,
        before: int | None = None,
        undone: str = "",
        error: Conflict | None = None,
    ) -> Response:
        with office.database.read() as session:
            page = batches.page(session, before=before)
        return pages.show(
            request,
            "contact_batches.html",
            account=account,
            status=409 if error else 200,
            page=page,
            undone=undone,
            error=error,
        )

    @found.get("/batches")
    def everything(
        request: Request,
        before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
        undone: Annotated[str, Query(pattern=r"^\d{0,9}$")] = "",
    ) -> Response:
        account = pages.account(request)
        return listed(request, account, before=before, undone=undone)

    @found.post("/batches/{batch_id:int}/undo")
    def undo(
        request: Request,
        batch_id: RowId,
        contact: Annotated[str, Form(pattern=r"^\d{0,9}$")] = "",
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        try:
            with office.database.write() as session:
                batches.undo(session, batch_id, now=office.clock.now())
                forget_gone(session)
                stays = contact and session.get(Contact, int(contact)) is not None
        except Conflict as refused:
            return listed(request, account, error=refused)
        if stays:
            return back_to(f"/contacts/{contact}")
        return back_to(f"/contacts/batches?undone={batch_id}")

    return found
