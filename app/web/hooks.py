"""Where providers report what became of our mail. A signature says who they are, no account.

The answer comes after the commit: whatever was not written is told us again.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.web.pages import Pages
from core.errors import NotFound
from core.wording import worded
from distributor.after import sendgrid_reports
from distributor.after.events import record
from distributor.channels.sendgrid.options import SendgridOptions

PUBLIC = True
# Ten thousand reports, with room to spare.
_MOST_BYTES = 16 * 1024 * 1024
# So that no transaction keeps the ledger waiting.
_AT_ONCE = 100


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/hooks", include_in_schema=False)
    office = pages.office
    given = office.settings.channels.get(sendgrid_reports.CHANNEL)
    key = (
        SendgridOptions.model_validate(given).webhook_public_key
        if given is not None
        else ""
    )

    async def whole(request: Request, channel: str) -> bytes:
        """The body as it came, as far as it is not too large; of a stranger's, nothing."""
        if channel != sendgrid_reports.CHANNEL or not key:
            raise NotFound(
                worded("This office takes no such reports."),
                to="channel",
                mend=worded("Give the channel the webhook's verification key."),
            )
        return await request.body()

    @found.post("/{channel}", status_code=204, max_body_size=_MOST_BYTES)
    def take(request: Request, body: Annotated[bytes, Depends(whole)]) -> Response:
        reports = sendgrid_reports.read(
            body,
            request.headers,
            public_key=key,
            stamp=office.timer.stamp(),
        )
        for start in range(0, len(reports), _AT_ONCE):
            with office.database.write() as session:
                record(
                    session,
                    reports[start : start + _AT_ONCE],
                    settings=office.settings,
                    now=office.clock.now(),
                )
        return Response(status_code=204)

    return found
