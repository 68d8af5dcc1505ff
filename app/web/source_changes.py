"""Forms about one source: pause it, read it again, accept what it brings, say more of it."""

from collections.abc import Callable, Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from app.web import source_view
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import BadInput, Conflict, NotFound
from monitor.catalogue import changing, require_readable
from monitor.catalogue.options import ROBOTS_AGREEMENT, SELECTOR
from monitor.discovery import Candidate, Found, Way, Why, add_found

Action = Literal["pause", "resume", "accept", "remove"]


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/sources", include_in_schema=False)
    office = pages.office

    @found.post("")
    def add(
        request: Request,
        url: Annotated[str, Form(max_length=2000)],
        outlet: Annotated[str, Form(max_length=200)] = "",
        kind: Annotated[str, Form(max_length=20)] = "",
    ) -> Response:
        account = pages.account(request, Right.WATCH)
        asked = url.strip()
        require_readable(asked, kind=kind or "feed")
        found = (
            Found(candidates=[_given(asked, kind)], asked=0)
            if kind
            else source_view.found(office, asked)
        )
        best = found.best
        if best is None:
            return pages.show(
                request,
                "source_found.html",
                account=account,
                status=422,
                asked=asked,
                outlet=outlet,
                found=found,
                speak=source_view.Speaking(said=pages.words(request)),
            )
        with office.database.write() as session:
            made = add_found(
                session,
                best,
                outlet=outlet,
                now=office.clock.now(),
            )
            return back_to(f"/sources/{made.id}")

    @found.post("/{source_id}/reading")
    def reading(
        request: Request,
        source_id: RowId,
        action: Annotated[Action, Form()],
        because: Annotated[str, Form(max_length=400)] = "",
    ) -> Response:
        now = office.clock.now()
        change: Mapping[str, Callable[[Session], None]] = {
            "pause": lambda one: changing.pause(one, source_id, because=because),
            "resume": lambda one: changing.resume(one, source_id, now=now),
            "accept": lambda one: changing.accept(one, source_id, now=now),
            "remove": lambda one: changing.remove(one, source_id),
        }
        there = "/sources" if action == "remove" else f"/sources/{source_id}"
        return _changed(pages, request, source_id, change[action], then=there)

    @found.post("/{source_id}/options")
    def options(
        request: Request,
        source_id: RowId,
        selector: Annotated[str, Form(max_length=400)] = "",
        robots_agreement: Annotated[str, Form(max_length=400)] = "",
        tier: Annotated[int, Form(ge=1, le=3)] = 2,
    ) -> Response:
        given = {
            SELECTOR: selector.strip(),
            ROBOTS_AGREEMENT: robots_agreement.strip(),
        }

        def change(session: Session) -> None:
            changing.set_options(session, source_id, given, now=office.clock.now())
            changing.set_tier(session, source_id, tier)

        there = f"/sources/{source_id}"
        return _changed(pages, request, source_id, change, then=there, typed=given)

    return found


def _changed(
    pages: Pages,
    request: Request,
    source_id: int,
    change: Callable[[Session], None],
    *,
    then: str,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """Make a change; where it is refused, the source's page says why and keeps what was typed."""
    pages.account(request, Right.WATCH)
    try:
        with pages.office.database.write() as session:
            change(session)
    except NotFound:
        raise
    except (BadInput, Conflict) as refused:
        return source_view.page(pages, request, source_id, error=refused, typed=typed)
    return back_to(then)


def _given(url: str, kind: str) -> Candidate:
    """What a person says it is, without a look."""
    return Candidate(url=url, way=Way.ITSELF, why=Why.BEST, kind=kind)
