"""Search: a query, its hits with the words marked, the newest or the best first."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BeforeValidator, Field

from app.web import shortcuts
from app.web.deciding import empty_is_none
from app.web.pages import Pages
from app.web.passages import pieces
from core.errors import BadInput
from core.i18n import Words
from core.zones import moment_of
from monitor.query.scanning import QueryFault
from monitor.search import Found, Hit, Order, Within, search
from monitor.watches import narrowed

QueryText = Annotated[str, Query(max_length=4_000)]
_Day = Annotated[
    Annotated[date, Field(ge=date(1900, 1, 1), le=date(2999, 12, 31))] | None,
    BeforeValidator(empty_is_none),
]
_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What a search is narrowed to, as its address says it."""

    source: str = ""
    language: str = ""
    since: date | None = None
    until: date | None = None
    covered: bool = False

    def within(self, zone: str) -> Within:
        """Days by the office's clock; the last one is part of it."""
        last = self.until + timedelta(days=1) if self.until else None
        return Within(
            since=_begins(self.since, zone),
            until=_begins(last, zone),
            outlet=self.source,
            language=self.language,
            covered=self.covered,
        )

    @property
    def fields(self) -> Mapping[str, str]:
        given = {
            "source": self.source,
            "language": self.language,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "covered": "true" if self.covered else "",
        }
        return {name: text for name, text in given.items() if text}


def _narrowed(
    *,
    source: Annotated[str, Query(max_length=200)] = "",
    language: Annotated[str, Query(pattern="^[a-z]{0,3}$")] = "",
    since: Annotated[_Day, Query()] = None,
    until: Annotated[_Day, Query()] = None,
    covered: bool = False,
) -> Narrowed:
    return Narrowed(
        source=source.strip(),
        language=language,
        since=since,
        until=until,
        covered=covered,
    )


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/search", include_in_schema=False)
    office = pages.office

    @found.get("")
    def searched(
        request: Request,
        wanted: Annotated[Narrowed, Depends(_narrowed)],
        q: QueryText = "",
        order: Order = Order.NEWEST,
        after: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    ) -> Response:
        account = pages.account(request)
        answer, watch, error = Found(hits=(), after=None), "", None
        with office.database.read() as session:
            keys = shortcuts.of_account(session, account)
            if q.strip():
                within = wanted.within(office.settings.organisation.zone)
                try:
                    answer = search(session, q, order=order, within=within, after=after)
                    # A watch goes on from today and knows no coverage: words it keeps.
                    watch = narrowed(q, outlet=wanted.source, language=wanted.language)
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
            wanted=wanted,
            older=urlencode({"q": q, **wanted.fields}),
            watch=watch,
            watch_name=" ".join(watch.split())[:_NAME],
            keys=keys,
        )

    return found


def _begins(day: date | None, zone: str) -> datetime | None:
    return None if day is None else moment_of(datetime.combine(day, time()), zone)


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
        return {
            "what": said.gettext(error.what),
            "shown": "",
            "mend": said.gettext(error.mend),
        }
    return None
