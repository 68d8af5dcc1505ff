"""What the desk's decisions teach."""

from fastapi import APIRouter, Request, Response

from app.web.pages import Pages
from core.reporting.reasons import rejections
from monitor import learning


def router(pages: Pages) -> APIRouter:
    found = APIRouter(include_in_schema=False)
    office = pages.office

    @found.get("/lessons")
    def lessons(request: Request) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            learnt = learning.learnt(session)
        return pages.show(
            request,
            "lessons.html",
            account=account,
            learnt=learnt,
            is_on=office.settings.matching.lessons,
            names=rejections(pages.words(request)),
        )

    return found
