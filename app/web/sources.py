"""Sources: what is read, what is silent and why, and what each one brought."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

import monitor.report
from app.web import source_view
from app.web.pages import Pages, RowId
from monitor.catalogue import showing
from monitor.catalogue.showing import PAGE, WORST_FIRST, Wanted

Text = Annotated[str, Query(max_length=200)]


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/sources", include_in_schema=False)
    office = pages.office

    @found.get("")
    def listed(
        request: Request,
        state: Text = "",
        q: Text = "",
        after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    ) -> Response:
        account = pages.account(request)
        said = pages.words(request)
        now = office.clock.now()
        wanted = Wanted(
            state=state if state in set(WORST_FIRST) else "", text=q.strip()
        )
        with office.database.read() as session:
            counts = showing.counts(session)
            views = showing.sources(session, wanted, after=after, limit=PAGE + 1)
            # Nobody should have to look for what is wrong.
            is_front = wanted == Wanted() and not after
            first = showing.troubled(session) if is_front else []
            completeness = monitor.report.completeness(
                session, since=now - timedelta(days=1), until=now + timedelta(seconds=1)
            )
        return pages.show(
            request,
            "sources.html",
            account=account,
            counts=counts,
            wanted=wanted,
            rows=[
                source_view.row(one, said=said)
                for one in {one.id: one for one in [*first, *views[:PAGE]]}.values()
            ],
            speak=source_view.Speaking(said=said),
            further=views[PAGE - 1].id if len(views) > PAGE else None,
            completeness=completeness,
        )

    @found.get("/{source_id}")
    def one(request: Request, source_id: RowId) -> Response:
        return source_view.page(pages, request, source_id)

    return found
