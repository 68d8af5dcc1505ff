"""What people say of an article: its tone, its page, its errors and what came of them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from app.web import evidence_view
from app.web.deciding import is_part
from app.web.evidence_view import Refused
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import BadInput, Conflict
from core.reporting.naming import name_of
from monitor import coverage, rectifying
from monitor.rectifying import Stage
from monitor.states import Tone

_LONGEST = 5_000  # of what may be typed; what is kept is shorter


Back = Annotated[str, Field(pattern=r"^(/triage\?[\w=&-]*)?$", max_length=500)]


class SaidForm(BaseModel):
    tone: Tone | Literal[""] = ""
    on_front: bool = False
    # Where it was said from; empty for the page of the line.
    back: Back = ""


class ErrorForm(BaseModel):
    wrong: str = Field("", max_length=_LONGEST)
    right: str = Field("", max_length=_LONGEST)
    back: Back = ""


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/coverage", include_in_schema=False)
    office = pages.office

    @found.post("/{coverage_id}/said")
    def said(
        request: Request, coverage_id: RowId, form: Annotated[SaidForm, Form()]
    ) -> Response:
        pages.account(request, Right.WATCH)
        with office.database.write() as session:
            coverage.say_tone(session, coverage_id, form.tone or None)
            coverage.say_front(session, coverage_id, on_front=form.on_front)
        if is_part(request):
            words = pages.words(request)
            told = name_of(f"tone:{form.tone}", words) if form.tone else ""
            return JSONResponse({"said": told or words.gettext("Kept.")})
        return back_to(form.back or f"/coverage/{coverage_id}#said")

    @found.post("/{coverage_id}/errors")
    def noted(
        request: Request, coverage_id: RowId, form: Annotated[ErrorForm, Form()]
    ) -> Response:
        account = pages.account(request, Right.WATCH)
        try:
            with office.database.write() as session:
                rectifying.note(
                    session,
                    coverage_id,
                    wrong=form.wrong,
                    right=form.right,
                    by=account.name,
                    now=office.clock.now(),
                )
        except BadInput as error:
            return evidence_view.page(
                pages,
                request,
                coverage_id,
                account=account,
                refused=Refused(
                    error=error, typed={"wrong": form.wrong, "right": form.right}
                ),
                status=400,
            )
        return back_to(form.back or f"/coverage/{coverage_id}#errors")

    @found.post("/{coverage_id}/errors/{error_id}")
    def advanced(
        request: Request,
        coverage_id: RowId,
        error_id: RowId,
        stage: Annotated[Stage | Literal["dropped"], Form()],
        back: Annotated[Back, Form()] = "",
    ) -> Response:
        account = pages.account(request, Right.WATCH)
        try:
            with office.database.write() as session:
                if stage == "dropped":
                    rectifying.drop(session, error_id)
                else:
                    rectifying.advance(session, error_id, stage, now=office.clock.now())
        except Conflict as error:
            return evidence_view.page(
                pages,
                request,
                coverage_id,
                account=account,
                refused=Refused(error=error),
                status=409,
            )
        return back_to(back or f"/coverage/{coverage_id}#errors")

    return found
