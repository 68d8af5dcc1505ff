"""Two contacts that are one person: what would be kept of each, then one contact."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.orm import Session

from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import BadInput, NotFound
from core.wording import worded
from distributor.contacts import card, lines, merging
from monitor import authors

_Address = Annotated[str, Query(max_length=320)]


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/contacts", include_in_schema=False)
    office = pages.office

    def asked(
        request: Request, contact_id: int, other: str, *, error: BadInput | None = None
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        with office.database.read() as session:
            kept = card.card(session, contact_id)
            try:
                joined = _other(session, contact_id, other) if other else None
            except BadInput as refused:
                joined, error = None, refused
            return pages.show(
                request,
                "contact_merge.html",
                account=account,
                status=400 if error else 200,
                kept=kept,
                joined=card.card(session, joined) if joined else None,
                result=merging.preview(session, contact_id, joined) if joined else None,
                alike=merging.alike(session, contact_id),
                other=other,
                error=error,
            )

    @found.get("/{contact_id:int}/merge")
    def preview(request: Request, contact_id: RowId, other: _Address = "") -> Response:
        return asked(request, contact_id, other)

    @found.post("/{contact_id:int}/merge")
    def merge(
        request: Request,
        contact_id: RowId,
        other: Annotated[str, Form(max_length=320)] = "",
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        try:
            with office.database.write(ledger=True) as session:
                joined_id = _other(session, contact_id, other)
                merged = merging.merge(
                    session,
                    card.contact_of(session, contact_id).address,
                    other,
                    now=office.clock.now(),
                    account_id=account.id,
                )
                authors.join(session, contact_id, joined_id)
        except BadInput as refused:
            return asked(request, contact_id, other, error=refused)
        return back_to(f"/contacts/{contact_id}?done={merged.batch}")

    return found


def _other(session: Session, contact_id: int, address: str) -> int:
    card.contact_of(session, contact_id)
    try:
        other = lines.contact(session, address)
    except NotFound as refused:
        raise BadInput(
            refused.what, to="other", mend=worded("Look for the address in the list.")
        ) from refused
    except BadInput as refused:
        raise BadInput(refused.what, to="other", mend=refused.mend) from refused
    if other.id == contact_id:
        raise BadInput(
            worded("Both addresses are the same contact."),
            to="other",
            mend=worded("Give the address that is joined to this one."),
        )
    return other.id
