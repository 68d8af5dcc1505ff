"""Signing in by name and password, with a code where one is wanted; out; and the language."""

import math
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse
from pydantic import BaseModel, Field

from app.web.again import MOST_SIZE, Again
from app.web.entering import RETRY, enter, shown, wants_code
from app.web.limits import caller
from app.web.own_paths import own_path
from app.web.pages import LANGUAGE_COOKIE, Pages, back_to
from app.web.sessions import hashing
from core import accounts
from core.accounts import once, passwords, people, second_factor
from core.accounts.once import Purpose
from core.log import logger
from core.models import Account
from core.values import Language

_log = logger("web")
_LONGEST: Final = 2_000


class LoginForm(BaseModel):
    """`kept` is what was typed elsewhere when the session had ended."""

    name: str = Field(max_length=_LONGEST)
    password: str = Field(max_length=_LONGEST)
    next: str = Field("/", max_length=_LONGEST)
    kept: str = Field("", max_length=2 * MOST_SIZE)


class CodeForm(BaseModel):
    step: str = Field(max_length=_LONGEST)
    code: str = Field(max_length=_LONGEST)
    next: str = Field("/", max_length=_LONGEST)
    kept: str = Field("", max_length=2 * MOST_SIZE)


def router(pages: Pages) -> APIRouter:
    found = APIRouter(include_in_schema=False)

    @found.get("/login")
    def ask(request: Request, next: str = "/") -> Response:  # noqa: A002 - the address's own word
        return shown(pages, request, onward=next)

    @found.post("/login")
    def by_password(request: Request, form: Annotated[LoginForm, Form()]) -> Response:
        return _by_password(pages, request, form)

    @found.post("/login/code")
    def by_code(request: Request, form: Annotated[CodeForm, Form()]) -> Response:
        return _by_code(pages, request, form)

    @found.post("/logout")
    def leave(request: Request) -> RedirectResponse:
        answer = back_to("/login")
        pages.sessions.leave(request, answer)
        # What the browser kept of the office goes with the session (over https).
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        _log.info("account.signed-out")
        return answer

    @found.get("/language/{language}")
    def choose(
        request: Request,
        language: Language,
        next: str = "/",  # noqa: A002 - the address's own word
    ) -> RedirectResponse:
        answer = back_to(own_path(next))
        answer.set_cookie(
            LANGUAGE_COOKIE,
            language,
            samesite="lax",
            max_age=31536000,
            secure=pages.sessions.is_secure(request),
            httponly=True,
        )
        return answer

    return found


def ask_again(pages: Pages, request: Request, kept: Again | None) -> Response:
    """For a form whose session has ended: sign in right here, and it is sent again."""
    if "text/html" not in request.headers.get("accept", "text/html"):
        return PlainTextResponse("Sign in first.", 401)
    return shown(
        pages,
        request,
        status=401,
        kept=kept.model_dump_json() if kept is not None else "",
        is_ended=True,
    )


def _by_password(pages: Pages, request: Request, form: LoginForm) -> Response:
    name, address = " ".join(form.name.split()), caller(request)
    wait = math.ceil(pages.slowing.admit(name=name, address=address))
    if wait:
        return shown(
            pages,
            request,
            status=429,
            onward=form.next,
            kept=form.kept,
            wait=wait,
            name=name,
        )
    account = _proved(pages, name, form.password)
    if account is None:
        _log.info("account.refused", from_address=address)
        return shown(
            pages,
            request,
            status=401,
            onward=form.next,
            kept=form.kept,
            failed=True,
            name=name,
        )
    if pages.office.settings.web.oidc.issuer:
        _log.warning("account.local-password-used", account=account.id)
    if not wants_code(pages, account):
        return enter(
            pages,
            request,
            account,
            how="password",
            onward=form.next,
            kept=form.kept,
        )
    with pages.office.database.write() as session:
        step = once.make(
            session,
            Purpose.SECOND_STEP,
            ids=pages.office.ids,
            now=pages.office.timer.stamp(),
            account_id=account.id,
        )
    return _code_page(pages, request, step, form)


def _proved(pages: Pages, name: str, password: str) -> Account | None:
    database = pages.office.database
    with hashing():
        with database.read() as session:
            account = accounts.sign_in(session, name=name, password=password)
        if account is None or not passwords.is_outdated(account.password_hash):
            return account
        renewed = passwords.hashed(password)
    # Hashed as we hash today; nothing else changes, so nobody is signed out.
    with database.write() as session:
        people.by_id(session, account.id).password_hash = renewed
    return account


def _by_code(pages: Pages, request: Request, form: CodeForm) -> Response:
    office, now = pages.office, pages.office.timer.stamp()
    with office.database.read() as session:
        opened = once.look(session, Purpose.SECOND_STEP, form.step, now=now)
        account = (
            people.by_id(session, opened.account_id)
            if opened is not None and opened.account_id is not None
            else None
        )
    if account is None or account.disabled_at is not None:
        return shown(
            pages,
            request,
            status=401,
            onward=form.next,
            kept=form.kept,
            is_ended=True,
        )
    key, address = f"code of {account.id}", caller(request)
    wait = math.ceil(pages.slowing.admit(name=key, address=address))
    if wait:
        return _code_page(pages, request, form.step, form, wait=wait)
    with office.database.write() as session:
        is_right = second_factor.accept(
            session, account.id, form.code, vault=pages.vault, now=now
        ) and bool(once.take(session, Purpose.SECOND_STEP, form.step, now=now))
    if not is_right:
        return _code_page(pages, request, form.step, form, failed=True)
    pages.slowing.welcome(name=key, address=address)
    return enter(
        pages, request, account, how="password", onward=form.next, kept=form.kept
    )


def _code_page(
    pages: Pages,
    request: Request,
    step: str,
    form: LoginForm | CodeForm,
    *,
    failed: bool = False,
    wait: int = 0,
) -> Response:
    answer = pages.show(
        request,
        "login_code.html",
        account=None,
        status=429 if wait else 401 if failed else 200,
        step=step,
        next=own_path(form.next),
        kept=form.kept,
        failed=failed,
        wait=wait,
    )
    if wait:
        answer.headers[RETRY] = str(wait)
    return answer
