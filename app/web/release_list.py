"""The list of releases, their calendar, and a new draft."""

import re
from datetime import date
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field

from app.web.pages import Pages, back_to
from core.accounts import Right
from core.errors import BadInput
from core.values import Language, ReleaseKind
from core.zones import wall_of
from distributor.releases import drafting, listing, months
from distributor.releases.listing import Stage, Wish

_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_FIRST_YEAR: Final = 1990
_LAST_YEAR: Final = 2200
_DECEMBER: Final = 12


class Filter(BaseModel):
    """Everything of the list's address; what is no filter of ours asks for nothing."""

    kind: str = Field("", max_length=40)
    state: str = Field("", max_length=40)
    year: str = Field("", max_length=10)
    q: str = Field("", max_length=200)
    missing: str = Field("", max_length=10)
    before: int = Field(0, ge=0, le=2**31 - 1)

    def wish(self) -> Wish:
        return Wish(
            kind=self.kind if self.kind in set(ReleaseKind) else "",
            stage=self.state if self.state in set(Stage) else "",
            year=int(self.year) if re.fullmatch(r"\d{4}", self.year) else 0,
            words=self.q,
            missing=self.missing if self.missing in set(Language) else "",
            before=self.before,
        )

    def address(self, **changes: object) -> str:
        told = {**self.model_dump(), **changes}
        asked = urlencode({name: value for name, value in told.items() if value})
        return f"/releases?{asked}" if asked else "/releases"


class NewForm(BaseModel):
    kind: str = Field(ReleaseKind.COMMUNIQUE, max_length=40)
    number: str = Field("", max_length=60)
    parent: str = Field("", max_length=60)


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/releases", include_in_schema=False)
    office = pages.office

    @found.get("")
    def listed(request: Request, asked: Annotated[Filter, Query()]) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            page = listing.page(
                session, asked.wish(), approves=office.settings.approval != "off"
            )
            years = listing.years(session)
        return pages.show(
            request,
            "releases.html",
            account=account,
            page=page,
            asked=asked,
            years=years,
            kinds=tuple(ReleaseKind),
            stages=tuple(Stage),
            spoken=tuple(Language),
            older=asked.address(before=page.older),
            newest=asked.address(before=0),
        )

    @found.get("/calendar")
    def calendar(
        request: Request, month: Annotated[str, Query(max_length=20)] = ""
    ) -> Response:
        account = pages.account(request)
        zone = office.settings.organisation.zone
        today = wall_of(office.clock.now(), zone).date()
        first = _first(month) or today.replace(day=1)
        with office.database.read() as session:
            weeks = months.weeks(session, first.year, first.month, zone=zone)
        return pages.show(
            request,
            "calendar.html",
            account=account,
            weeks=weeks,
            first=first,
            today=today,
            before=_moved(first, -1),
            after=_moved(first, 1),
        )

    def new_page(
        request: Request, form: NewForm, error: BadInput | None = None
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        with office.database.read() as session:
            proposed = drafting.proposed(
                session,
                zone=office.settings.organisation.zone,
                now=office.clock.now(),
            )
        return pages.show(
            request,
            "release_new.html",
            account=account,
            status=400 if error else 200,
            form=form,
            proposed=proposed,
            kinds=tuple(ReleaseKind),
            error=error,
        )

    @found.get("/new")
    def ask(
        request: Request, parent: Annotated[str, Query(max_length=60)] = ""
    ) -> Response:
        return new_page(request, NewForm(parent=parent))

    @found.post("/new")
    def begin(request: Request, form: Annotated[NewForm, Form()]) -> Response:
        account = pages.account(request, Right.WRITE)
        try:
            with office.database.write() as session:
                made = drafting.begin(
                    session,
                    kind=form.kind,
                    number=form.number,
                    parent=form.parent,
                    zone=office.settings.organisation.zone,
                    by=account,
                    now=office.clock.now(),
                ).id
        except BadInput as refused:
            return new_page(request, form, refused)
        return back_to(f"/releases/{made}/edit")

    return found


def _first(month: str) -> date | None:
    found = _MONTH.fullmatch(month)
    if found is None:
        return None
    year, number = int(found[1]), int(found[2])
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= number <= _DECEMBER):
        return None
    return date(year, number, 1)


def _moved(first: date, months_on: int) -> str:
    place = first.year * 12 + first.month - 1 + months_on
    return f"{place // 12:04d}-{place % 12 + 1:02d}"
