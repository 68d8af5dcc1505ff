"""Signatures on a dispatch: a reason for a finding, an approval of the seal one saw, a refusal."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import BadInput
from core.models import Account
from core.wording import worded
from distributor.models import Approval
from distributor.sending import approval, waivers


class Reasons(BaseModel):
    """One reason beside each check; an empty one accepts nothing."""

    check: list[str] = Field(default_factory=list, max_length=100)
    reason: list[str] = Field(default_factory=list, max_length=100)

    def given(self) -> dict[str, str]:
        pairs = zip(self.check, self.reason, strict=False)
        return {check: reason.strip() for check, reason in pairs if reason.strip()}


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/dispatches", include_in_schema=False)
    office = pages.office

    @found.post("/{dispatch_id}/waive")
    def waive(
        request: Request, dispatch_id: RowId, form: Annotated[Reasons, Form()]
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        reasons = form.given()
        if not reasons:
            raise BadInput(
                worded("No reason was given, so nothing was accepted."),
                to="reason",
                mend=worded("Go back and say why the finding is right all the same."),
            )
        with office.database.write() as session:
            waivers.waive(
                session,
                dispatch_id,
                reasons,
                account=account,
                now=office.clock.now(),
            )
        return back_to(f"/dispatches/{dispatch_id}")

    @found.post("/{dispatch_id}/approve")
    def approve(
        request: Request, dispatch_id: RowId, seal: Annotated[str, Form()]
    ) -> Response:
        """Who may is decided by the approval itself: a delegation may give the right."""
        account = pages.account(request)
        with office.database.write(ledger=True) as session:
            if not _has_signed(session, dispatch_id, account, seal):
                approval.approve(
                    session,
                    dispatch_id,
                    account=account,
                    settings=office.settings,
                    zone_rules=office.zone_rules,
                    now=office.clock.now(),
                    seal=seal,
                )
        return back_to(f"/dispatches/{dispatch_id}")

    @found.post("/{dispatch_id}/refuse")
    def refuse(
        request: Request,
        dispatch_id: RowId,
        because: Annotated[str, Form(max_length=500)],
    ) -> Response:
        account = pages.account(request)
        with office.database.write(ledger=True) as session:
            approval.refuse(
                session,
                dispatch_id,
                account=account,
                because=because,
                now=office.clock.now(),
            )
        return back_to(f"/dispatches/{dispatch_id}")

    return found


def _has_signed(
    session: Session, dispatch_id: int, account: Account, seal: str
) -> bool:
    """A second click of the same button signs nothing more."""
    signed = session.scalar(
        select(Approval.id).where(
            Approval.dispatch_id == dispatch_id,
            Approval.account_id == account.id,
            Approval.seal == seal,
        )
    )
    return signed is not None
