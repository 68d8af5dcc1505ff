"""The balance of a release: as a page, and as files to keep."""

from fastapi import APIRouter, Request, Response

from app.reviews.balance import balance
from app.web.pages import Pages, RowId
from app.web.report_view import LayoutName, file, formats, on_page
from core.reporting.layouts import spoken
from core.reporting.report import Report
from core.values import Language


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/releases", include_in_schema=False)
    office = pages.office

    def composed(release_id: int, language: Language) -> Report:
        with office.database.read() as session:
            return balance(
                session,
                release_id,
                language=language,
                settings=office.settings,
                now=office.clock.now(),
            )

    @found.get("/{release_id}/balance")
    def covered(request: Request, release_id: RowId) -> Response:
        account = pages.account(request)
        said = pages.words(request)
        report = composed(release_id, said.language)
        return pages.show(
            request,
            "balance_page.html",
            account=account,
            report=report,
            body=on_page(report, said),
            release_id=release_id,
            path=f"/releases/{release_id}/balance",
            formats=formats(),
        )

    @found.get("/{release_id}/balance/file/{format_name}")
    def kept(
        request: Request,
        release_id: RowId,
        format_name: str,
        layout: LayoutName = "",
    ) -> Response:
        pages.account(request)
        first = spoken(layout, office.settings.language)[0]
        report = composed(release_id, first.language)
        return file(
            pages,
            report,
            name=f"balance-{release_id}",
            format_name=format_name,
            layout=layout,
        )

    return found
