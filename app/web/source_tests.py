"""A source tried now: what it would bring, and nothing is stored."""

from fastapi import APIRouter, Request, Response

from app.web import source_view
from app.web.pages import Pages, RowId
from core.accounts import Right
from core.errors import Conflict
from core.wording import worded
from core.zones import zone
from monitor.catalogue import KINDS, showing
from monitor.catalogue.options import OPTIONS, ROBOTS_AGREEMENT
from monitor.discovery import examine
from monitor.discovery.known import known_of
from monitor.sources.base import Transport


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/sources", include_in_schema=False)
    office = pages.office

    @found.post("/{source_id}/test")
    def tried(request: Request, source_id: RowId) -> Response:
        account = pages.account(request, Right.WATCH)
        said, now = pages.words(request), office.clock.now()
        with office.database.read() as session:
            view = showing.source(session, source_id).view
        if KINDS[view.kind].transport is not Transport.WEB:
            raise Conflict(
                worded("Only what is on the web can be tried."),
                to=f"source {source_id}",
                mend=worded("Look at what it brought."),
            )
        # No transaction is open while the site is asked.
        examined = examine(
            office.web,
            view.url,
            read=source_view.reader(office),
            now=now,
            zone=zone(office.settings.organisation.zone),
            kind=view.kind,
            options={name: view.options.get(name, "") for name in OPTIONS},
            robots=not view.options.get(ROBOTS_AGREEMENT),
        )
        with office.database.read() as session:
            known = known_of(session, [one.url for one in examined.entries])
        speak = source_view.Speaking(said=said)
        return pages.show(
            request,
            "source_tried.html",
            account=account,
            row=source_view.row(view, said=said),
            tried=examined,
            fault=speak.fault(examined.fault, examined.detail)
            if examined.fault
            else None,
            new_count=sum(one.url not in known for one in examined.entries),
            speak=speak,
        )

    return found
