"""One dispatch: what it will do, exact counters, each recipient's state and trail."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import JSONResponse

import distributor.report
from app.web import dispatch_view
from app.web.dispatch_view import Shown
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import BadInput
from core.wording import worded
from distributor import faults
from distributor.sending import by_hand, control

PageNumber = Annotated[int, Query(ge=1, le=100_000)]


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/dispatches", include_in_schema=False)
    office = pages.office

    @found.get("/{dispatch_id}")
    def one(
        request: Request,
        dispatch_id: RowId,
        show: Shown = Shown.ALL,
        page: PageNumber = 1,
    ) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            dispatch = distributor.report.summarise(session, dispatch_id)
            return pages.show(
                request,
                "dispatch.html",
                account=account,
                dispatch=dispatch,
                people=dispatch_view.people(session, dispatch, shown=show, page=page),
                faults=faults.faults(session, dispatch_id),
                findings=dispatch_view.findings(
                    session, dispatch, pages.words(request)
                ),
                signing=dispatch_view.signing(session, office, dispatch_id, account),
                languages_read=distributor.report.languages(session, dispatch_id),
                sender=office.settings.organisation.sender,
                by_hand=by_hand.CHANNEL,
            )

    @found.get("/{dispatch_id}/counts")
    def counts(request: Request, dispatch_id: RowId) -> JSONResponse:
        pages.account(request)
        with office.database.read() as session:
            summary = distributor.report.summarise(session, dispatch_id)
        return JSONResponse(
            {
                "state": summary.state,
                "counts": dict(summary.counts),
                "total": summary.total,
            }
        )

    @found.get("/{dispatch_id}/deliveries/{delivery_id}")
    def trail(request: Request, dispatch_id: RowId, delivery_id: RowId) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            return pages.show(
                request,
                "delivery.html",
                account=account,
                dispatch=distributor.report.summarise(session, dispatch_id),
                trail=distributor.report.trail(session, dispatch_id, delivery_id),
            )

    @found.post("/{dispatch_id}/deliveries/{delivery_id}")
    def settle(
        request: Request,
        dispatch_id: RowId,
        delivery_id: RowId,
        state: Annotated[str, Form()],
        because: Annotated[str, Form(min_length=1, max_length=500)],
    ) -> Response:
        account = pages.account(request, Right.SEND)
        if not because.strip():
            raise BadInput(
                worded("A doubt is settled without saying how you know."),
                to="because",
                mend=worded("Go back and name the answer, the log line or the person."),
            )
        with office.database.write(ledger=True) as session:
            control.settle(
                session,
                dispatch_id,
                delivery_id,
                state,
                by=account.name,
                because=because,
                now=office.clock.now(),
            )
        return back_to(f"/dispatches/{dispatch_id}/deliveries/{delivery_id}")

    return found
