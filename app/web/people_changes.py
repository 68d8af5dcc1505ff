"""What an administrator changes of an account: its role, whether it may sign in, its sessions."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from app.web import people as people_pages
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right, once, people, second_factor, sessions
from core.accounts.once import Purpose
from core.errors import Conflict
from core.log import logger
from core.models import Account
from core.values import Role

_log = logger("web")


class What(StrEnum):
    """What else may be done to an account, each by its own button."""

    DISABLE = "disable"
    ENABLE = "enable"
    END_SESSIONS = "end-sessions"
    REMOVE_FACTOR = "remove-factor"


Change = Callable[[Session, Account, Account], None]


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/people", include_in_schema=False)
    office = pages.office

    @found.post("/{account_id}/role")
    def give_role(
        request: Request, account_id: RowId, role: Annotated[Role, Form()]
    ) -> Response:
        def given(session: Session, account: Account, by: Account) -> None:
            people.change_role(session, account, role, by=by)

        return _change(pages, request, account_id, given, done="role")

    @found.post("/{account_id}/{what}")
    def change(request: Request, account_id: RowId, what: What) -> Response:
        make, done = _CHANGES[what]
        now = office.clock.now()

        def changed(session: Session, account: Account, by: Account) -> None:
            make(session, account, by, now)

        return _change(pages, request, account_id, changed, done=done)

    return found


def _disable(session: Session, account: Account, by: Account, now: datetime) -> None:
    people.disable(session, account, now=now, by=by)


def _enable(session: Session, account: Account, _: Account, __: datetime) -> None:
    people.enable(session, account)


def _end_sessions(session: Session, account: Account, _: Account, __: datetime) -> None:
    sessions.end_all(session, account.id)


def _remove_factor(
    session: Session, account: Account, _: Account, __: datetime
) -> None:
    second_factor.turn_off(session, account.id)
    once.end(session, Purpose.SECOND_STEP, account_id=account.id)
    sessions.end_all(session, account.id)


_CHANGES: Final = {
    What.DISABLE: (_disable, "disabled"),
    What.ENABLE: (_enable, "enabled"),
    What.END_SESSIONS: (_end_sessions, "ended"),
    What.REMOVE_FACTOR: (_remove_factor, "factor"),
}


def _change(
    pages: Pages, request: Request, account_id: int, change: Change, *, done: str
) -> Response:
    by = pages.fresh(request, Right.ADMINISTER).account
    try:
        with pages.office.database.write() as session:
            change(session, people.by_id(session, account_id), by)
    except Conflict as refused:
        return people_pages.person(pages, request, by, account_id, error=refused)
    _log.info("account.changed", account=account_id, by=by.id, what=done)
    return back_to(f"/people/{account_id}?done={done}")
