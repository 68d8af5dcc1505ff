"""One article: what it says, what became of it, which releases it covers."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.web import article_view
from app.web.pages import Pages, RowId


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/articles", include_in_schema=False)

    @found.get("/{article_id}")
    def one(
        request: Request,
        article_id: RowId,
        version: Annotated[int, Query(ge=0, le=10_000)] = 0,
    ) -> Response:
        account = pages.account(request)
        said = pages.words(request)
        with pages.office.database.read() as session:
            view = article_view.view(session, article_id, number=version)
        return pages.show(
            request,
            "article.html",
            account=account,
            article=view,
            change_name=lambda change: article_view.change_name(change, said=said),
        )

    return found
