"""The register of processing on screen and as files, and what people ask about their data."""

from datetime import datetime, time
from importlib.metadata import version
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from markupsafe import Markup
from pydantic import BaseModel, Field

from app.legal import gathering, words, writing
from app.legal.document import lay_out
from app.legal.register import Register
from app.web.pages import Pages, RowId, back_to, download
from app.web.report_view import LayoutName
from core.accounts import Right
from core.errors import BadInput, Conflict, NotFound, OfficeError
from core.reporting.formats.html import render
from core.reporting.layouts import spoken
from core.wording import worded
from core.zones import moment_of
from distributor.contacts import requests
from distributor.contacts.requests import Wish
from distributor.states import Asked, Came, Settled

_MOST_SECONDS: Final = 60


class WishForm(BaseModel):
    kind: Asked
    address: str = Field("", max_length=300)
    came_by: Came = Came.MAIL
    received: str = Field("", max_length=10)
    note: str = Field("", max_length=2_000)


class AnswerForm(BaseModel):
    outcome: Settled
    note: str = Field("", max_length=2_000)


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/legal", include_in_schema=False)
    office = pages.office

    def gathered() -> Register:
        with office.database.read() as session:
            return gathering.gather(session, office, program=version("parution"))

    @found.get("")
    def register(request: Request) -> Response:
        account = pages.account(request, Right.ADMINISTER)
        made = lay_out(gathered(), [pages.words(request)])
        return pages.show(
            request,
            "legal.html",
            account=account,
            register=Markup(render(made, template="blocks.html")),  # noqa: S704 - our own template
            formats=tuple(writing.FORMATS),
        )

    @found.get("/register/{format_name}")
    def file(request: Request, format_name: str, layout: LayoutName = "") -> Response:
        pages.account(request, Right.ADMINISTER)
        if format_name not in writing.FORMATS:
            raise NotFound(
                worded("There is no format called “%(name)s”.", name=format_name),
                to="format",
                mend=worded(
                    "The formats are: %(formats)s.", formats=", ".join(writing.FORMATS)
                ),
            )
        languages = [one.language for one in spoken(layout, office.settings.language)]
        return download(
            office.bounded.run(
                writing.written,
                format_name,
                gathered(),
                languages,
                seconds=_MOST_SECONDS,
            ),
            name=f"register.{format_name}",
            media_type=writing.FORMATS[format_name],
        )

    _add_requests(found, pages)
    return found


def _add_requests(found: APIRouter, pages: Pages) -> None:
    office = pages.office

    def page(
        request: Request,
        *,
        typed: WishForm | None = None,
        answering: tuple[int, AnswerForm] | None = None,
        error: OfficeError | None = None,
        was_open: bool = False,
    ) -> Response:
        """*answering* is the request whose own form was sent, and what stood in it."""
        account = pages.account(request, Right.ADMINISTER)
        with office.database.read() as session:
            rows = requests.listed(session)
        return pages.show(
            request,
            "requests.html",
            account=account,
            status=_status(error),
            rows=rows,
            asked=words.ASKED,
            came=words.CAME,
            settled=words.SETTLED,
            answer_days=office.settings.legal.answer_days,
            typed=typed or WishForm(kind=Asked.ACCESS),
            answering=answering,
            error=error,
            was_open=was_open,
        )

    @found.get("/requests")
    def listed(request: Request, *, was_open: bool = False) -> Response:
        return page(request, was_open=was_open)

    @found.post("/requests")
    def note(request: Request, form: Annotated[WishForm, Form()]) -> Response:
        account = pages.account(request, Right.ADMINISTER)
        try:
            wish = Wish(
                kind=form.kind,
                address=form.address,
                came_by=form.came_by,
                note=form.note,
                received_at=_day(form.received, office.settings.organisation.zone),
            )
            with office.database.write() as session:
                noted = requests.noted(
                    session,
                    wish,
                    days=office.settings.legal.answer_days,
                    zone=office.settings.organisation.zone,
                    by=account.name,
                    now=office.clock.now(),
                )
        except BadInput as refused:
            return page(request, typed=form, error=refused)
        said = "?was_open=true" if noted.was_open else ""
        return back_to(f"/legal/requests{said}")

    @found.post("/requests/{request_id:int}")
    def answer(
        request: Request,
        request_id: RowId,
        form: Annotated[AnswerForm, Form()],
    ) -> Response:
        account = pages.account(request, Right.ADMINISTER)
        try:
            with office.database.write() as session:
                requests.answer(
                    session,
                    request_id,
                    form.outcome,
                    note=form.note,
                    by=account.name,
                    now=office.clock.now(),
                )
        except NotFound:
            raise
        except (BadInput, Conflict) as refused:
            return page(request, answering=(request_id, form), error=refused)
        return back_to("/legal/requests")


def _day(text: str, zone: str) -> datetime | None:
    """Its first minute; None where nothing was said. Raises BadInput."""
    if not text:
        return None
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError as error:
        raise BadInput(
            worded("This is not a day."),
            to="received",
            mend=worded("Choose one, or leave it empty."),
        ) from error
    return moment_of(datetime.combine(day, time()), zone, later=True)


def _status(error: OfficeError | None) -> int:
    if error is None:
        return 200
    return 409 if isinstance(error, Conflict) else 400
