"""Sources: listed, added, tried, changed, and lists of them in and out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response, UploadFile
from pydantic import Field
from sqlalchemy.orm import Session

from app.api import files
from app.api.callers import Reader, Watcher
from app.api.kinds import (
    After,
    Day,
    Given,
    Id,
    Limit,
    Line,
    Page,
    Sentence,
    Url,
    after_id,
    page,
)
from app.api.repeating import Route
from app.telling import sources as telling
from app.telling.sources import CandidateRow, ExaminedRow, SourceDetailRow, SourceRow
from core.errors import Conflict, NotFound
from core.i18n import words
from core.values import Language
from core.wording import worded
from core.zones import zone
from monitor.catalogue import changing, exporting, opml, require_readable, written
from monitor.catalogue.importing import Imported, store
from monitor.catalogue.reading import read_list
from monitor.catalogue.showing import Wanted, source
from monitor.catalogue.showing import sources as showing
from monitor.discovery import Candidate, Found, Way, Why, add_found, examine
from monitor.discovery.known import known_of
from monitor.states import SourceState

routes = APIRouter(prefix="/sources", tags=["sources"], route_class=Route)


class NewSource(Given):
    url: Url = Field(min_length=1, examples=["https://lematin.example/"])
    outlet: Line = Field("", description="Whose it is; told by its site without it.")
    kind: Line = Field("", description="Recognised when left out.")


class Tried(Given):
    url: Url = Field(min_length=1, examples=["https://lematin.example/feed"])
    kind: Line = ""
    selector: Line = Field("", description="For a listing page: its links to articles.")


class Changes(Given):
    """Only what is given changes; an empty text takes back what was said."""

    tier: int | None = Field(None, ge=1, le=3)
    selector: Line | None = None
    pattern: Line | None = None
    sender: Line | None = None
    section: Line | None = None
    licence: Sentence | None = None
    licence_until: Day | Literal[""] | None = None
    robots_agreement: Sentence | None = None


class Pause(Given):
    because: Sentence = Field(min_length=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    id: int
    removed: bool


@routes.get("", summary="List sources: state, since when, why, and the next step")
def listed(
    caller: Reader,
    *,
    state: SourceState | None = None,
    kind: Line = "",
    tier: Annotated[int, Query(ge=0, le=3)] = 0,
    q: Annotated[Line, Query(description="A part of outlet or address.")] = "",
    after: After = "",
    limit: Limit = 50,
) -> Page[SourceRow]:
    wanted = Wanted(state=state or "", kind=kind, tier=tier, text=q.strip())
    with caller.office.database.read() as session:
        found = showing(session, wanted, after=after_id(after) or 0, limit=limit + 1)
    return page([telling.line(one) for one in found], limit, lambda one: [one.id])


@routes.post("", status_code=201, summary="Add a source")
def add(caller: Watcher, given: NewSource) -> SourceDetailRow:
    """Any page of the outlet will do: its feed or news sitemap is found."""
    url = given.url.strip()
    require_readable(url, kind=given.kind or "feed")
    found = (
        Found(
            candidates=[
                Candidate(url=url, way=Way.ITSELF, why=Why.BEST, kind=given.kind)
            ],
            asked=0,
        )
        if given.kind
        else telling.found(caller.office, url)
    )
    if found.best is None:
        raise _not_one(found, url)
    with caller.office.database.write() as session:
        made = add_found(
            session, found.best, outlet=given.outlet, now=caller.office.clock.now()
        )
        return _one(session, made.id)


@routes.post("/find", summary="What can be read at an address, or is named by it")
def find(caller: Watcher, given: Tried) -> Sequence[CandidateRow]:
    """Looks everywhere and adds nothing."""
    require_readable(given.url, kind="feed")
    found = telling.found(caller.office, given.url, thorough=True)
    return [telling.candidate(one) for one in found.candidates]


@routes.post("/test", summary="What would be read at an address")
def test(caller: Watcher, given: Tried) -> ExaminedRow:
    """Reads it now and stores nothing."""
    office = caller.office
    require_readable(given.url, kind=given.kind or "feed")
    found = examine(
        office.web,
        given.url,
        read=telling.reader(office),
        now=office.clock.now(),
        zone=zone(office.settings.organisation.zone),
        kind=given.kind,
        options={"selector": given.selector} if given.selector else {},
    )
    with office.database.read() as session:
        known = known_of(session, [one.url for one in found.entries])
    return telling.examined(found, known, said=words(Language.ENGLISH))


@routes.post(
    "/import",
    summary="Import a list of outlets: .toml, .opml or .tsv",
    max_body_size=files.MOST_BYTES,
)
def import_list(caller: Watcher, file: UploadFile) -> Imported:
    with files.received(caller.office, file) as path:
        listed = read_list(path)
    with caller.office.database.write() as session:
        return store(session, listed, now=caller.office.clock.now())


@routes.get(
    "/export",
    summary="Every outlet with its sources, as a list that can be imported",
    response_class=Response,
    responses=files.ANY_FILE,
)
def export(caller: Reader, form: Literal["opml", "toml"] = "opml") -> Response:
    writers = {"opml": opml.write, "toml": written.write}
    with caller.office.database.read() as session:
        listed = exporting.listed(session)
    return files.download(
        writers[form](listed), name=f"sources.{form}", media_type="text/plain"
    )


@routes.get("/{source_id}", summary="One source: rhythm, options, last polls")
def one(caller: Reader, source_id: Id) -> SourceDetailRow:
    with caller.office.database.read() as session:
        return _one(session, source_id)


@routes.patch("/{source_id}", summary="Say more of a source")
def change(caller: Watcher, source_id: Id, given: Changes) -> SourceDetailRow:
    said: Mapping[str, object] = given.model_dump(exclude_none=True, exclude={"tier"})
    options = {name: str(value).strip() for name, value in said.items()}
    with caller.office.database.write() as session:
        if options:
            now = caller.office.clock.now()
            changing.set_options(session, source_id, options, now=now)
        if given.tier is not None:
            changing.set_tier(session, source_id, given.tier)
        session.flush()
        return _one(session, source_id)


@routes.post("/{source_id}/pause", summary="Read it no more, until it is resumed")
def pause(caller: Watcher, source_id: Id, given: Pause) -> SourceDetailRow:
    with caller.office.database.write() as session:
        changing.pause(session, source_id, because=given.because)
        return _one(session, source_id)


@routes.post("/{source_id}/resume", summary="Read a paused source again, at once")
def resume(caller: Watcher, source_id: Id) -> SourceDetailRow:
    with caller.office.database.write() as session:
        changing.resume(session, source_id, now=caller.office.clock.now())
        return _one(session, source_id)


@routes.post("/{source_id}/accept", summary="Say that what it brings is its own")
def accept(caller: Watcher, source_id: Id) -> SourceDetailRow:
    with caller.office.database.write() as session:
        changing.accept(session, source_id, now=caller.office.clock.now())
        return _one(session, source_id)


@routes.delete("/{source_id}", summary="Remove a source that brought nothing")
def remove(caller: Watcher, source_id: Id) -> Removed:
    with caller.office.database.write() as session:
        changing.remove(session, source_id)
    return Removed(id=source_id, removed=True)


def _one(session: Session, source_id: int) -> SourceDetailRow:
    return telling.detail(source(session, source_id))


def _not_one(found: Found, url: str) -> Conflict | NotFound:
    if found.rivals:
        named = ", ".join(one.url for one in found.rivals)
        return Conflict(
            worded(
                "Several addresses are as good as each other: %(named)s.", named=named
            ),
            to="url",
            mend=worded("Give the one that is meant; nothing was added."),
        )
    return NotFound(
        worded(
            "Nothing that brings articles was found; addresses asked: %(asked)s.",
            asked=found.asked,
        ),
        to=url,
        mend=worded(
            "Give the address of a feed, or of a page that lists articles with its kind."
        ),
    )
