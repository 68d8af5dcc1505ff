"""The information notice: what is kept of people, why, and their rights; for everybody to read."""

from importlib.metadata import version

from fastapi import APIRouter, Depends, Request, Response

from app.legal import gathering, notice
from app.web.limits import limit
from app.web.pages import Pages
from core.errors import NotFound
from core.i18n import Words, words
from core.values import SCREENS, Language
from core.wording import worded

PUBLIC = True


def router(pages: Pages) -> APIRouter:
    office = pages.office
    found = APIRouter(
        prefix="/privacy",
        include_in_schema=False,
        dependencies=[Depends(limit(office.timer))],
    )

    def shown(request: Request, said: Words) -> Response:
        with office.database.read() as session:
            told = gathering.gather(
                session, office, program=version("parution"), counts=False
            )
        page = pages.render(
            request,
            "privacy.html",
            account=None,
            addressed_in=said,
            sections=notice.sections(told, said),
        )
        return Response(page, media_type="text/html; charset=utf-8")

    @found.get("")
    def any_language(request: Request) -> Response:
        return shown(request, pages.words(request))

    @found.get("/{language}")
    def in_language(request: Request, language: str) -> Response:
        if language not in set(SCREENS):
            raise NotFound(
                worded("There is no such page."), to="language", mend=worded("Go back.")
            )
        return shown(request, words(Language(language)))

    return found
