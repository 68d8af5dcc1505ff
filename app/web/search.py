"""Search: a query, its hits with the words marked, the newest or the best first."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.web.pages import Pages
from app.web.passages import pieces
from core.errors import BadInput
from core.i18n import Words
from monitor.query.scanning import QueryFault
from monitor.search import Found, Hit, Order, search

QueryText = Annotated[str, Query(max_length=4_000)]


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/search", include_in_schema=False)

    @found.get("")
    def searched(
        request: Request,
        q: QueryText = "",
        order: Order = Order.NEWEST,
        after: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    ) -> Response:
        account = pages.account(request)
        answer, error = Found(hits=(), after=None), None
        if q.strip():
            try:
                with pages.office.database.read() as session:
                    answer = search(session, q, order=order, after=after)
            except BadInput as refused:
                error = refused
        return pages.show(
            request,
            "search.html",
            account=account,
            status=400 if error else 200,
            q=q,
            order=order,
            asked=bool(q.strip()),
            answer=answer,
            rows=[row(hit) for hit in answer.hits],
            fault=fault(error, pages.words(request)),
        )

    return found


def row(hit: Hit) -> Mapping[str, Any]:
    """A hit as the list shows it."""
    passages = [asdict(one) for one in hit.passages]
    return {
        "hit": hit,
        "title": of_field(passages, "title"),
        "pieces": pieces(hit.body, of_field(passages, "body")),
    }


def of_field(
    passages: Sequence[Mapping[str, Any]], name: str
) -> Sequence[Mapping[str, Any]]:
    return [one for one in passages if one["field"] == name]


def fault(error: BadInput | None, said: Words) -> Mapping[str, str] | None:
    """What is wrong with a query: the sentence, the query with its caret, the mend."""
    if isinstance(error, QueryFault):
        what, mend = error.say(said)
        return {"what": what, "shown": error.shown, "mend": mend}
    if error is not None:
        return {"what": error.what, "shown": "", "mend": error.mend}
    return None
