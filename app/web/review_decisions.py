"""What a person decides of an edition: freeze it, validate it, take that back, correct it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from app.reviews import drafting, editions
from app.reviews.calendar import Slot
from app.reviews.models import Edition
from app.web.pages import Day, Pages, back_to
from app.web.review import Name, path_of, slot_of
from core.accounts import Right
from core.errors import NotFound
from core.wording import worded


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/review", include_in_schema=False)
    office = pages.office

    @found.post("/{day}/{name}/freeze")
    def freeze(request: Request, day: Day, name: Name) -> Response:
        pages.account(request, Right.WATCH)
        slot = slot_of(pages, day, name)
        now = office.clock.now()
        with office.database.read() as session:
            composed = drafting.draft(session, slot, settings=office.settings, now=now)
        with office.database.write() as session:
            editions.freeze(
                session, slot, settings=office.settings, now=now, composed=composed
            )
        return back_to(path_of(slot.key))

    @found.post("/{day}/{name}/validate")
    def validate(
        request: Request,
        day: Day,
        name: Name,
        seen: Annotated[str, Form(max_length=64)] = "",
    ) -> Response:
        account = pages.account(request, Right.WATCH)
        with office.database.write() as session:
            row = _there(session, slot_of(pages, day, name))
            editions.validate(row, by=account.name, now=office.clock.now(), seen=seen)
            return back_to(path_of(row.key))

    @found.post("/{day}/{name}/reopen")
    def reopen(request: Request, day: Day, name: Name) -> Response:
        pages.account(request, Right.WATCH)
        with office.database.write() as session:
            row = editions.reopen(_there(session, slot_of(pages, day, name)))
            return back_to(path_of(row.key))

    @found.post("/{day}/{name}/correct")
    def correct(
        request: Request,
        day: Day,
        name: Name,
        because: Annotated[str, Form(max_length=400)],
    ) -> Response:
        pages.account(request, Right.WATCH)
        with office.database.write() as session:
            row = editions.correct(
                session,
                _there(session, slot_of(pages, day, name)),
                because=because,
                settings=office.settings,
                now=office.clock.now(),
            )
            return back_to(f"{path_of(row.key)}/edit")

    return found


def _there(session: Session, slot: Slot) -> Edition:
    row = editions.locked(session, slot.key)
    if row is None:
        raise NotFound(
            worded("This edition is not frozen yet."),
            to=f"edition {slot.key}",
            mend=worded("Freeze it first; until then articles come in."),
        )
    return row
