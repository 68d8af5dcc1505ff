"""What every page of the newsroom is given: its name, its languages, and how long a copy is good."""

import hashlib
from typing import Any, Final
from urllib.parse import quote

from fastapi import Request, Response

from app.web import newsroom_text
from app.web.freshness import is_known, tagged
from app.web.pages import Pages
from core.errors import NotFound
from core.i18n import words
from core.settings import Settings
from core.values import Language
from core.wording import worded
from distributor.newsroom.reading import Line

EXCERPT: Final = 260
_NAMES: Final = {"fr": "Français", "ar": "العربية", "en": "English", "zgh": "ⵜⴰⵎⴰⵣⵉⵖⵜ"}


def require_open(settings: Settings) -> None:
    if not settings.newsroom.enabled:
        raise NotFound(
            worded("There is no such page."), to="newsroom", mend=worded("Go back.")
        )


def spoken_in(given: str) -> Language:
    """Raises NotFound."""
    if given not in set(Language):
        raise NotFound(
            worded("There is no such page."), to="language", mend=worded("Go back.")
        )
    return Language(given)


def root(settings: Settings, request: Request) -> str:
    """Where the outside reaches us; by the name it used, where nobody told us ours."""
    return (settings.web.public_url or str(request.base_url)).rstrip("/")


def name_of(settings: Settings, language: str) -> str:
    return settings.newsroom.called(language) or settings.organisation.called(language)


def kept(
    request: Request, content: str | bytes, media_type: str, *, status: int = 200
) -> Response:
    """An answer that any cache may hold, and must ask about before it is shown again."""
    said = content.encode() if isinstance(content, str) else content
    headers = {
        "Cache-Control": "public, no-cache",
        "ETag": tagged(hashlib.sha256(said).hexdigest()),
    }
    if status == 200 and is_known(request, headers["ETag"]):  # noqa: PLR2004
        return Response(status_code=304, headers=headers)
    return Response(said, status, headers=headers, media_type=media_type)


def page(
    pages: Pages,
    request: Request,
    template: str,
    language: Language,
    *,
    status: int = 200,
    **values: Any,
) -> Response:
    settings = pages.office.settings
    said = pages.render(
        request,
        template,
        account=None,
        addressed_in=words(language),
        language_of_page=language,
        newsroom=name_of(settings, language),
        introduction=settings.newsroom.introduced(language),
        declaration=settings.legal.declaration,
        postal_address=settings.organisation.postal_address,
        root=root(settings, request),
        names=_NAMES,
        **values,
    )
    return kept(request, said, "text/html; charset=utf-8", status=status)


def nothing(pages: Pages, request: Request, given: str, *, gone: bool) -> Response:
    """The same words for whatever is not there, so that nobody can tell what will be."""
    known = given if given in set(Language) else pages.office.settings.language
    return page(
        pages,
        request,
        "newsroom_none.html",
        Language(known),
        status=410 if gone else 404,
        gone=gone,
        versions={},
    )


def address(line: Line) -> str:
    return f"/n/{line.language}/{quote(line.slug)}"


def first_words(line: Line) -> str:
    return newsroom_text.first_words(line.body, EXCERPT)
