"""What became of a dispatch, on paper: the proof of distribution, the call sheet and its log."""

import json
from dataclasses import asdict
from io import StringIO
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response

import distributor.report
from app.web.pages import Pages, RowId, back_to, download
from core import safe_cells
from core.accounts import Right
from core.signing import signing_key
from distributor.sending import by_hand, proof


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/dispatches", include_in_schema=False)
    office = pages.office

    @found.get("/{dispatch_id}/proof.json")
    def signed(request: Request, dispatch_id: RowId) -> Response:
        pages.account(request)
        key = signing_key(office.settings.data_dir, office.ids)
        with office.database.read() as session:
            made = proof.document(session, dispatch_id, key=key, now=office.clock.now())
        return download(
            json.dumps(made, ensure_ascii=False, indent=1) + "\n",
            name=f"proof-{dispatch_id}.json",
            media_type="application/json",
        )

    @found.get("/{dispatch_id}/proof.csv")
    def table(request: Request, dispatch_id: RowId) -> Response:
        pages.account(request)
        file = StringIO()
        with office.database.read() as session:
            safe_cells.write(
                file, columns=proof.COLUMNS, rows=proof.rows(session, dispatch_id)
            )
        return download(
            file.getvalue(), name=f"proof-{dispatch_id}.csv", media_type="text/csv"
        )

    @found.get("/{dispatch_id}/calls")
    def calls(request: Request, dispatch_id: RowId) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            return pages.show(
                request,
                "calls.html",
                account=account,
                dispatch=distributor.report.summarise(session, dispatch_id),
                calls=by_hand.call_sheet(
                    session, dispatch_id, settings=office.settings
                ),
            )

    @found.get("/{dispatch_id}/calls.csv")
    def calls_table(request: Request, dispatch_id: RowId) -> Response:
        pages.account(request)
        file = StringIO()
        with office.database.read() as session:
            sheet = by_hand.call_sheet(session, dispatch_id, settings=office.settings)
        rows = [
            {name: str(value) for name, value in asdict(one).items()} for one in sheet
        ]
        safe_cells.write(file, columns=by_hand.COLUMNS, rows=rows)
        return download(
            file.getvalue(), name=f"calls-{dispatch_id}.csv", media_type="text/csv"
        )

    @found.post("/{dispatch_id}/calls/{delivery_id}")
    def log(
        request: Request,
        dispatch_id: RowId,
        delivery_id: RowId,
        outcome: Annotated[Literal["reached", "not-reached"], Form()],
        note: Annotated[str, Form(max_length=500)] = "",
    ) -> Response:
        account = pages.account(request, Right.SEND)
        with office.database.write(ledger=True) as session:
            by_hand.log(
                session,
                dispatch_id,
                delivery_id,
                reached=outcome == "reached",
                note=note,
                by=account.name,
                ids=office.ids,
                now=office.clock.now(),
            )
        return back_to(f"/dispatches/{dispatch_id}/calls#call-{delivery_id}")

    return found
