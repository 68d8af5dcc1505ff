"""One dispatch: exact counters, each recipient's state, and the buttons that stop it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse

import distributor.report
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from distributor.sending import control


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/dispatches", include_in_schema=False)
    office = pages.office

    @found.get("/{dispatch_id}")
    def one(request: Request, dispatch_id: RowId) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            return pages.show(
                request,
                "dispatch.html",
                account=account,
                dispatch=distributor.report.summarise(session, dispatch_id),
                deliveries=distributor.report.deliveries(session, dispatch_id)[:500],
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

    @found.post("/{dispatch_id}/pause")
    def pause(request: Request, dispatch_id: RowId) -> Response:
        account = pages.account(request, Right.SEND)
        with office.database.write(ledger=True) as session:
            control.pause(session, dispatch_id, reason=f"Paused by {account.name}.")
        return back_to(f"/dispatches/{dispatch_id}")

    @found.post("/{dispatch_id}/resume")
    def resume(request: Request, dispatch_id: RowId) -> Response:
        pages.account(request, Right.SEND)
        with office.database.write(ledger=True) as session:
            control.resume(
                session,
                dispatch_id,
                settings=office.settings,
                zone_rules=office.zone_rules,
                now=office.clock.now(),
            )
        return back_to(f"/dispatches/{dispatch_id}")

    @found.post("/{dispatch_id}/stop")
    def stop(request: Request, dispatch_id: RowId) -> Response:
        account = pages.account(request, Right.SEND)
        with office.database.write(ledger=True) as session:
            control.stop(
                session,
                dispatch_id,
                reason=f"Stopped by {account.name}.",
                now=office.clock.now(),
            )
        return back_to(f"/dispatches/{dispatch_id}")

    @found.post("/{dispatch_id}/deliveries/{delivery_id}")
    def settle(
        request: Request,
        dispatch_id: RowId,
        delivery_id: RowId,
        state: Annotated[str, Form()],
        because: Annotated[str, Form()],
    ) -> Response:
        account = pages.account(request, Right.SEND)
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
        return back_to(f"/dispatches/{dispatch_id}")

    return found
