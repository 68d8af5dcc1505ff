"""Webhooks: where this office tells programs what happened."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from app.api.callers import Administrator
from app.api.kinds import After, Given, Id, Limit, Line, Page, Url, after_id, page
from app.api.repeating import SAID_ONCE, Route
from app.webhooks import keeping
from app.webhooks.happening import KINDS
from app.webhooks.keeping import CallRow, WebhookRow

routes = APIRouter(prefix="/webhooks", tags=["webhooks"], route_class=Route)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhookRow(WebhookRow):
    """A webhook with the secret its calls are signed with: said once."""

    secret: str


class NewWebhook(Given):
    url: Url = Field(min_length=1, examples=["https://example.org/hook"])
    events: Annotated[list[Line], Field(min_length=1, max_length=len(KINDS))] = Field(
        description=f"Of: {', '.join(KINDS)}.",
        examples=[["coverage.found", "dispatch.done"]],
    )


@routes.get("", summary="The webhooks, and how they answer")
def listed(caller: Administrator) -> Sequence[WebhookRow]:
    with caller.office.database.read() as session:
        return keeping.listed(session)


@routes.post("", status_code=201, summary="Add a webhook")
def add(caller: Administrator, given: NewWebhook, response: Response) -> NewWebhookRow:
    """Its secret is said now and never again, also not under an `Idempotency-Key`."""
    with caller.office.database.write() as session:
        made, secret = keeping.add(
            caller.office,
            session,
            url=given.url,
            events=given.events,
            account=caller.account,
        )
        row = keeping.one(session, made)
    response.headers["Location"] = f"/api/v1/webhooks/{made}"
    response.headers[SAID_ONCE] = "true"
    return NewWebhookRow(**asdict(row), secret=secret)


@routes.get("/{webhook_id}", summary="One webhook")
def one(caller: Administrator, webhook_id: Id) -> WebhookRow:
    with caller.office.database.read() as session:
        return keeping.one(session, webhook_id)


@routes.get("/{webhook_id}/calls", summary="What it was told, newest first")
def calls(
    caller: Administrator, webhook_id: Id, after: After = "", limit: Limit = 50
) -> Page[CallRow]:
    with caller.office.database.read() as session:
        found = keeping.calls(
            session, webhook_id, before=after_id(after), most=limit + 1
        )
    return page(found, limit, lambda one: [one.id])


@routes.post("/{webhook_id}/test", summary="Tell it `ping` now")
def test(caller: Administrator, webhook_id: Id) -> CallRow:
    return keeping.test(caller.office, webhook_id)


@routes.delete("/{webhook_id}", status_code=204, summary="Tell it nothing more")
def end(caller: Administrator, webhook_id: Id) -> None:
    with caller.office.database.write() as session:
        keeping.end(session, webhook_id, now=caller.office.clock.now())
