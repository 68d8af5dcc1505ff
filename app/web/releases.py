"""Releases: the list, and one with its languages side by side."""

from fastapi import APIRouter, Request, Response
from markdown_it import MarkdownIt
from markupsafe import Markup

import distributor.report
import monitor.report
from app.web.pages import Pages, RowId
from core.errors import NotFound
from core.models import Release
from core.values import Language

# Without raw HTML: what a release holds is text.
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/releases", include_in_schema=False)

    @found.get("")
    def listed(request: Request) -> Response:
        account = pages.account(request)
        with pages.office.database.read() as session:
            lines = distributor.report.releases(session)
        return pages.show(request, "releases.html", account=account, lines=lines)

    @found.get("/{release_id}")
    def one(request: Request, release_id: RowId) -> Response:
        account = pages.account(request)
        with pages.office.database.read() as session:
            release = session.get(Release, release_id)
            if release is None:
                raise NotFound(
                    f"There is no release {release_id}.",
                    to="release",
                    mend="Go back to the list of releases.",
                )
            versions = [
                (
                    Language(version.language),
                    version.title,
                    Markup(_MARKDOWN.render(version.body)),  # noqa: S704 - html is off
                )
                for version in release.versions
            ]
            return pages.show(
                request,
                "release.html",
                account=account,
                release=release,
                versions=versions,
                dispatches=distributor.report.dispatches(
                    session, release_id=release_id
                ),
                lines=monitor.report.coverage(session, release_id=release_id),
            )

    return found
