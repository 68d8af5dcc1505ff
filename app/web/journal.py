"""The journal: who changed what, by filters that stand in the address, and as a file."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field, field_validator
from sqlalchemy import select

from app.web import journal_view, journal_words
from app.web.pages import Day, Pages, RowId, attached
from core.accounts import Right
from core.journal import exporting, reading
from core.journal.reading import Wanted
from core.models import Account
from core.zones import moment_of

_MOST_NAMES = 200
_KINDS = {"jsonl": "application/jsonl", "csv": "text/csv"}


class Asked(BaseModel):
    """What stands in the address. A form leaves fields empty that ask nothing."""

    by: str = Field("", max_length=200)
    what: str = Field("", max_length=100)
    about: str = Field("", max_length=100)
    since: Day | None = None
    until: Day | None = None
    before: RowId | None = None

    @field_validator("since", "until", "before", mode="before")
    @classmethod
    def _empty_asks_nothing(cls, given: object) -> object:
        return given or None


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/journal", include_in_schema=False)
    office = pages.office
    zone = office.settings.organisation.zone

    def wanted(asked: Asked) -> Wanted:
        return Wanted(
            by=asked.by.strip(),
            what=asked.what.strip(),
            about=asked.about.strip(),
            since=_midnight(asked.since, zone) if asked.since else None,
            until=_midnight(asked.until + timedelta(days=1), zone)
            if asked.until
            else None,
        )

    @found.get("")
    def show(request: Request, asked: Annotated[Asked, Query()]) -> Response:
        """For whoever answers for what leaves: a validator, an administrator."""
        account = pages.account(request, Right.APPROVE)
        said = pages.words(request)
        with office.database.read() as session:
            page = reading.page(session, wanted(asked), before=asked.before)
            return pages.show(
                request,
                "journal.html",
                account=account,
                asked=asked,
                filters=_filters(asked),
                lines=journal_view.views(page.lines, said, zone=zone),
                older=page.older,
                standing=journal_view.standing(session, said),
                names=session.scalars(
                    select(Account.name).order_by(Account.name).limit(_MOST_NAMES)
                ).all(),
                verbs=journal_words.known_verbs(said),
            )

    @found.get("/file/{kind}")
    def file(
        request: Request,
        kind: Literal["jsonl", "csv"],
        asked: Annotated[Asked, Query()],
    ) -> Response:
        """Piece by piece: a million lines are never held at once."""
        pages.account(request, Right.APPROVE)
        return StreamingResponse(
            exporting.FORMATS[kind](office.database, wanted(asked)),
            media_type=_KINDS[kind],
            headers=attached(f"journal.{kind}"),
        )

    return found


def _filters(asked: Asked) -> dict[str, str]:
    """As an address holds them, for the pages and files of the same choice."""
    chosen = asked.model_dump(exclude={"before"}, exclude_none=True, mode="json")
    return {name: str(value) for name, value in chosen.items() if value}


def _midnight(day: date, zone: str) -> datetime:
    return moment_of(datetime.combine(day, time()), zone)
