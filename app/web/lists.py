"""Mailing lists: who is on one, by joining or by a rule; and whom a release would reach by it now."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request, Response

from app.web.pages import Pages, RowId, back_to
from core import zones
from core.accounts import Right
from core.errors import BadInput, Conflict, OfficeError
from core.models import Account
from distributor.contacts import lists, rostering
from distributor.sending import trying

_Rule = Annotated[str, Query(max_length=2_000)]
_PageNumber = Annotated[int, Query(ge=1, le=100_000)]
_TRIED: Final = 200


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/lists", include_in_schema=False)
    office = pages.office

    def page(
        request: Request,
        account: Account,
        *,
        rule: str,
        name: str = "",
        error: OfficeError | None = None,
    ) -> Response:
        tried = None
        with office.database.read() as session:
            if rule.strip():
                try:
                    tried = rostering.try_rule(session, rule)
                except BadInput as refused:
                    error = error or refused
            return pages.show(
                request,
                "lists.html",
                account=account,
                status=_status(error),
                rosters=rostering.every(session),
                rule=rule,
                name=name,
                tried=tried,
                error=error,
            )

    @found.get("")
    def everything(request: Request, rule: _Rule = "") -> Response:
        return page(request, pages.account(request), rule=rule)

    @found.post("")
    def keep(
        request: Request,
        name: Annotated[str, Form(max_length=500)] = "",
        rule: Annotated[str, Form(max_length=2_000)] = "",
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        try:
            with office.database.write() as session:
                made = rostering.keep_rule(session, name, rule)
        except (BadInput, Conflict) as refused:
            return page(request, account, rule=rule, name=name, error=refused)
        return back_to(f"/lists/{made}")

    _add_one(found, pages)
    _add_changes(found, pages)
    _add_audience(found, pages)
    return found


def show_one(
    pages: Pages,
    request: Request,
    list_id: int,
    *,
    number: int = 1,
    rule: str | None = None,
    name: str | None = None,
    error: OfficeError | None = None,
) -> Response:
    """A list as its page shows it, over what was typed where something is wrong."""
    account = pages.account(request)
    with pages.office.database.read() as session:
        mailing_list = lists.by_id(session, list_id)
        kept = rostering.written(mailing_list)
        tried = None
        if rule is not None and rule.strip():
            try:
                tried = rostering.try_rule(session, rule)
            except BadInput as refused:
                error = error or refused
        return pages.show(
            request,
            "list.html",
            account=account,
            status=_status(error),
            listed=mailing_list,
            kept=kept,
            rule=kept if rule is None else rule,
            name=mailing_list.name if name is None else name,
            tried=tried,
            count=rostering.size(session, mailing_list),
            members=rostering.members(session, mailing_list, page=number),
            page=number,
            page_size=rostering.PAGE,
            releases=trying.latest_releases(session),
            error=error,
        )


def _add_one(found: APIRouter, pages: Pages) -> None:
    @found.get("/{list_id:int}")
    def one(
        request: Request,
        list_id: RowId,
        page: _PageNumber = 1,
        rule: Annotated[str | None, Query(max_length=2_000)] = None,
    ) -> Response:
        return show_one(pages, request, list_id, number=page, rule=rule)


def _add_changes(found: APIRouter, pages: Pages) -> None:
    office = pages.office

    @found.post("/{list_id:int}/rule")
    def change(
        request: Request,
        list_id: RowId,
        rule: Annotated[str, Form(max_length=2_000)] = "",
        was: Annotated[str, Form(max_length=4_000)] = "",
    ) -> Response:
        pages.account(request, Right.WRITE)
        try:
            with office.database.write() as session:
                rostering.change_rule(session, list_id, rule, was=was)
        except (BadInput, Conflict) as refused:
            return show_one(pages, request, list_id, rule=rule, error=refused)
        return back_to(f"/lists/{list_id}")

    @found.post("/{list_id:int}/name")
    def rename(
        request: Request,
        list_id: RowId,
        name: Annotated[str, Form(max_length=500)] = "",
    ) -> Response:
        pages.account(request, Right.WRITE)
        try:
            with office.database.write() as session:
                rostering.rename(session, list_id, name)
        except BadInput as refused:
            return show_one(pages, request, list_id, name=name, error=refused)
        return back_to(f"/lists/{list_id}")

    @found.post("/{list_id:int}/take-off")
    def take_off(
        request: Request, list_id: RowId, contact: Annotated[RowId, Form()]
    ) -> Response:
        pages.account(request, Right.WRITE)
        with office.database.write() as session:
            rostering.take_off(session, list_id, contact)
        return back_to(f"/lists/{list_id}")

    @found.post("/{list_id:int}/remove")
    def remove(request: Request, list_id: RowId) -> Response:
        pages.account(request, Right.WRITE)
        try:
            with office.database.write() as session:
                rostering.remove(session, list_id)
        except Conflict as refused:
            return show_one(pages, request, list_id, error=refused)
        return back_to("/lists")


def _add_audience(found: APIRouter, pages: Pages) -> None:
    office = pages.office

    @found.get("/{list_id:int}/audience")
    def audience(
        request: Request,
        list_id: RowId,
        release: RowId,
        at: Annotated[str, Query(max_length=20)] = "",
        page: _PageNumber = 1,
    ) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            tried = trying.trial(
                session,
                release_id=release,
                list_id=list_id,
                settings=office.settings,
                now=office.clock.now(),
                at=_moment(at, office.settings.organisation.zone),
                shown=slice((page - 1) * _TRIED, page * _TRIED),
            )
        return pages.show(
            request,
            "audience.html",
            account=account,
            list_id=list_id,
            trial=tried,
            at=at,
            page=page,
            last=max(1, -(-tried.total // _TRIED)),
        )


def _moment(text: str, zone: str) -> datetime | None:
    return zones.moment_of(zones.parse_wall(text), zone) if text else None


def _status(error: OfficeError | None) -> int:
    if error is None:
        return 200
    return 409 if isinstance(error, Conflict) else 400
