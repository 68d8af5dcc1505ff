"""Steering a dispatch: pause, resume, stop and undo."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

import distributor.report
from app.web.dispatch_view import Shown
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from distributor.sending import control
from distributor.states import Because, DispatchState

Sentence = Annotated[str, Form(max_length=500)]


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/dispatches", include_in_schema=False)
    office = pages.office

    @found.post("/{dispatch_id}/pause")
    def pause(request: Request, dispatch_id: RowId, because: Sentence = "") -> Response:
        account = pages.account(request, Right.SEND)
        with office.database.write(ledger=True) as session:
            if not _is(session, dispatch_id, DispatchState.PAUSED):
                control.pause(
                    session,
                    dispatch_id,
                    reason=control.paused_by(account.name, because),
                )
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
    def stop(request: Request, dispatch_id: RowId, because: Sentence = "") -> Response:
        account = pages.account(request, Right.SEND)
        with office.database.write(ledger=True) as session:
            if not _is(session, dispatch_id, DispatchState.STOPPED):
                control.stop(
                    session,
                    dispatch_id,
                    reason=control.stopped_by(account.name, because),
                    now=office.clock.now(),
                )
        return back_to(f"/dispatches/{dispatch_id}?show={Shown.REACHED}")

    @found.post("/{dispatch_id}/undo")
    def undo(request: Request, dispatch_id: RowId) -> Response:
        """Whoever may plan may take back: nobody is mailed by it."""
        pages.account(request, Right.WRITE)
        with office.database.write(ledger=True) as session:
            before = distributor.report.summarise(session, dispatch_id)
            if before.reason != Because.UNDONE:
                control.undo(session, dispatch_id, now=office.clock.now())
        return back_to(f"/dispatches/{dispatch_id}")

    return found


def _is(session: Session, dispatch_id: int, state: DispatchState) -> bool:
    """A second click finds it done already, and does nothing."""
    return distributor.report.summarise(session, dispatch_id).state == state
