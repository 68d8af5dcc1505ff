"""Forms about one source: pause it, read it again, accept what it brings, say more of it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response

from app.web import source_view
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from monitor.catalogue import changing, require_readable
from monitor.catalogue.options import ROBOTS_AGREEMENT, SELECTOR
from monitor.discovery import Candidate, Found, Way, Why, add_found


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
        action: Annotated[Literal["pause", "resume", "accept"], Form()],
        because: Annotated[str, Form(max_length=400)] = "",
    ) -> Response:
        pages.account(request, Right.WATCH)
        now = office.clock.now()
        with office.database.write() as session:
            if action == "pause":
                changing.pause(session, source_id, because=because)
            elif action == "resume":
                changing.resume(session, source_id, now=now)
            else:
                changing.accept(session, source_id, now=now)
        return back_to(f"/sources/{source_id}")

    @found.post("/{source_id}/options")
    def options(
        request: Request,
        source_id: RowId,
        selector: Annotated[str, Form(max_length=400)] = "",
        robots_agreement: Annotated[str, Form(max_length=400)] = "",
        tier: Annotated[int, Form(ge=1, le=3)] = 2,
    ) -> Response:
        pages.account(request, Right.WATCH)
        given = {
            SELECTOR: selector.strip(),
            ROBOTS_AGREEMENT: robots_agreement.strip(),
        }
        with office.database.write() as session:
            changing.set_options(session, source_id, given, now=office.clock.now())
            changing.set_tier(session, source_id, tier)
        return back_to(f"/sources/{source_id}")

    return found


def _given(url: str, kind: str) -> Candidate:
    """What a person says it is, without a look."""
    return Candidate(url=url, way=Way.ITSELF, why=Why.BEST, kind=kind)
