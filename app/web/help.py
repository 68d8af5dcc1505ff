"""Help inside the program: the day's work, what to do when something is wrong, and the keys.

The pages are those of docs/, as they were shipped, in the reader's language and without
their pictures.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache, partial
from typing import Final

from fastapi import APIRouter, Request, Response

from app.web import shortcuts
from app.web.pages import Pages
from app.web.pages_of_help import Rendered, render
from core.resources import folder
from core.values import Language


class Topic(StrEnum):
    DAY = "day"
    TROUBLE = "trouble"


FILES: Final[Mapping[Topic, Mapping[Language, str]]] = {
    Topic.DAY: {
        Language.FRENCH: "usage-quotidien.fr.md",
        Language.ARABIC: "daily-use.ar.md",
        Language.ENGLISH: "daily-use.md",
    },
    Topic.TROUBLE: {
        Language.FRENCH: "en-cas-de-difficulte.fr.md",
        Language.ARABIC: "troubleshooting.ar.md",
        Language.ENGLISH: "troubleshooting.md",
    },
}
_PATHS: Final[Mapping[Topic, str]] = {
    Topic.DAY: "/help",
    Topic.TROUBLE: "/help/trouble",
}


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/help", include_in_schema=False)
    office = pages.office

    def page(request: Request, topic: Topic) -> Response:
        account = pages.account(request)
        return pages.show(
            request,
            "help.html",
            account=account,
            page=_page(topic, pages.words(request).language),
        )

    @found.get("")
    def day(request: Request) -> Response:
        return page(request, Topic.DAY)

    @found.get("/trouble")
    def trouble(request: Request) -> Response:
        return page(request, Topic.TROUBLE)

    @found.get("/keys")
    def keys(request: Request) -> Response:
        """Each person's own keys, as they are now."""
        account = pages.account(request)
        with office.database.read() as session:
            own = shortcuts.of_account(session, account)
        return pages.show(
            request,
            "help_keys.html",
            account=account,
            keys=own,
            captions=shortcuts.captions(pages.words(request)),
        )

    return found


@cache
def _page(topic: Topic, language: Language) -> Rendered:
    """As it was at start; another page of help is linked to, all else is only said."""
    name = FILES[topic].get(language, FILES[topic][Language.ENGLISH])
    text = (folder("docs") / name).read_text(encoding="utf-8")
    return render(text, leads=partial(_lead, language=language))


def _lead(address: str, *, language: Language) -> str | None:
    path, mark, anchor = address.partition("#")
    if not path:
        return address
    for topic, names in FILES.items():
        for own, name in names.items():
            if name == path:
                other = "" if own == language else f"?lang={own}"
                return _PATHS[topic] + other + mark + anchor
    return None
