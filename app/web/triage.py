"""Triage: the queue of open proposals, the evidence of one, and deciding it, on one screen."""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response

from app.web import deciding
from app.web.deciding import Chosen, DecisionForm, is_part
from app.web.pages import Pages, RowId, back_to
from app.web.triage_view import Asked, Screen
from core.accounts import Right
from core.errors import BadInput, Conflict
from monitor.matching.values import Label
from monitor.triage import Wanted

Part = Literal["", "panes", "rows"]


def _asked(
    *,
    release: Annotated[Chosen, Query()] = None,
    watch: Annotated[Chosen, Query()] = None,
    source: Annotated[Chosen, Query()] = None,
    language: Annotated[str, Query(pattern="^[a-z]{0,3}$")] = "",
    label: Annotated[Label | Literal[""], Query()] = "",
    line: Annotated[Chosen, Query()] = None,
    after: Annotated[Chosen, Query()] = None,
) -> Asked:
    wanted = Wanted(
        release=release, watch=watch, source=source, language=language, label=str(label)
    )
    return Asked(wanted=wanted, line=line, after=after)


Queue = Annotated[Asked, Depends(_asked)]


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/triage", include_in_schema=False)

    @found.get("")
    def shown(
        request: Request,
        asked: Queue,
        part: Annotated[Part, Query()] = "",
        done: RowId | None = None,
    ) -> Response:
        account = pages.account(request)
        screen = Screen(pages=pages, request=request, account=account, asked=asked)
        if part == "rows":
            return screen.rows()
        return screen.panes() if part == "panes" else screen.whole(done=done)

    @found.post("/{coverage_id}")
    def decide(
        request: Request,
        coverage_id: RowId,
        asked: Queue,
        form: Annotated[DecisionForm, Form()],
    ) -> Response:
        account = pages.account(request, Right.WATCH)
        screen = Screen(
            pages=pages,
            request=request,
            account=account,
            asked=replace(asked, line=coverage_id),
        )
        try:
            acted = deciding.decided(pages, coverage_id, form, account=account)
        except (BadInput, Conflict) as refused:
            if is_part(request):
                return screen.not_done(coverage_id, refused)
            return screen.whole(trouble=refused)
        if is_part(request):
            return screen.was_done(acted)
        if form.decision == "proposed":
            return back_to(f"/triage?{asked.query(line=coverage_id)}")
        with pages.office.database.read() as session:
            then = deciding.following(session, asked.wanted, coverage_id)
        return back_to(f"/triage?{asked.query(line=then, done=coverage_id)}")

    return found
