"""Watches: the list, trying a query, saving it, and the articles of one."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response

from app.web.pages import Pages, RowId, back_to
from app.web.passages import pieces
from app.web.search import QueryText, fault, of_field, row
from core.accounts import Right
from core.errors import BadInput
from monitor import watches
from monitor.watches import BackTest, WatchedArticle

_PAGE = 50
_Name = Annotated[str, Query(max_length=200)]


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/watches", include_in_schema=False)
    office = pages.office

    @found.get("")
    def listed(request: Request, q: QueryText = "", name: _Name = "") -> Response:
        """The list; with a query, also what it would have selected."""
        account = pages.account(request)
        tried, error = None, None
        with office.database.read() as session:
            if q.strip():
                try:
                    tried = watches.back_test(
                        session,
                        q,
                        now=office.clock.now(),
                        zone=office.settings.organisation.zone,
                    )
                except BadInput as refused:
                    error = refused
            lines = watches.listed(session)
        return pages.show(
            request,
            "watches.html",
            account=account,
            status=400 if error else 200,
            lines=lines,
            q=q,
            name=name,
            tried=tried,
            days=_days(tried),
            rows=[row(hit) for hit in tried.sample] if tried else [],
            fault=fault(error, pages.words(request)),
        )

    @found.post("")
    def add(
        request: Request,
        q: Annotated[str, Form(max_length=4_000)],
        name: Annotated[str, Form(max_length=200)],
    ) -> Response:
        account = pages.account(request, Right.WATCH)
        with office.database.write() as session:
            watches.add(
                session, name=name, query=q, by=account.name, now=office.clock.now()
            )
        return back_to("/watches")

    @found.get("/{watch_id}")
    def one(
        request: Request,
        watch_id: RowId,
        after: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    ) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            line = watches.line(session, watch_id)
            selected = watches.articles(
                session, line.name, limit=_PAGE + 1, after=after
            )
        return pages.show(
            request,
            "watch.html",
            account=account,
            line=line,
            rows=[_row(article) for article in selected[:_PAGE]],
            further=selected[_PAGE - 1].id if len(selected) > _PAGE else None,
        )

    @found.post("/{watch_id}")
    def change(
        request: Request, watch_id: RowId, do: Annotated[str, Form(max_length=20)]
    ) -> Response:
        pages.account(request, Right.WATCH)
        with office.database.write() as session:
            line = watches.line(session, watch_id)
            if do == "remove":
                watches.remove(session, line.name)
            else:
                watches.switch(session, line.name, is_on=do == "on")
        return back_to("/watches")

    return found


def _days(tried: BackTest | None) -> list[Mapping[str, Any]]:
    """Each day with its share of the fullest, for the bars."""
    if tried is None:
        return []
    most = max(tried.per_day.values(), default=0) or 1
    return [
        {"day": day, "count": count, "share": round(100 * count / most)}
        for day, count in tried.per_day.items()
    ]


def _row(article: WatchedArticle) -> Mapping[str, Any]:
    return {
        "hit": article,
        "title": of_field(article.passages, "title"),
        "pieces": pieces(article.body, of_field(article.passages, "body")),
    }
