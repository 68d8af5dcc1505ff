"""The people of the office: added by a link, given a role, disabled, helped back in."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.web.addresses import office_address
from app.web.pages import Pages, RowId
from core.accounts import (
    Right,
    passkeys,
    people,
    second_factor,
    sessions,
)
from core.errors import BadInput, Conflict, OfficeError
from core.log import logger
from core.models import Account
from core.values import Role

_log = logger("web")
_A_PAGE: Final = 100
_DONE: Final = frozenset({"role", "disabled", "enabled", "ended", "factor"})


class Invitation(BaseModel):
    name: str = Field("", max_length=500)
    role: Role = Role.READER


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/people", include_in_schema=False)
    office = pages.office

    @found.get("")
    def show(
        request: Request, after: Annotated[str, Query(max_length=200)] = ""
    ) -> Response:
        looking = pages.account(request, Right.ADMINISTER)
        return _list(pages, request, looking, after=after)

    @found.post("")
    def add(request: Request, form: Annotated[Invitation, Form()]) -> Response:
        by = pages.fresh(request, Right.ADMINISTER).account
        try:
            with office.database.write() as session:
                account = people.invite(
                    session, name=form.name, role=form.role, now=office.clock.now()
                )
                token = _reset_token(pages, session, account)
        except BadInput as refused:
            return _list(pages, request, by, typed=form, error=refused)
        _log.info("account.invited", account=account.id, by=by.id)
        return _link(pages, request, by, account, token, is_new=True)

    @found.get("/{account_id}")
    def one(request: Request, account_id: RowId, done: str = "") -> Response:
        by = pages.account(request, Right.ADMINISTER)
        return person(pages, request, by, account_id, done=done)

    @found.post("/{account_id}/reset")
    def reset(request: Request, account_id: RowId) -> Response:
        by = pages.fresh(request, Right.ADMINISTER).account
        try:
            with office.database.write() as session:
                account = people.by_id(session, account_id)
                token = _reset_token(pages, session, account)
        except Conflict as refused:
            return person(pages, request, by, account_id, error=refused)
        _log.info("account.reset", account=account_id, by=by.id)
        return _link(pages, request, by, account, token, is_new=False)

    return found


def _reset_token(pages: Pages, session: Session, account: Account) -> str:
    office = pages.office
    return people.reset(session, account, ids=office.ids, now=office.timer.stamp())


def _link(
    pages: Pages,
    request: Request,
    by: Account,
    account: Account,
    token: str,
    *,
    is_new: bool,
) -> Response:
    """Shown this once: only its hash is kept."""
    return pages.show(
        request,
        "people_link.html",
        account=by,
        person=account,
        link=f"{office_address(pages.office.settings)}/reset/{token}",
        is_new=is_new,
    )


def _list(
    pages: Pages,
    request: Request,
    by: Account,
    *,
    after: str = "",
    typed: Invitation | None = None,
    error: BadInput | None = None,
) -> Response:
    with pages.office.database.read() as session:
        found = session.scalars(
            select(Account)
            .where(Account.name > after)
            .order_by(Account.name)
            .limit(_A_PAGE + 1)
        ).all()
    return pages.show(
        request,
        "people.html",
        account=by,
        status=400 if error else 200,
        people_here=found[:_A_PAGE],
        after=found[_A_PAGE - 1].name if len(found) > _A_PAGE else "",
        roles=list(Role),
        typed=typed or Invitation(),
        error=error,
    )


def person(
    pages: Pages,
    request: Request,
    by: Account,
    account_id: int,
    *,
    done: str = "",
    error: OfficeError | None = None,
) -> Response:
    office = pages.office
    with office.database.read() as session:
        values: dict[str, Any] = {
            "person": people.by_id(session, account_id),
            "is_on": second_factor.is_on(session, account_id),
            "passkeys": passkeys.listed(session, account_id),
            "sessions": sessions.listed(
                session,
                account_id,
                now=office.timer.stamp(),
                limits=pages.sessions.limits,
            ),
        }
    return pages.show(
        request,
        "person.html",
        account=by,
        status=409 if error else 200,
        roles=list(Role),
        is_self=by.id == account_id,
        done=done if done in _DONE else "",
        error=error,
        **values,
    )
