"""A journalist's own link: GET shows the page, only POST unsubscribes (scanners click links)."""

from fastapi import APIRouter, Request, Response

from app.web.pages import Pages
from distributor.after.unsubscribe import unsubscribe


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/u", include_in_schema=False)

    @found.get("/{token}")
    def ask(request: Request, token: str) -> Response:
        return pages.show(
            request, "unsubscribe.html", account=None, token=token, done=False
        )

    @found.post("/{token}")
    def leave(request: Request, token: str) -> Response:
        with pages.office.database.write() as session:
            unsubscribe(
                session,
                token,
                links=pages.office.links,
                settings=pages.office.settings,
                now=pages.office.clock.now(),
            )
        return pages.show(
            request, "unsubscribe.html", account=None, token=token, done=True
        )

    return found
