"""Today: what leaves next, what was found, which sources are silent."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

import distributor.report
import monitor.report
from app.reviews import editions
from app.web import dispatch_view, source_view
from app.web.pages import Pages
from core.zones import wall_of
from distributor.sending import control

_SHOWN = 8


def router(pages: Pages) -> APIRouter:
    found = APIRouter(include_in_schema=False)

    @found.get("/")
    def today(request: Request) -> Response:
        account = pages.account(request)
        now = pages.office.clock.now()
        settings = pages.office.settings
        with pages.office.database.read() as session:
            upcoming = distributor.report.upcoming(session)
            lines = monitor.report.coverage(session, since=now - timedelta(days=7))
            completeness = monitor.report.completeness(
                session, since=now - timedelta(days=1), until=now + timedelta(seconds=1)
            )
            day = wall_of(now, settings.organisation.zone).date()
            editions_due = editions.today(session, settings=settings, now=now)
            return pages.show(
                request,
                "today.html",
                account=account,
                upcoming=upcoming,
                to_approve=dispatch_view.waits_for(
                    session, pages.office, upcoming, account
                ),
                leaving=[one for one in upcoming if control.undoable(one, now=now)],
                recent=distributor.report.dispatches(session, most=_SHOWN),
                lines=lines[:_SHOWN],
                line_count=len(lines),
                completeness=completeness,
                proposals=monitor.report.open_proposals(session),
                alerts=source_view.alerts(session, said=pages.words(request)),
                day=day,
                editions_due=editions_due,
            )

    return found
