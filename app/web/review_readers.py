"""Who reads the review by mail: the groups, and another one."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

from app.reviews import readers
from app.reviews.calendar import EditionKind
from app.reviews.plan import OTHERS
from app.web.pages import Pages, back_to
from app.web.review_plan import current, namer
from core.accounts import Right
from core.errors import BadInput
from distributor.contacts import lists


class ReaderForm(BaseModel):
    name: str = Field("", max_length=200)
    mailing_list: str = Field("", max_length=200)
    channel: str = Field("", max_length=40)
    layout: str = Field("", max_length=20)
    kind: list[str] = Field(default_factory=list, max_length=4)
    section: list[str] = Field(default_factory=list, max_length=500)
    with_pdf: bool = False


def router(pages: Pages) -> APIRouter:
    found = APIRouter(include_in_schema=False)
    office = pages.office

    def readers_page(
        request: Request,
        *,
        form: ReaderForm | None = None,
        error: BadInput | None = None,
    ) -> Response:
        account = pages.account(request, Right.WATCH)
        with office.database.read() as session:
            return pages.show(
                request,
                "review_readers.html",
                account=account,
                status=400 if error else 200,
                groups=readers.groups(session),
                lists=[one.name for one in lists.all_lists(session)],
                channels=sorted(office.settings.channels),
                layouts=readers.LAYOUTS,
                kinds=list(EditionKind),
                sections=[
                    *(one.key for one in current(session).sections),
                    *OTHERS,
                ],
                named=namer(pages, request),
                form=form or ReaderForm(kind=["morning"], with_pdf=True),
                error=error,
                wrong=pages.words(request).explain(error) if error else "",
            )

    @found.get("/review-readers")
    def who_reads(request: Request) -> Response:
        return readers_page(request)

    @found.post("/review-readers")
    def add(request: Request, form: Annotated[ReaderForm, Form()]) -> Response:
        account = pages.account(request, Right.WATCH)
        try:
            with office.database.write() as session:
                readers.add(
                    session,
                    name=form.name,
                    list_name=form.mailing_list,
                    channel=form.channel,
                    layout=form.layout,
                    sections=form.section,
                    kinds=form.kind,
                    with_pdf=form.with_pdf,
                    settings=office.settings,
                    by=account.name,
                    now=office.clock.now(),
                )
        except BadInput as refused:
            return readers_page(request, form=form, error=refused)
        return back_to("/review-readers")

    @found.post("/review-readers/remove")
    def remove(
        request: Request, name: Annotated[str, Form(max_length=200)]
    ) -> Response:
        pages.account(request, Right.WATCH)
        with office.database.write() as session:
            readers.remove(session, name, now=office.clock.now())
        return back_to("/review-readers")

    return found
