"""A journalist's own link: GET shows the page, only POST unsubscribes (scanners click links).

POST asks for no cookie, no login and no redirect, as RFC 8058 wants it of one click.
"""

from fastapi import APIRouter, Depends, Request, Response

from app.web.limits import limit
from app.web.pages import Pages
from distributor.after.unsubscribe import asked, unsubscribe

PUBLIC = True


def router(pages: Pages) -> APIRouter:
    office = pages.office
    found = APIRouter(
        prefix="/u",
        include_in_schema=False,
        dependencies=[Depends(limit(office.timer))],
    )

    def show(request: Request, token: str, *, done: bool) -> Response:
        with office.database.read() as session:
            told = asked(session, token, links=office.links)
        return pages.show(
            request,
            "unsubscribe.html",
            account=None,
            language=told.language,
            of_review=told.of_review,
            token=token,
            done=done,
        )

    @found.get("/{token}")
    def ask(request: Request, token: str) -> Response:
        return show(request, token, done=False)

    @found.post("/{token}")
    def leave(request: Request, token: str) -> Response:
        with office.database.write() as session:
            unsubscribe(
                session,
                token,
                links=office.links,
                settings=office.settings,
                now=office.clock.now(),
            )
        return show(request, token, done=True)

    return found
