"""Choosing a new password behind a link that an administrator gave: once, and soon."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from app.web import new_password
from app.web.limits import limit
from app.web.new_password import NewPassword
from app.web.pages import Pages, back_to
from core.accounts import once, people
from core.accounts.once import Purpose
from core.errors import BadInput, NotFound
from core.models import Account
from core.wording import worded


def router(pages: Pages) -> APIRouter:
    office = pages.office
    found = APIRouter(
        prefix="/reset",
        include_in_schema=False,
        dependencies=[Depends(limit(office.timer))],
    )

    def page(
        request: Request, account: Account, error: BadInput | None = None
    ) -> Response:
        return pages.show(
            request,
            "reset.html",
            account=None,
            status=400 if error else 200,
            person=account,
            least=office.settings.web.least_password,
            error=error,
        )

    @found.get("/{token}")
    def show(request: Request, token: str) -> Response:
        """A mail program that looks into the link uses nothing up."""
        return page(request, _owner(pages, token))

    @found.post("/{token}")
    def choose(
        request: Request, token: str, form: Annotated[NewPassword, Form()]
    ) -> Response:
        account = _owner(pages, token)
        try:
            made = new_password.made(office, form, name=account.name)
        except BadInput as refused:
            return page(request, account, refused)
        with office.database.write() as session:
            opened = once.take(session, Purpose.RESET, token, now=office.timer.stamp())
            if opened is None or opened.account_id is None:
                raise _used()
            people.set_password(session, people.by_id(session, opened.account_id), made)
        return back_to("/login")

    return found


def _owner(pages: Pages, token: str) -> Account:
    now = pages.office.timer.stamp()
    with pages.office.database.read() as session:
        opened = once.look(session, Purpose.RESET, token, now=now)
        if opened is None or opened.account_id is None:
            raise _used()
        account = people.by_id(session, opened.account_id)
    if account.disabled_at is not None:
        raise _used()
    return account


def _used() -> NotFound:
    return NotFound(
        worded("This link was used already, or it is too old."),
        to="link",
        mend=worded("Ask an administrator of this office for a new one."),
    )
