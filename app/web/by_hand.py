"""What was printed or said, entered by hand: and, where it covers a release, as its coverage.

This file is read before that of coverage, whose addresses are numbers.
"""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field

from app.web.deciding import Chosen
from app.web.pages import Pages, back_to
from core.accounts import Right
from core.errors import BadInput
from core.models import Release
from core.zones import zone
from monitor import coverage, triage
from monitor.catalogue.by_hand import enter

_LONGEST: Final = 100_000
# What an entry is given as it was typed.
_GIVEN: Final = (
    "medium",
    "title",
    "published",
    "page",
    "time",
    "programme",
    "author",
    "section",
    "summary",
    "content",
    "url",
)


class EntryForm(BaseModel):
    outlet: str = Field("", max_length=400)
    medium: str = Field("print", max_length=20)
    title: str = Field("", max_length=5_000)
    published: str = Field("", max_length=40)
    page: str = Field("", max_length=40)
    time: str = Field("", max_length=40)
    programme: str = Field("", max_length=5_000)
    author: str = Field("", max_length=5_000)
    section: str = Field("", max_length=5_000)
    summary: str = Field("", max_length=_LONGEST)
    content: str = Field("", max_length=_LONGEST + 1)
    url: str = Field("", max_length=5_000)
    licence: bool = False
    release: Chosen = None
    label: str = Field("mention", max_length=20)

    def given(self) -> Mapping[str, str]:
        typed = {name: str(getattr(self, name)) for name in _GIVEN}
        typed["licence"] = "yes" if self.licence else ""
        return {name: text for name, text in typed.items() if text.strip()}


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/coverage/add", include_in_schema=False)
    office = pages.office

    def page(
        request: Request, form: EntryForm, *, error: BadInput | None = None
    ) -> Response:
        account = pages.account(request, Right.WATCH)
        with office.database.read() as session:
            releases = triage.releases_beside(session, 0)
            chosen = session.get(Release, form.release) if form.release else None
        if chosen is not None:
            releases = {chosen.id: chosen.number} | dict(releases)
        return pages.show(
            request,
            "by_hand.html",
            account=account,
            status=400 if error else 200,
            form=form,
            releases=releases,
            error=error,
        )

    @found.get("")
    def show(request: Request, release: Annotated[Chosen, Query()] = None) -> Response:
        return page(request, EntryForm(release=release))

    @found.post("")
    def add(request: Request, form: Annotated[EntryForm, Form()]) -> Response:
        account = pages.account(request, Right.WATCH)
        now = office.clock.now()
        try:
            with office.database.write() as session:
                made = enter(
                    session,
                    form.outlet,
                    form.given(),
                    zone=zone(office.settings.organisation.zone),
                    now=now,
                    stamp=office.timer.stamp(),
                )
                if form.release is None:
                    return back_to(f"/articles/{made.id}")
                line = coverage.add(
                    session,
                    article_id=made.id,
                    release_id=form.release,
                    label=coverage.label_named(form.label),
                    by=account.name,
                    now=now,
                )
                return back_to(f"/coverage/{line.id}")
        except BadInput as refused:
            return page(request, form, error=refused)

    return found
