"""Articles: the newest, those that answer a query, one, and one entered by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

import monitor.report
from app.api.callers import Reader, Watcher
from app.api.kinds import (
    After,
    Given,
    Id,
    Limit,
    Line,
    Moment,
    Page,
    Text,
    Url,
    after_id,
    after_moment,
    page,
    place,
)
from app.api.repeating import Route
from app.telling import licences
from core.i18n import words
from core.values import Language
from core.zones import wall_of, zone
from monitor.catalogue.by_hand import enter
from monitor.exporting import full_text
from monitor.search import Order, Within, search

routes = APIRouter(prefix="/articles", tags=["articles"], route_class=Route)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """What is kept of an article for good; its excerpt is all that is shown of its text."""

    id: int
    outlet: str
    title: str
    author: str
    language: str
    url: str
    published_at: datetime | None
    published_as: str
    section: str
    image: str
    deleted_at: datetime | None
    first_seen_at: datetime
    excerpt: str
    story_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """A full text with what allows passing it on, and what must be said beside it."""

    id: int
    outlet: str
    outlet_ar: str
    title: str
    author: str
    published_at: datetime | None
    published_as: str
    language: str
    url: str
    full_text: str
    licence: str
    licence_until: str
    notice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HitRow:
    """An article that answers a query, and which of its words do."""

    id: int
    outlet: str
    title: str
    url: str
    language: str
    published_at: datetime | None
    published_as: str
    first_seen_at: datetime
    is_full: bool
    words: Sequence[str]


class ByHand(Given):
    """What was printed or said."""

    outlet: Line = Field(min_length=1, examples=["Al Massae"])
    title: Line = Field(min_length=1)
    medium: Literal["print", "radio", "tv", "web"]
    published: Annotated[date, Field(ge=date(1990, 1, 1), le=date(2999, 12, 31))]
    page: Line = Field("", description="In print.")
    time: Line = Field("", description="On air, such as 19:30.")
    programme: Line = ""
    author: Line = ""
    section: Line = ""
    summary: Text = Field("", max_length=5_000)
    content: Text = Field("", description="The whole text, under a licence alone.")
    licence: bool = False
    url: Url = ""


@routes.get("", summary="List articles, newest first")
def listed(
    caller: Reader,
    *,
    since: Moment | None = None,
    source: Id | None = None,
    after: After = "",
    limit: Limit = 50,
) -> Page[ArticleRow]:
    with caller.office.database.read() as session:
        found = monitor.report.articles(
            session,
            since=since,
            source_id=source,
            before=after_moment(after),
            most=limit + 1,
        )
        rows = [_row(one) for one in found]
    return page(rows, limit, lambda one: [one.first_seen_at, one.id])


@routes.get("/search", summary="Articles that answer a query")
def searched(
    caller: Reader,
    q: Annotated[Line, Query(min_length=1, max_length=2_000)],
    *,
    order: Order = Order.NEWEST,
    since: Moment | None = None,
    after: After = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Page[HitRow]:
    """By the language of watches (docs/watches.md). Ranked, there is one page."""
    with caller.office.database.read() as session:
        found = search(
            session,
            q,
            order=order,
            within=Within(since=since),
            limit=limit,
            after=after_id(after),
        )
    rows = [
        HitRow(
            id=one.article_id,
            outlet=one.outlet,
            title=one.title,
            url=one.url,
            language=one.language,
            published_at=one.published_at,
            published_as=one.published_as,
            first_seen_at=one.first_seen_at,
            is_full=one.is_full,
            words=sorted({passage.phrase for passage in one.passages}),
        )
        for one in found.hits
    ]
    return Page[HitRow](items=rows, next=place(found.after) if found.after else None)


@routes.post(
    "", status_code=201, summary="Enter an article of print, radio or television"
)
def add(caller: Watcher, given: ByHand) -> ArticleRow:
    office = caller.office
    said = given.model_dump(exclude={"outlet", "licence", "published"})
    fields = {name: str(value) for name, value in said.items() if value}
    fields["published"] = given.published.isoformat()
    if given.licence:
        fields["licence"] = "yes"
    with office.database.write() as session:
        made = enter(
            session,
            given.outlet,
            fields,
            zone=zone(office.settings.organisation.zone),
            now=office.clock.now(),
            stamp=office.timer.stamp(),
        )
        session.flush()
        return _row(monitor.report.article(session, made.id))


@routes.get("/{article_id}", summary="One article")
def one(caller: Reader, article_id: Id) -> ArticleRow:
    with caller.office.database.read() as session:
        return _row(monitor.report.article(session, article_id))


@routes.get(
    "/{article_id}/text",
    summary="The full text of one article",
    # Only here; the words are those of the other problems.
    responses={451: {}},
)
def text(caller: Reader, article_id: Id) -> TextRow:
    """Only where a licence of its outlet holds today: elsewhere the answer is 451."""
    office = caller.office
    today = wall_of(office.clock.now(), office.settings.organisation.zone).date()
    with office.database.read() as session:
        found = full_text(session, article_id, day=today)
    return TextRow(**licences.row(found, words(Language(office.settings.language))))


def _row(found: Mapping[str, Any]) -> ArticleRow:
    return ArticleRow(**found)
