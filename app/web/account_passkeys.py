"""Passkeys of one's own account: made, named and removed."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import Field

from app.web import account as account_page
from app.web.pages import Pages, RowId, back_to
from app.web.passkey_steps import Made, challenge_of, site_of, step_of
from core.accounts import once, passkeys
from core.accounts.once import Purpose
from core.errors import BadInput, NotFound
from core.ids import random_bytes


class NewKey(Made):
    name: str = Field("", max_length=200)


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/account/passkeys", include_in_schema=False)
    office = pages.office

    @found.post("/wish")
    def wish_for_new(request: Request) -> Mapping[str, Any]:
        account = pages.fresh(request).account
        site, challenge = site_of(pages, request), random_bytes(office.ids)
        with office.database.write() as session:
            said = passkeys.wish_for_new(
                session, account, site=site, challenge=challenge
            )
            step = step_of(pages, session, Purpose.PASSKEY_NEW, challenge, account.id)
        return {"step": step, "options": json.loads(said)}

    @found.post("")
    def keep(request: Request, form: Annotated[NewKey, Form()]) -> Response:
        looking = pages.fresh(request)
        try:
            _keep(pages, request, form, looking.account.id)
        except BadInput as refused:
            return account_page.page(pages, request, looking, error=refused)
        return back_to("/account?done=passkey")

    @found.post("/{passkey_id}/remove")
    def remove(request: Request, passkey_id: RowId) -> Response:
        account = pages.fresh(request).account
        with office.database.write() as session:
            passkeys.remove(session, passkey_id, account_id=account.id)
        return back_to("/account?done=removed")

    @found.post("/{passkey_id}/name")
    def rename(
        request: Request,
        passkey_id: RowId,
        name: Annotated[str, Form(max_length=200)] = "",
    ) -> Response:
        looking = pages.looking(request)
        try:
            with office.database.write() as session:
                passkeys.rename(
                    session, passkey_id, name, account_id=looking.account.id
                )
        except NotFound:
            raise
        except BadInput as refused:
            return account_page.page(pages, request, looking, error=refused)
        return back_to("/account")

    return found


def _keep(pages: Pages, request: Request, form: NewKey, account_id: int) -> None:
    office, now = pages.office, pages.office.timer.stamp()
    # Used up before it is looked at, so that nothing is tried twice.
    with office.database.write() as session:
        opened = once.take(session, Purpose.PASSKEY_NEW, form.step, now=now)
    with office.database.write() as session:
        passkeys.keep(
            session,
            account_id,
            form.credential,
            name=form.name,
            site=site_of(pages, request),
            challenge=challenge_of(opened, account_id),
            now=now,
        )
