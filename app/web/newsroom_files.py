"""The newsroom's files: documents and pictures, the press kit, and what robots ask for first.

Every file goes out as one to keep (`attachment`), never as a page; a picture is shown by the
page that names it all the same.
"""

from typing import Final

from fastapi import APIRouter, Depends, Request, Response

from app.web import newsroom_feed
from app.web.freshness import is_known, tagged
from app.web.limits import limit
from app.web.newsroom_view import name_of, nothing, require_open, spoken_in
from app.web.pages import Pages, download
from core.i18n import words
from core.values import Language
from distributor.newsroom import kit, reading

PUBLIC = True
_BOTH: Final = ["GET", "HEAD"]
_ASKED_AGAIN: Final = "public, no-cache"


def router(pages: Pages) -> APIRouter:
    found = APIRouter(include_in_schema=False)
    office = pages.office

    @found.api_route("/n/files/{slug}/{name}", methods=_BOTH)
    def whole(request: Request, slug: str, name: str) -> Response:
        return _file(pages, request, slug, name, small=False)

    @found.api_route("/n/files/{slug}/small/{name}", methods=_BOTH)
    def small(request: Request, slug: str, name: str) -> Response:
        return _file(pages, request, slug, name, small=True)

    @found.api_route(
        "/n/{language}/{slug}/kit.zip",
        methods=_BOTH,
        dependencies=[Depends(limit(office.timer))],
    )
    def press_kit(request: Request, language: str, slug: str) -> Response:
        return _kit(pages, request, spoken_in(language), slug)

    @found.api_route("/sitemap.xml", methods=_BOTH)
    def sitemap(request: Request) -> Response:
        require_open(office.settings)
        return newsroom_feed.sitemap(pages, request)

    @found.api_route("/robots.txt", methods=_BOTH)
    def robots(request: Request) -> Response:
        return newsroom_feed.robots(pages, request)

    return found


def _file(
    pages: Pages, request: Request, slug: str, name: str, *, small: bool
) -> Response:
    office = pages.office
    require_open(office.settings)
    with office.database.read() as session:
        files = reading.files(session, slug, now=office.clock.now())
        wanted = next((one for one in files if one.file_name == name), None)
        if wanted is None or (small and wanted.role != "picture"):
            return nothing(pages, request, office.settings.language, gone=False)
        tag = tagged(f"{'s' if small else 'w'}{wanted.id}-{wanted.digest}")
        if is_known(request, tag):
            return _as_before(tag)
        content = reading.content(session, wanted.id, small=small)
    return _to_keep(content, name, wanted.media_type, tag)


def _kit(pages: Pages, request: Request, language: Language, slug: str) -> Response:
    office = pages.office
    require_open(office.settings)
    with office.database.read() as session:
        now = office.clock.now()
        lines = reading.texts(session, slug, now=now)
        if not lines:
            return nothing(pages, request, language, gone=False)
        inside, left_out = kit.choose(reading.files(session, slug, now=now))
        packed = kit.Kit(
            lines=lines,
            files=inside,
            left_out=left_out,
            words=words(language),
            zone=office.settings.organisation.zone,
            organisation=name_of(office.settings, language),
        )
        tag = tagged(packed.digest)
        if is_known(request, tag):
            return _as_before(tag)
        content = kit.written(
            packed, lambda one: reading.content(session, one.id, small=False)
        )
    return _to_keep(content, f"{slug}-{language}.zip", "application/zip", tag)


def _as_before(tag: str) -> Response:
    return Response(
        status_code=304, headers={"Cache-Control": _ASKED_AGAIN, "ETag": tag}
    )


def _to_keep(content: bytes, name: str, media_type: str, tag: str) -> Response:
    answer = download(content, name=name, media_type=media_type)
    answer.headers["Cache-Control"] = _ASKED_AGAIN
    answer.headers["ETag"] = tag
    return answer
