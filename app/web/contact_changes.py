"""What is said of one contact by a button: verified, left the outlet, not to be mailed, erased."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.legal import person, words
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from distributor.contacts import card, editing, suppression


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/contacts", include_in_schema=False)
    office = pages.office

    @found.post("/{contact_id:int}/verified")
    def verified(request: Request, contact_id: RowId) -> Response:
        account = pages.account(request, Right.WRITE)
        with office.database.write() as session:
            editing.verify(
                session, contact_id, account_id=account.id, now=office.clock.now()
            )
        return back_to(f"/contacts/{contact_id}")

    @found.post("/{contact_id:int}/left")
    def left(request: Request, contact_id: RowId) -> Response:
        account = pages.account(request, Right.WRITE)
        with office.database.write() as session:
            batch = editing.leave_outlet(
                session, contact_id, account_id=account.id, now=office.clock.now()
            )
        return back_to(f"/contacts/{contact_id}?done={batch or ''}")

    @found.post("/{contact_id:int}/suppress")
    def suppress(
        request: Request,
        contact_id: RowId,
        because: Annotated[str, Form(max_length=200)] = "",
    ) -> Response:
        pages.account(request, Right.WRITE)
        with office.database.write(ledger=True) as session:
            suppression.suppress(
                session,
                card.contact_of(session, contact_id).address_key,
                reason=" ".join(because.split()) or "asked",
                now=office.clock.now(),
            )
        return back_to(f"/contacts/{contact_id}")

    @found.post("/{contact_id:int}/lift")
    def lift(
        request: Request,
        contact_id: RowId,
        because: Annotated[str, Form(max_length=500)] = "",
    ) -> Response:
        # It makes somebody mailable again, so whoever may not send may not.
        account = pages.account(request, Right.SEND)
        with office.database.write() as session:
            suppression.lift(
                session,
                card.contact_of(session, contact_id).address_key,
                because=because,
                now=office.clock.now(),
                account_id=account.id,
            )
        return back_to(f"/contacts/{contact_id}")

    _add_erasing(found, pages)
    return found


def _add_erasing(found: APIRouter, pages: Pages) -> None:
    office = pages.office

    @found.get("/{contact_id:int}/erase")
    def ask_erase(request: Request, contact_id: RowId) -> Response:
        account = pages.account(request, Right.ADMINISTER)
        with office.database.read() as session:
            shown = card.card(session, contact_id)
            planned = person.plan(session, shown.contact.address)
        return pages.show(
            request,
            "contact_erase.html",
            account=account,
            card=shown,
            plan=planned,
            named=words.TABLES,
        )

    @found.post("/{contact_id:int}/erase")
    def erase(request: Request, contact_id: RowId) -> Response:
        pages.account(request, Right.ADMINISTER)
        with office.database.write(ledger=True) as session:
            address = card.contact_of(session, contact_id).address
            person.erase(session, address, now=office.clock.now())
        return back_to("/contacts")
