"""The first steps of a new office, each a page of its own; all may be walked again later."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from app.web import start_steps
from app.web.pages import Pages, back_to
from app.web.start_steps import STEPS, Identity, Step
from core.accounts import Right
from core.errors import BadInput
from core.models import Account
from distributor.models import Contact
from monitor.models import Source


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/start", include_in_schema=False)
    office = pages.office

    @found.get("")
    def begin(request: Request) -> Response:
        account = pages.account(request, Right.ADMINISTER)
        return _identity(pages, request, account)

    @found.post("")
    def keep(request: Request, form: Annotated[Identity, Form()]) -> Response:
        account = pages.account(request, Right.ADMINISTER)
        try:
            start_steps.keep_identity(office, form)
        except BadInput as refused:
            return _identity(pages, request, account, typed=form, error=refused)
        return back_to("/start" if start_steps.pending(office) else "/start/sender")

    @found.post("/anew")
    def begin_anew(request: Request) -> Response:
        """What was kept holds from the next start: this is one."""
        pages.account(request, Right.ADMINISTER)
        if pages.restart is None:
            return back_to("/start/sender")
        pages.restart()
        answer = pages.show(request, "start_anew.html", account=None)
        # Long enough for what is in flight; the page's link does it sooner or later too.
        answer.headers["Refresh"] = "5; url=/start/sender"
        return answer

    @found.post("/sources")
    def take_starter(request: Request) -> Response:
        pages.account(request, Right.ADMINISTER)
        start_steps.take_starter_list(office)
        return back_to("/start/sources")

    @found.get("/{step}")
    def other(request: Request, step: Step) -> Response:
        account = pages.account(request, Right.ADMINISTER)
        return _step(
            pages, request, account, step.value, **_values(pages, request, step)
        )

    return found


def _values(pages: Pages, request: Request, step: Step) -> Mapping[str, Any]:
    """What a step shows of the office as it is."""
    office = pages.office
    if step == Step.SENDER:
        state, said = start_steps.sender_state(office), pages.words(request)
        return {
            "state": state,
            "findings": [one.said(said) for one in state.findings],
            "sender": office.settings.organisation.sender,
        }
    return {
        "contacts": start_steps.count(office, Contact),
        "sources": start_steps.count(office, Source),
    }


def _identity(
    pages: Pages,
    request: Request,
    account: Account,
    *,
    typed: Identity | None = None,
    error: BadInput | None = None,
) -> Response:
    return _step(
        pages,
        request,
        account,
        "office",
        status=400 if error else 200,
        typed=typed or start_steps.identity_of(pages.office),
        pending=start_steps.pending(pages.office),
        can_begin_anew=pages.restart is not None,
        error=error,
    )


def _step(
    pages: Pages,
    request: Request,
    account: Account,
    step: str,
    *,
    status: int = 200,
    **values: Any,
) -> Response:
    return pages.show(
        request,
        f"start_{step}.html",
        account=account,
        status=status,
        step=step,
        steps=STEPS,
        **values,
    )
