"""The public newsroom: a list for each language, each release, and that there is none.

No cookie is read, no answer depends on who asks, and every copy is asked for again: what
shows is decided when it is asked (`distributor.newsroom.reading`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import quote, urlencode

from babel.units import format_unit
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field, field_validator
from sqlalchemy.orm import Session

from app.web import newsroom_feed, newsroom_text
from app.web.newsroom_view import (
    address,
    first_words,
    nothing,
    page,
    require_open,
    spoken_in,
)
from app.web.pages import Pages
from core.i18n import Words
from core.values import Language, ReleaseKind
from core.zones import moment_of, wall_of
from distributor.newsroom import reading
from distributor.newsroom.reading import Asked
from distributor.releases.kinds import KINDS

PUBLIC = True
PER_PAGE: Final = 20
_MOST_PAGES: Final = 500
# What visitors look for by one name.
_KINDS: Final[Mapping[ReleaseKind, Sequence[ReleaseKind]]] = {
    ReleaseKind.COMMUNIQUE: (ReleaseKind.COMMUNIQUE, ReleaseKind.POST_EVENT),
    ReleaseKind.INVITATION: (ReleaseKind.INVITATION, ReleaseKind.REMINDER),
    ReleaseKind.ADVISORY: (ReleaseKind.ADVISORY,),
    ReleaseKind.PRESS_KIT: (ReleaseKind.PRESS_KIT,),
    ReleaseKind.CORRECTION: (ReleaseKind.CORRECTION,),
    ReleaseKind.CANCELLATION: (ReleaseKind.CANCELLATION,),
}


class Wanted(BaseModel):
    """What a visitor wants of the list."""

    page: int = Field(1, ge=1, le=_MOST_PAGES)
    year: int | None = Field(None, ge=1900, le=2999)
    kind: str = ""
    q: str = Field("", max_length=200)

    @field_validator("year", mode="before")
    @classmethod
    def _every_year(cls, given: object) -> object:
        """A form without a choice sends an empty one."""
        return given or None

    def asked(self, language: Language, zone: str) -> Asked:
        """One line more than a page shows: it tells that there is an older page."""
        return Asked(
            language=language,
            since=_new_year(self.year, zone),
            until=_new_year(self.year + 1 if self.year else None, zone),
            kinds=self.kinds(),
            query=self.q,
            first=(self.page - 1) * PER_PAGE,
            most=PER_PAGE + 1,
        )

    def kinds(self) -> Sequence[ReleaseKind]:
        known = self.kind in set(_KINDS)
        return _KINDS[ReleaseKind(self.kind)] if known else ()

    def link(self, number: int) -> str:
        chosen = {"year": self.year, "kind": self.kinds()[:1], "q": self.q.strip()}
        said = {name: value for name, value in chosen.items() if value}
        return "?" + urlencode(
            said | ({"page": number} if number > 1 else {}), doseq=True
        )


def kicker(kind: ReleaseKind, language: Language) -> str:
    """As above a title, in the letters of a sentence."""
    return KINDS[kind].kicker(language).capitalize()


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/n", include_in_schema=False)
    settings = pages.office.settings

    @found.api_route("", methods=["GET", "HEAD"])
    def begin() -> Response:
        require_open(settings)
        return RedirectResponse(f"/n/{settings.language}", 302)

    @found.api_route("/{language}", methods=["GET", "HEAD"])
    def listed(
        request: Request, language: str, wanted: Annotated[Wanted, Query()]
    ) -> Response:
        require_open(settings)
        return _list(pages, request, spoken_in(language), wanted)

    @found.api_route("/{language}/feed", methods=["GET", "HEAD"])
    def feed(request: Request, language: str) -> Response:
        require_open(settings)
        return newsroom_feed.feed(pages, request, spoken_in(language))

    @found.api_route("/{language}/{slug}", methods=["GET", "HEAD"])
    def one(request: Request, language: str, slug: str) -> Response:
        require_open(settings)
        return _release(pages, request, spoken_in(language), slug)

    return found


def _list(
    pages: Pages, request: Request, language: Language, wanted: Wanted
) -> Response:
    office = pages.office
    zone, now = office.settings.organisation.zone, office.clock.now()
    with office.database.read() as session:
        lines = reading.listed(session, wanted.asked(language, zone), now=now)
        shown = lines[:PER_PAGE]
        corrected = reading.corrected(session, [one.slug for one in shown], now=now)
        languages = reading.languages(session, now=now)
        span = reading.span(session, language, now=now)
    return page(
        pages,
        request,
        "newsroom_list.html",
        language,
        lines=[(one, first_words(one)) for one in shown],
        corrected=corrected,
        years=_years(span, zone),
        kinds=[(one, kicker(one, language)) for one in _KINDS],
        kicker=kicker,
        address=address,
        wanted=wanted,
        newer=wanted.page > 1 and wanted.link(wanted.page - 1),
        older=len(lines) > PER_PAGE and wanted.link(wanted.page + 1),
        versions={one: f"/n/{one}" for one in languages},
    )


def _release(pages: Pages, request: Request, language: Language, slug: str) -> Response:
    now = pages.office.clock.now()
    with pages.office.database.read() as session:
        shown = reading.page(session, slug, language, now=now)
        if shown is None:
            return _elsewhere(pages, request, session, language, slug)
    pictures = [one for one in shown.files if one.role == "picture"]
    body, inside = newsroom_text.body(shown.line.body, slug=slug, pictures=pictures)
    return page(
        pages,
        request,
        "newsroom_release.html",
        language,
        shown=shown,
        line=shown.line,
        body=body,
        excerpt=first_words(shown.line),
        kicker=kicker,
        pictures=pictures,
        inside=inside,
        documents=[one for one in shown.files if one.role != "picture"],
        address=address,
        file_address=newsroom_text.file_address,
        small_address=newsroom_text.small_address,
        size=_size,
        versions={one: f"/n/{one}/{quote(slug)}" for one in shown.languages},
    )


def _elsewhere(
    pages: Pages, request: Request, session: Session, language: Language, slug: str
) -> Response:
    """In the language it has, or that it was taken out, or nothing at all."""
    now = pages.office.clock.now()
    said = reading.texts(session, slug, now=now)
    if said:
        return RedirectResponse(address(said[0]), 302)
    gone = reading.was_withdrawn(session, slug, now=now)
    return nothing(pages, request, language, gone=gone)


def _new_year(year: int | None, zone: str) -> datetime | None:
    return None if year is None else moment_of(datetime(year, 1, 1), zone)  # noqa: DTZ001 - a wall time


def _years(span: tuple[datetime, datetime] | None, zone: str) -> Sequence[int]:
    if span is None:
        return ()
    first, last = (wall_of(one, zone).year for one in span)
    return range(last, first - 1, -1)


def _size(count: int, said: Words) -> str:
    """A file's size as the language writes it."""
    unit, share = ("megabyte", 1_000_000) if count >= 1_000_000 else ("kilobyte", 1_000)  # noqa: PLR2004
    return format_unit(
        max(1, round(count / share, 1 if unit == "megabyte" else 0)),
        f"digital-{unit}",
        "short",
        locale=said.locale,
    )
