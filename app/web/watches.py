"""Watches: the list, trying a query while it is typed, saving, changing and ending it."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from app.web.pages import Pages, RowId, back_to
from app.web.search import QueryText
from app.web.watch_view import Screen, WatchForm
from core.accounts import Right
from core.errors import BadInput, Conflict, NotFound
from core.wording import worded
from monitor import watches

_Name = Annotated[str, Query(max_length=200)]


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/watches", include_in_schema=False)
    office = pages.office

    @found.get("")
    def listed(request: Request, q: QueryText = "", name: _Name = "") -> Response:
        """The list; with a query, also what it would have selected."""
        screen = Screen(pages=pages, request=request)
        return screen.listed(WatchForm(q=q, name=name[:100]))

    @found.post("")
    def add(request: Request, form: Annotated[WatchForm, Form()]) -> Response:
        account = pages.account(request, Right.WATCH)
        try:
            with office.database.write() as session:
                made = watches.add(
                    session,
                    name=form.name,
                    query=form.q,
                    by=account.name,
                    now=office.clock.now(),
                )
        except BadInput as refused:
            return Screen(pages=pages, request=request).listed(form, error=refused)
        return back_to(f"/watches/{made.id}")

    @found.get("/trial")
    def tried(
        request: Request, q: QueryText = "", watch: RowId | None = None
    ) -> Response:
        return Screen(pages=pages, request=request).trial(q, watch_id=watch)

    @found.get("/{watch_id}")
    def one(
        request: Request,
        watch_id: RowId,
        after: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
        q: QueryText = "",
    ) -> Response:
        pages.account(request)
        with office.database.read() as session:
            line = watches.line(session, watch_id)
        form = WatchForm(q=q or line.query, name=line.name)
        return Screen(pages=pages, request=request).one(line, form, after=after)

    @found.post("/{watch_id}")
    def change(
        request: Request, watch_id: RowId, form: Annotated[WatchForm, Form()]
    ) -> Response:
        account = pages.account(request, Right.WATCH)
        if form.do == "save":
            return _saved(pages, request, watch_id, form, by=account.name)
        return back_to(_done(pages, watch_id, form.do))

    return found


def _done(pages: Pages, watch_id: int, do: str) -> str:
    """Turn a watch on or off, or end it; where to go then."""
    with pages.office.database.write() as session:
        line = watches.line(session, watch_id)
        if do == "remove":
            watches.remove(session, line.name)
            return "/watches"
        watches.switch(session, line.name, is_on=do == "on")
        return f"/watches/{watch_id}"


def _saved(
    pages: Pages, request: Request, watch_id: int, form: WatchForm, *, by: str
) -> Response:
    screen, line = Screen(pages=pages, request=request), None
    try:
        with pages.office.database.write() as session:
            line = watches.line(session, watch_id)
            made = watches.change(
                session,
                watch_id,
                name=form.name,
                query=form.q,
                was=form.was,
                by=by,
                now=pages.office.clock.now(),
            )
    except NotFound:
        # Another query is another watch: whoever else saved it meanwhile left this one.
        gone = BadInput(
            worded(
                "This watch was changed or removed meanwhile, and nothing was saved."
            ),
            to="name",
            mend=worded("See below what it is now; what you wrote is still here."),
        )
        return screen.listed(form, error=gone, status=409)
    except (BadInput, Conflict) as refused:
        if line is None:
            raise
        return screen.one(line, form, error=refused)
    return back_to(f"/watches/{made.id}")
