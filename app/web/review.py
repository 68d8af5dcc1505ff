"""The review: the editions there are, one of them and its files."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from app.reviews import editions
from app.reviews.calendar import Slot
from app.web.pages import Day, Pages
from app.web.report_view import LayoutName, file, formats, on_page

# What is edited on a day: morning, flash-1300.
Name = Annotated[str, Path(pattern=r"^(morning|flash-\d{4})$")]


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/review", include_in_schema=False)
    office = pages.office

    @found.get("")
    def listed(request: Request) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            return pages.show(
                request,
                "reviews.html",
                account=account,
                editions=editions.editions(session),
                coming=editions.today(
                    session, settings=office.settings, now=office.clock.now()
                ),
                path_of=path_of,
            )

    def page(request: Request, day: Day, name: str) -> Response:
        account = pages.account(request)
        slot = slot_of(pages, day, name)
        with office.database.read() as session:
            row = editions.edition(session, slot.key)
            report = editions.preview(
                session, slot, settings=office.settings, now=office.clock.now()
            )
        return pages.show(
            request,
            "review_page.html",
            account=account,
            report=report,
            body=on_page(report, pages.words(request)),
            row=row,
            seen=editions.digest(row) if row is not None else "",
            slot=slot,
            path=path_of(slot.key),
            formats=formats(),
            can_freeze=slot.until <= office.clock.now(),
        )

    @found.get("/{day}")
    def morning(request: Request, day: Day) -> Response:
        return page(request, day, "morning")

    @found.get("/{day}/{name}")
    def one(request: Request, day: Day, name: Name) -> Response:
        return page(request, day, name)

    @found.get("/{day}/{name}/file/{format_name}")
    def kept(
        request: Request,
        day: Day,
        name: Name,
        format_name: str,
        layout: LayoutName = "",
    ) -> Response:
        pages.account(request)
        slot = slot_of(pages, day, name)
        with office.database.read() as session:
            report = editions.preview(
                session, slot, settings=office.settings, now=office.clock.now()
            )
        return file(
            pages,
            report,
            name=f"review-{day.isoformat()}-{name}",
            format_name=format_name,
            layout=layout,
        )

    return found


def path_of(key: str) -> str:
    return f"/review/{key}"


def slot_of(pages: Pages, day: Day, name: str) -> Slot:
    with pages.office.database.read() as session:
        return editions.slot(
            session, f"{day.isoformat()}/{name}", pages.office.settings
        )
