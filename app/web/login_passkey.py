"""Signing in with a passkey: nothing is typed, the device says whose it is."""

import json
import math
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import Field

from app.web.again import MOST_SIZE
from app.web.entering import enter, shown
from app.web.limits import caller, limit
from app.web.pages import Pages
from app.web.passkey_steps import Made, challenge_of, site_of, step_of
from core.accounts import once, passkeys
from core.accounts.once import Purpose
from core.errors import BadInput
from core.ids import random_bytes
from core.wording import worded


class Entering(Made):
    next: str = Field("/", max_length=2_000)
    kept: str = Field("", max_length=2 * MOST_SIZE)


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/login/passkey", include_in_schema=False)
    office = pages.office

    @found.post("/wish", dependencies=[Depends(limit(office.timer))])
    def wish_to_enter(request: Request) -> Mapping[str, Any]:
        site, challenge = site_of(pages, request), random_bytes(office.ids)
        with office.database.write() as session:
            step = step_of(pages, session, Purpose.PASSKEY_IN, challenge)
        said = passkeys.wish_to_enter(site=site, challenge=challenge)
        return {"step": step, "options": json.loads(said)}

    @found.post("")
    def by_passkey(request: Request, form: Annotated[Entering, Form()]) -> Response:
        return _by_passkey(pages, request, form)

    return found


def _by_passkey(pages: Pages, request: Request, form: Entering) -> Response:
    office, now = pages.office, pages.office.timer.stamp()
    address = caller(request)
    # Its name is not known before it is proved: only the address is slowed.
    wait = math.ceil(pages.slowing.admit(name=f"key {address}", address=address))
    if wait:
        return shown(
            pages, request, status=429, onward=form.next, kept=form.kept, wait=wait
        )
    with office.database.write() as session:
        opened = once.take(session, Purpose.PASSKEY_IN, form.step, now=now)
    with office.database.write() as session:
        account = (
            passkeys.owner(
                session,
                form.credential,
                site=site_of(pages, request),
                challenge=challenge_of(opened, None),
                now=now,
            )
            if opened is not None
            else None
        )
    if account is None:
        return shown(
            pages,
            request,
            status=401,
            onward=form.next,
            kept=form.kept,
            error=BadInput(
                worded("The passkey could not be used."),
                to="passkey",
                mend=worded("Try again, or sign in with your password."),
            ),
        )
    pages.slowing.welcome(name=f"key {address}", address=address)
    return enter(
        pages, request, account, how="passkey", onward=form.next, kept=form.kept
    )
