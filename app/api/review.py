"""The review: its editions through their states, their files, and who reads them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.api import files
from app.api.callers import Caller, Reader, Watcher
from app.api.kinds import Day, Given, Line, Sentence
from app.api.repeating import Route
from app.reviews import editions
from app.reviews import readers as groups
from app.reviews.calendar import Slot
from app.reviews.models import Edition
from app.reviews.readers import Group
from app.telling import reviews as telling
from app.telling.reviews import EditionRow
from core.errors import NotFound
from core.reporting.formats import json as json_format
from core.reporting.layouts import spoken
from core.reporting.writing import format_called
from core.wording import worded

routes = APIRouter(tags=["review"], route_class=Route)

Name = Annotated[
    str,
    Path(pattern=r"^(morning|flash-\d{4})$", description="morning, or flash-1300."),
]
LayoutName = Annotated[
    Literal["", "fr", "ar", "en", "bilingual"],
    Query(description="Of the file; empty is the office's language."),
]


class Validation(Given):
    seen: str = Field(
        "",
        max_length=64,
        description="The `digest` of what was read: refused when it says something else.",
    )


class Correction(Given):
    because: Sentence = Field(
        min_length=1, description="What was wrong; its readers are told."
    )


class NewGroup(Given):
    name: Line = Field(min_length=1)
    mailing_list: Line = Field(min_length=1)
    channel: Line = "smtp"
    layout: Literal["", "fr", "ar", "en", "bilingual"] = ""
    sections: Annotated[list[Line], Field(max_length=500)] = Field(default_factory=list)
    kinds: Annotated[list[Line], Field(max_length=10)] = Field(default_factory=list)
    with_pdf: bool = True


class NamedGroup(Given):
    name: Line = Field(min_length=1)


@routes.get("/editions", summary="The editions there are, newest first")
def listed(
    caller: Reader, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> Sequence[EditionRow]:
    with caller.office.database.read() as session:
        return [telling.edition(one) for one in editions.editions(session, limit=limit)]


@routes.get(
    "/editions/{day}/{name}",
    summary="What an edition says",
    response_class=Response,
    responses=files.A_REPORT,
)
def one(caller: Reader, day: Day, name: Name) -> Response:
    """As it is frozen, or a preview of it; a preview consumes nothing."""
    office = caller.office
    with office.database.read() as session:
        slot = _slot(session, caller, day, name)
        row = editions.edition(session, slot.key)
        now = office.clock.now()
        report = editions.preview(session, slot, settings=office.settings, now=now)
    return files.told(
        {
            "edition": slot.key,
            "state": row.state if row is not None else "open",
            "digest": editions.digest(row) if row is not None else "",
            "report": json_format.plain(report),
        }
    )


@routes.get(
    "/editions/{day}/{name}/files/{form}",
    summary="An edition as a file",
    response_class=Response,
    responses=files.ANY_FILE,
)
def kept(
    caller: Reader, day: Day, name: Name, form: Line, layout: LayoutName = ""
) -> Response:
    office = caller.office
    made = format_called(form)
    with office.database.read() as session:
        slot = _slot(session, caller, day, name)
        now = office.clock.now()
        report = editions.preview(session, slot, settings=office.settings, now=now)
    reached = replace(
        report, address=office.settings.web.public_url.rstrip("/") or None
    )
    languages = [one.language for one in spoken(layout, office.settings.language)]
    return files.download(
        office.write_report(form, reached, languages),
        name=f"review-{day.isoformat()}-{name}.{made.suffix}",
        media_type=made.media_type,
    )


@routes.post("/editions/{day}/{name}/freeze", summary="Fix its articles now")
def freeze(caller: Watcher, day: Day, name: Name) -> EditionRow:
    office = caller.office
    with office.database.write() as session:
        slot = _slot(session, caller, day, name)
        now = office.clock.now()
        editions.freeze(session, slot, settings=office.settings, now=now)
        session.flush()
        return telling.edition(_there(session, slot))


@routes.post("/editions/{day}/{name}/validate", summary="Say that you have read it")
def validate(caller: Watcher, day: Day, name: Name, given: Validation) -> EditionRow:
    """It leaves at its hour. By the token of who read it."""
    now = caller.office.clock.now()
    return _step(
        caller,
        day,
        name,
        lambda _, row: editions.validate(row, by=caller.name, now=now, seen=given.seen),
    )


@routes.post("/editions/{day}/{name}/reopen", summary="Take a validation back")
def reopen(caller: Watcher, day: Day, name: Name) -> EditionRow:
    return _step(caller, day, name, lambda _, row: editions.reopen(row))


@routes.post(
    "/editions/{day}/{name}/correct", summary="Make the version that replaces it"
)
def correct(caller: Watcher, day: Day, name: Name, given: Correction) -> EditionRow:
    office = caller.office
    return _step(
        caller,
        day,
        name,
        lambda session, row: editions.correct(
            session,
            row,
            because=given.because,
            settings=office.settings,
            now=office.clock.now(),
        ),
    )


@routes.get("/readers", summary="Who gets the review by mail")
def readers(caller: Reader) -> Sequence[Group]:
    with caller.office.database.read() as session:
        return groups.groups(session)


@routes.post("/readers", status_code=201, summary="Add a group of readers")
def add_readers(caller: Watcher, given: NewGroup) -> Group:
    office = caller.office
    with office.database.write() as session:
        made = groups.add(
            session,
            name=given.name,
            list_name=given.mailing_list,
            channel=given.channel,
            layout=given.layout,
            sections=given.sections,
            kinds=given.kinds,
            with_pdf=given.with_pdf,
            settings=office.settings,
            by=caller.name,
            now=office.clock.now(),
        )
        session.flush()
        return next(one for one in groups.groups(session) if one.id == made.id)


@routes.post("/readers/remove", status_code=204, summary="Remove a group of readers")
def remove_readers(caller: Watcher, given: NamedGroup) -> None:
    """By its name, which may hold any sign: it is posted."""
    with caller.office.database.write() as session:
        groups.remove(session, given.name, now=caller.office.clock.now())


def _step(
    caller: Caller,
    day: Day,
    name: str,
    act: Callable[[Session, Edition], Edition],
) -> EditionRow:
    with caller.office.database.write() as session:
        row = act(session, _there(session, _slot(session, caller, day, name)))
        session.flush()
        return telling.edition(row)


def _slot(session: Session, caller: Caller, day: Day, name: str) -> Slot:
    return editions.slot(session, f"{day.isoformat()}/{name}", caller.office.settings)


def _there(session: Session, slot: Slot) -> Edition:
    row = editions.locked(session, slot.key)
    if row is None:
        raise NotFound(
            worded("This edition is not frozen yet."),
            to=f"edition {slot.key}",
            mend=worded("Freeze it first; until then articles come in."),
        )
    return row
