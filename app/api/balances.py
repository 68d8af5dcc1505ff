"""The balance of a release: its numbers, and files to keep."""

from dataclasses import replace

from fastapi import APIRouter, Response

from app.api import files
from app.api.callers import Caller, Reader
from app.api.kinds import Id, Line
from app.api.repeating import Route
from app.api.review import LayoutName
from app.reviews.balance import balance as compose
from core.reporting.formats import json as json_format
from core.reporting.layouts import spoken
from core.reporting.report import Report
from core.reporting.writing import format_called

routes = APIRouter(prefix="/releases", tags=["balance"], route_class=Route)


@routes.get(
    "/{release_id}/balance",
    summary="Who published it, how, and which words",
    response_class=Response,
    responses=files.A_REPORT,
)
def balance(caller: Reader, release_id: Id, layout: LayoutName = "") -> Response:
    return files.told(json_format.plain(_composed(caller, release_id, layout)))


@routes.get(
    "/{release_id}/balance/files/{form}",
    summary="The balance as a file",
    response_class=Response,
    responses=files.ANY_FILE,
)
def kept(
    caller: Reader, release_id: Id, form: Line, layout: LayoutName = ""
) -> Response:
    office = caller.office
    made = format_called(form)
    report = _composed(caller, release_id, layout)
    reached = replace(
        report, address=office.settings.web.public_url.rstrip("/") or None
    )
    languages = [one.language for one in spoken(layout, office.settings.language)]
    return files.download(
        office.write_report(form, reached, languages),
        name=f"balance-{release_id}.{made.suffix}",
        media_type=made.media_type,
    )


def _composed(caller: Caller, release_id: int, layout: str) -> Report:
    office = caller.office
    first = spoken(layout, office.settings.language)[0]
    with office.database.read() as session:
        return compose(
            session,
            release_id,
            language=first.language,
            settings=office.settings,
            now=office.clock.now(),
        )
