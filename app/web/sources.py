"""Sources: what is read, and what is silent."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

import monitor.report
from app.web.pages import Pages


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/sources", include_in_schema=False)

    @found.get("")
    def listed(request: Request) -> Response:
        account = pages.account(request)
        now = pages.office.clock.now()
        with pages.office.database.read() as session:
            lines = monitor.report.sources(session)
            completeness = monitor.report.completeness(
                session, since=now - timedelta(days=1), until=now + timedelta(seconds=1)
            )
        return pages.show(
            request,
            "sources.html",
            account=account,
            lines=lines,
            completeness=completeness,
        )

    return found
