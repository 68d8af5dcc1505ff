"""The tokens of a person's programs: made here, shown once, ended here."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

from app.web.pages import Pages, RowId, back_to
from core.accounts import Right, may
from core.errors import BadInput
from core.i18n import N_
from core.programs import tokens
from core.wording import worded

_LONGEST: Final = 1_000  # of what may be typed; what is kept is shorter
# Empty is a token without a last day.
DAYS: Final = ("30", "90", "365", "")
SCOPES: Final = {
    Right.READ: N_("read everything the screens show"),
    Right.WRITE: N_("write releases, keep contacts, plan dispatches"),
    Right.WATCH: N_("decide on coverage, keep sources and the review"),
    Right.SEND: N_("pause, resume and stop dispatches"),
    Right.APPROVE: N_("approve dispatches in your name"),
    Right.ADMINISTER: N_("change the office itself, such as webhooks"),
}


class TokenForm(BaseModel):
    name: str = Field("", max_length=_LONGEST)
    scopes: list[Right] = Field(default_factory=list, max_length=len(Right))
    days: str = Field("90", max_length=10)

    def wanted_days(self) -> int | None:
        if self.days not in DAYS:
            raise BadInput(
                worded("A token is good for 1 to 3650 days."),
                to="days",
                mend=worded(
                    "Give fewer days, or none for a token that you end yourself."
                ),
            )
        return int(self.days) if self.days else None


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/account/tokens", include_in_schema=False)
    office = pages.office

    def page(
        request: Request,
        *,
        form: TokenForm | None = None,
        error: BadInput | None = None,
        made: str = "",
    ) -> Response:
        """*made* is a token that was made just now: it stands on this one page."""
        account = pages.account(request)
        with office.database.read() as session:
            rows = tokens.listed(session, account.id)
        now = office.clock.now()
        return pages.show(
            request,
            "tokens.html",
            account=account,
            status=400 if error else 200,
            good=[row for row in rows if row.is_good(now)],
            over=[row for row in rows if not row.is_good(now)],
            scopes={
                right: text for right, text in SCOPES.items() if may(account, right)
            },
            all_scopes=SCOPES,
            days=DAYS,
            form=form or TokenForm(scopes=[Right.READ]),
            error=error,
            made=made,
        )

    @found.get("")
    def show(request: Request) -> Response:
        return page(request)

    @found.post("")
    def make(request: Request, form: Annotated[TokenForm, Form()]) -> Response:
        """Answered with the page itself: an address or a cookie would keep the token."""
        account = pages.account(request)
        try:
            with office.database.write() as session:
                _, said = tokens.make(
                    session,
                    account,
                    name=form.name,
                    scopes=form.scopes,
                    days=form.wanted_days(),
                    ids=office.ids,
                    now=office.clock.now(),
                )
        except BadInput as refused:
            return page(request, form=form, error=refused)
        return page(request, made=said)

    @found.post("/{token_id}/end")
    def end(request: Request, token_id: RowId) -> Response:
        account = pages.account(request)
        with office.database.write() as session:
            now = office.clock.now()
            tokens.end(session, token_id, account_id=account.id, now=now)
        return back_to("/account/tokens")

    return found
