"""One's second factor: set up by a square code, turned off, and the codes for when it is lost."""

from collections.abc import Sequence
from typing import Annotated

import segno
from fastapi import APIRouter, Form, Request, Response

from app.web.limits import caller
from app.web.pages import Looking, Pages, back_to
from core.accounts import second_factor, sessions
from core.errors import BadInput
from core.models import Account
from core.wording import worded


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/account/second-factor", include_in_schema=False)
    office = pages.office

    @found.get("")
    def show(request: Request) -> Response:
        return _page(pages, request, pages.looking(request).account)

    @found.post("/begin")
    def begin(request: Request) -> Response:
        account = pages.fresh(request).account
        with office.database.write() as session:
            second_factor.begin(
                session,
                account,
                vault=pages.vault,
                ids=office.ids,
                now=office.timer.stamp(),
            )
        return back_to("/account/second-factor")

    @found.post("/confirm")
    def confirm(
        request: Request, code: Annotated[str, Form(max_length=200)] = ""
    ) -> Response:
        looking = pages.fresh(request)
        try:
            codes = _confirmed(pages, request, looking, code)
        except BadInput as refused:
            return _page(pages, request, looking.account, error=refused)
        return _codes(pages, request, looking.account, codes)

    @found.post("/codes")
    def renew(request: Request) -> Response:
        account = pages.fresh(request).account
        with office.database.write() as session:
            if not second_factor.is_on(session, account.id):
                return back_to("/account/second-factor")
            codes = second_factor.renew_codes(session, account.id, ids=office.ids)
        return _codes(pages, request, account, codes)

    @found.post("/off")
    def turn_off(request: Request) -> Response:
        looking = pages.fresh(request)
        with office.database.write() as session:
            second_factor.turn_off(session, looking.account.id)
            sessions.end_all(session, looking.account.id, but=looking.session_id)
        return back_to("/account?done=off")

    return found


def _confirmed(
    pages: Pages, request: Request, looking: Looking, code: str
) -> Sequence[str]:
    """Turn it on; the recovery codes. Raises BadInput for a wrong code."""
    office, account = pages.office, looking.account
    _require_unhurried(pages, request, account)
    with office.database.write() as session:
        codes = second_factor.confirm(
            session,
            account.id,
            code,
            vault=pages.vault,
            ids=office.ids,
            now=office.timer.stamp(),
        )
        if codes is None:
            raise _wrong()
        # Whoever signed in elsewhere without it does so again.
        sessions.end_all(session, account.id, but=looking.session_id)
    return codes


def _page(
    pages: Pages,
    request: Request,
    account: Account,
    *,
    error: BadInput | None = None,
) -> Response:
    office = pages.office
    with office.database.read() as session:
        secret = second_factor.begun(session, account.id, vault=pages.vault)
        is_on = second_factor.is_on(session, account.id)
        left = second_factor.codes_left(session, account.id)
    return pages.show(
        request,
        "account_factor.html",
        account=account,
        status=400 if error else 200,
        is_on=is_on,
        is_required=office.settings.web.second_factor == "required",
        codes_left=left,
        secret=secret,
        square=_square(secret, account, office.settings.organisation.name)
        if secret
        else "",
        error=error,
    )


def _codes(
    pages: Pages, request: Request, account: Account, codes: Sequence[str]
) -> Response:
    """Shown this once: only hashes are kept."""
    return pages.show(request, "account_codes.html", account=account, codes=codes)


def _square(secret: str, account: Account, office: str) -> str:
    """The square code as an address of data, which no other page can ask for."""
    said = second_factor.address_of(secret, account.name, office=office)
    drawn = segno.make(said, error="m", micro=False)
    return drawn.svg_data_uri(scale=4, border=2, dark="#000", light="#fff")


def _require_unhurried(pages: Pages, request: Request, account: Account) -> None:
    key = f"setting up {account.id}"
    if pages.slowing.admit(name=key, address=caller(request)) > 0:
        raise BadInput(
            worded("There were too many tries."),
            to="code",
            mend=worded("Wait a few minutes and try again."),
        )


def _wrong() -> BadInput:
    return BadInput(
        worded("This code is not right."),
        to="code",
        mend=worded(
            "Wait for the next one, and see that your phone shows the right time."
        ),
    )
