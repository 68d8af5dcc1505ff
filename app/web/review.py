"""The review: the editions there are, and one of them."""

from fastapi import APIRouter, Request, Response

from app.reviews import editions
from app.web.pages import Day, Pages
from core.zones import wall_of


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/review", include_in_schema=False)
    office = pages.office

    @found.get("")
    def listed(request: Request) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            every = editions.editions(session)
        today = wall_of(office.clock.now(), office.settings.organisation.zone).date()
        return pages.show(
            request, "reviews.html", account=account, editions=every, today=today
        )

    @found.get("/{day}")
    def one(request: Request, day: Day) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            frozen = editions.edition(session, day)
            report = editions.preview(
                session, day=day, settings=office.settings, now=office.clock.now()
            )
        return pages.show(
            request, "review_page.html", account=account, report=report, frozen=frozen
        )

    return found
