"""Watches: tried, saved, switched, and the articles of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from app.api.callers import Reader, Watcher
from app.api.kinds import After, Given, Id, Limit, Line, Page, after_id, page
from app.api.repeating import Route
from app.telling import watches as telling
from app.telling.watches import BackTestRow, WatchedRow
from monitor import watches
from monitor.watches import WatchLine

routes = APIRouter(prefix="/watches", tags=["watches"], route_class=Route)

Query = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00]*$", max_length=4_000, min_length=1),
    Field(examples=['"agence urbaine" OR "الوكالة الحضرية"']),
]


class NewWatch(Given):
    name: Line = Field(min_length=1, max_length=100, examples=["Agences urbaines"])
    query: Query


class TriedQuery(Given):
    query: Query
    days: int = Field(30, ge=1, le=366, description="How many days back it is tried.")


class Switch(Given):
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    id: int
    removed: bool


@routes.get("", summary="Every watch with what it selected")
def listed(caller: Reader) -> Sequence[WatchLine]:
    with caller.office.database.read() as session:
        return watches.listed(session)


@routes.post("/test", summary="What a query would have selected; nothing is saved")
def test(caller: Reader, given: TriedQuery) -> BackTestRow:
    office = caller.office
    with office.database.read() as session:
        found = watches.back_test(
            session,
            given.query,
            now=office.clock.now(),
            zone=office.settings.organisation.zone,
            days=given.days,
        )
    return telling.tried(found)


@routes.post("", status_code=201, summary="Save a query as a watch")
def add(caller: Watcher, given: NewWatch) -> WatchLine:
    """It looks back by itself through what is stored."""
    with caller.office.database.write() as session:
        return watches.add(
            session,
            name=given.name,
            query=given.query,
            by=caller.name,
            now=caller.office.clock.now(),
        )


@routes.get("/{watch_id}", summary="One watch")
def one(caller: Reader, watch_id: Id) -> WatchLine:
    with caller.office.database.read() as session:
        return watches.line(session, watch_id)


@routes.get("/{watch_id}/articles", summary="The articles it selected, newest first")
def articles(
    caller: Reader, watch_id: Id, after: After = "", limit: Limit = 50
) -> Page[WatchedRow]:
    with caller.office.database.read() as session:
        name = watches.line(session, watch_id).name
        found = watches.articles(session, name, limit=limit + 1, after=after_id(after))
    return page([telling.watched(one) for one in found], limit, lambda one: [one.id])


@routes.patch("/{watch_id}", summary="Let a watch rest, or turn it on again")
def switch(caller: Watcher, watch_id: Id, given: Switch) -> WatchLine:
    with caller.office.database.write() as session:
        name = watches.line(session, watch_id).name
        watches.switch(session, name, is_on=given.is_on)
        session.flush()
        return watches.line(session, watch_id)


@routes.delete("/{watch_id}", summary="Remove a watch; the articles stay")
def remove(caller: Watcher, watch_id: Id) -> Removed:
    with caller.office.database.write() as session:
        watches.remove(session, watches.line(session, watch_id).name)
    return Removed(id=watch_id, removed=True)
