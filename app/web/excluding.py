"""From a rejected article to a watch that leaves its like out: one outlet, for one word."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

import monitor.report
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import BadInput
from monitor import watches


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/coverage", include_in_schema=False)
    office = pages.office

    @found.get("/{coverage_id}/exclude")
    def choose(
        request: Request,
        coverage_id: RowId,
        watch: RowId | None = None,
        word: Annotated[str, Query(max_length=100)] = "",
    ) -> Response:
        """Which watch and which word; with both, on to the watch, tried before it is saved."""
        account = pages.account(request, Right.WATCH)
        error = None
        with office.database.read() as session:
            line = monitor.report.evidence(session, coverage_id).line
            selected = watches.of_article(session, line.article_id)
            chosen = next((one for one in selected if one.id == watch), None)
        if chosen is not None:
            try:
                query = watches.excluding(chosen.query, outlet=line.outlet, word=word)
                return back_to(f"/watches/{chosen.id}?q={quote(query, safe='')}")
            except BadInput as refused:
                error = refused
        return pages.show(
            request,
            "exclude.html",
            account=account,
            status=400 if error else 200,
            line=line,
            watches=selected,
            watch=watch,
            word=word,
            error=error,
        )

    return found
