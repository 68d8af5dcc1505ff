"""The review behind a reader's own link: as it was sent to them, or the version that replaces it."""

from dataclasses import replace

from fastapi import APIRouter, Depends, Request, Response
from markupsafe import Markup

from app.reviews.reading import shown
from app.web.limits import limit
from app.web.pages import Pages
from core.errors import NotFound
from core.reporting.formats.html import render
from core.reporting.layout import lay_out
from core.wording import worded
from distributor.after.reading import read_by

PUBLIC = True


def router(pages: Pages) -> APIRouter:
    office = pages.office
    found = APIRouter(
        prefix="/r",
        include_in_schema=False,
        dependencies=[Depends(limit(office.timer))],
    )

    @found.get("/{token}")
    def read(request: Request, token: str) -> Response:
        with office.database.read() as session:
            reading = read_by(session, token, office.links)
            if reading is None:
                raise NotFound(
                    worded("This link opens nothing."),
                    to="link",
                    mend=worded(
                        "Open it from the mail itself, or ask the office that sent it."
                    ),
                )
            report, spoken = shown(
                session,
                reading.about,
                list_id=reading.list_id,
                language=reading.language,
                settings=office.settings,
            )
        if "lang" in request.query_params:
            spoken = [pages.words(request, reading.language)]
        # Readers have no account: the pages of the evidence are not theirs to open.
        document = lay_out(replace(report, address=None), spoken)
        return pages.show(
            request,
            "read.html",
            account=None,
            language=document.language,
            title=document.title,
            body=Markup(render(document, template="blocks.html")),  # noqa: S704 - escaped by the template
        )

    return found
