"""Webhooks: where this office tells programs what happened; for administrators."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

from app.web.pages import Pages, RowId, back_to
from app.webhooks import keeping
from core.accounts import Right
from core.errors import BadInput
from core.i18n import N_

_LONGEST: Final = 5_000  # of what may be typed; what is kept is shorter
_CALLS: Final = 50
EVENTS: Final[Mapping[str, str]] = {
    "dispatch.planned": N_("A dispatch was planned."),
    "dispatch.approved": N_("A dispatch was approved."),
    "dispatch.started": N_("A dispatch began to leave."),
    "dispatch.done": N_("A dispatch has ended."),
    "dispatch.stopped": N_("A dispatch was stopped."),
    "dispatch.held": N_("A dispatch is held: a person decides."),
    "coverage.found": N_("An article covers a release."),
    "coverage.decided": N_("A person decided on coverage."),
    "edition.sent": N_("An edition of the review was sent."),
    "alert.raised": N_("Something needs a look."),
    "source.state": N_("A source changed its state."),
}


class WebhookForm(BaseModel):
    url: str = Field("", max_length=_LONGEST)
    events: list[str] = Field(default_factory=list, max_length=len(EVENTS))


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/office/webhooks", include_in_schema=False)
    office = pages.office

    def page(
        request: Request,
        *,
        form: WebhookForm | None = None,
        error: BadInput | None = None,
        secret: str = "",
    ) -> Response:
        """*secret* is that of a webhook that was added just now: it stands on this page alone."""
        account = pages.account(request, Right.ADMINISTER)
        with office.database.read() as session:
            rows = keeping.listed(session)
        return pages.show(
            request,
            "webhooks.html",
            account=account,
            status=400 if error else 200,
            rows=rows,
            events=EVENTS,
            form=form or WebhookForm(),
            error=error,
            secret=secret,
        )

    @found.get("")
    def show(request: Request) -> Response:
        return page(request)

    @found.post("")
    def add(request: Request, form: Annotated[WebhookForm, Form()]) -> Response:
        """Answered with the page itself: an address or a cookie would keep the secret."""
        account = pages.account(request, Right.ADMINISTER)
        try:
            with office.database.write() as session:
                _, secret = keeping.add(
                    office,
                    session,
                    url=form.url,
                    events=form.events,
                    account=account,
                )
        except BadInput as refused:
            return page(request, form=form, error=refused)
        return page(request, secret=secret)

    @found.get("/{webhook_id}")
    def one(request: Request, webhook_id: RowId) -> Response:
        account = pages.account(request, Right.ADMINISTER)
        with office.database.read() as session:
            return pages.show(
                request,
                "webhook.html",
                account=account,
                hook=keeping.one(session, webhook_id),
                calls=keeping.calls(session, webhook_id, most=_CALLS),
                events=EVENTS,
            )

    @found.post("/{webhook_id}/test")
    def test(request: Request, webhook_id: RowId) -> Response:
        pages.account(request, Right.ADMINISTER)
        keeping.test(office, webhook_id)
        return back_to(f"/office/webhooks/{webhook_id}")

    @found.post("/{webhook_id}/end")
    def end(request: Request, webhook_id: RowId) -> Response:
        pages.account(request, Right.ADMINISTER)
        with office.database.write() as session:
            keeping.end(session, webhook_id, now=office.clock.now())
        return back_to("/office/webhooks")

    return found
