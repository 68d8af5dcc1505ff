"""Signing in and out, and choosing a language."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from app.web import sessions
from app.web.pages import LANGUAGE_COOKIE, Pages, back_to
from core.values import Language


def _own_path(asked: str) -> str:
    """Only a path of ours: never another site."""
    plain = asked.startswith("/") and not asked.startswith("//") and "\\" not in asked
    return asked if plain else "/"


def router(pages: Pages) -> APIRouter:
    found = APIRouter(include_in_schema=False)

    def secure(request: Request) -> bool:
        return request.url.scheme == "https" or (
            pages.office.settings.web.public_url.startswith("https://")
        )

    @found.get("/login")
    def ask(request: Request, next: str = "/") -> Response:  # noqa: A002 - the address's own word
        return pages.show(
            request, "login.html", account=None, next=_own_path(next), failed=False
        )

    @found.post("/login")
    def enter(
        request: Request,
        name: Annotated[str, Form()],
        password: Annotated[str, Form()],
        next: Annotated[str, Form()] = "/",  # noqa: A002
    ) -> Response:
        with pages.office.database.read() as session:
            account = sessions.sign_in(session, name=name, password=password)
        if account is None:
            return pages.show(
                request,
                "login.html",
                account=None,
                status=401,
                next=_own_path(next),
                failed=True,
            )
        answer = back_to(_own_path(next))
        answer.set_cookie(
            sessions.COOKIE,
            pages.sessions.start(account),
            httponly=True,
            samesite="lax",
            secure=secure(request),
        )
        return answer

    @found.post("/logout")
    def leave() -> RedirectResponse:
        answer = back_to("/login")
        answer.delete_cookie(sessions.COOKIE)
        return answer

    @found.get("/language/{language}")
    def choose(language: Language, next: str = "/") -> RedirectResponse:  # noqa: A002
        answer = back_to(_own_path(next))
        answer.set_cookie(LANGUAGE_COOKIE, language, samesite="lax", max_age=31536000)
        return answer

    return found
