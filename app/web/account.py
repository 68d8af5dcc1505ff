"""One's own account: the password, and where one is signed in."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from pydantic import Field

from app.web import new_password
from app.web.addresses import passkey_site
from app.web.agents import agent_name
from app.web.limits import caller
from app.web.new_password import NewPassword
from app.web.pages import Looking, Pages, RowId, back_to
from app.web.sessions import hashing
from core.accounts import (
    identities,
    passkeys,
    passwords,
    people,
    second_factor,
    sessions,
)
from core.errors import BadInput
from core.wording import worded

_DONE: Final = frozenset({"password", "passkey", "removed", "ended", "off", "linked"})


class PasswordForm(NewPassword):
    current: str = Field("", max_length=10_000)


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/account", include_in_schema=False)
    office = pages.office

    @found.get("")
    def show(request: Request, done: str = "") -> Response:
        looking = pages.looking(request)
        return page(pages, request, looking, done=done if done in _DONE else "")

    @found.post("/password")
    def change(request: Request, form: Annotated[PasswordForm, Form()]) -> Response:
        looking = _known(pages, request)
        account = looking.account
        try:
            _require_current(pages, request, looking, form.current)
            made = new_password.made(office, form, name=account.name)
        except BadInput as refused:
            return page(pages, request, looking, error=refused)
        with office.database.write() as session:
            people.set_password(session, people.by_id(session, account.id), made)
            # All sessions have ended: this browser goes on under a new id.
            token = pages.sessions.start(session, account, request, how="password")
        answer = back_to("/account?done=password")
        pages.sessions.give(request, answer, token)
        return answer

    @found.post("/sessions/end-others")
    def end_others(request: Request) -> Response:
        looking = pages.looking(request)
        with office.database.write() as session:
            sessions.end_all(session, looking.account.id, but=looking.session_id)
        return back_to("/account?done=ended")

    @found.post("/sessions/{session_id}/end")
    def end(request: Request, session_id: RowId) -> Response:
        looking = pages.looking(request)
        with office.database.write() as session:
            sessions.end(session, session_id, account_id=looking.account.id)
        return back_to("/account?done=ended")

    return found


def page(
    pages: Pages,
    request: Request,
    looking: Looking,
    *,
    done: str = "",
    error: BadInput | None = None,
) -> Response:
    office, account = pages.office, looking.account
    with office.database.read() as session:
        values: dict[str, Any] = {
            "is_on": second_factor.is_on(session, account.id),
            "codes_left": second_factor.codes_left(session, account.id),
            "passkeys": passkeys.listed(session, account.id),
            "is_linked": identities.is_linked(session, account.id),
            "sessions": sessions.listed(
                session,
                account.id,
                now=office.timer.stamp(),
                limits=pages.sessions.limits,
            ),
        }
    web = office.settings.web
    return pages.show(
        request,
        "account.html",
        account=account,
        status=400 if error else 200,
        looking=looking,
        least=web.least_password,
        takes_passkeys=passkey_site(office.settings, request) is not None,
        directory=(web.oidc.name or web.oidc.issuer) if web.oidc.issuer else "",
        agent_name=agent_name,
        done=done,
        error=error,
        **values,
    )


def _known(pages: Pages, request: Request) -> Looking:
    """Who has no password yet says nothing of it, so must have signed in just now."""
    looking = pages.looking(request)
    return looking if looking.account.password_hash else pages.fresh(request)


def _require_current(
    pages: Pages, request: Request, looking: Looking, current: str
) -> None:
    account, address = looking.account, caller(request)
    if not account.password_hash:
        return
    if pages.slowing.admit(name=account.name, address=address) > 0:
        raise BadInput(
            worded("There were too many tries."),
            to="current",
            mend=worded("Wait a few minutes and try again."),
        )
    with hashing():
        is_right = passwords.is_right(account.password_hash, current)
    if not is_right:
        raise BadInput(
            worded("This is not your password."),
            to="current",
            mend=worded("Type the one you sign in with now."),
        )
    pages.slowing.welcome(name=account.name, address=address)
