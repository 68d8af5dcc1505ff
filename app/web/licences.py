"""Licences of all outlets on one page, those that end first at the top; each noted at its source."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import BadInput, NotFound
from core.zones import wall_of
from monitor.catalogue import changing, licences, showing
from monitor.catalogue.options import (
    LICENCE,
    LICENCE_ALLOWS,
    LICENCE_NOTICE,
    LICENCE_UNTIL,
)


class LicenceForm(BaseModel):
    """By the names of a source's options."""

    licence: str = Field("", max_length=2_000)
    licence_allows: str = Field("", max_length=40)
    licence_notice: str = Field("", max_length=2_000)
    licence_until: str = Field("", max_length=40)


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/licences", include_in_schema=False)
    office = pages.office

    def page(
        request: Request,
        *,
        source_id: int | None = None,
        error: BadInput | None = None,
        typed: dict[str, str] | None = None,
    ) -> Response:
        """Every licence; with a source, the form to note its own."""
        account = pages.account(request)
        today = wall_of(office.clock.now(), office.settings.organisation.zone).date()
        with office.database.read() as session:
            lines = licences.lines(session, today)
            source = showing.source(session, source_id).view if source_id else None
        kept = {
            name: str(source.options.get(name) or "") if source else ""
            for name in (LICENCE, LICENCE_ALLOWS, LICENCE_NOTICE, LICENCE_UNTIL)
        }
        return pages.show(
            request,
            "licences.html",
            account=account,
            status=400 if error else 200,
            lines=lines,
            soon=office.settings.legal.licence_days,
            kept_days=office.settings.retention.full_text_days,
            source=source,
            typed=typed or kept,
            error=error,
        )

    @found.get("")
    def listed(request: Request) -> Response:
        return page(request)

    @found.get("/{source_id:int}")
    def one(request: Request, source_id: RowId) -> Response:
        return page(request, source_id=source_id)

    @found.post("/{source_id:int}")
    def note(
        request: Request, source_id: RowId, form: Annotated[LicenceForm, Form()]
    ) -> Response:
        pages.account(request, Right.WATCH)
        typed = {
            name: " ".join(text.split()) for name, text in form.model_dump().items()
        }
        try:
            with office.database.write() as session:
                changing.set_options(session, source_id, typed, now=office.clock.now())
        except NotFound:
            raise
        except BadInput as refused:
            return page(request, source_id=source_id, error=refused, typed=typed)
        return back_to("/licences")

    return found
