"""The door of an event, on a telephone: look for a name or read a code, one press, undo."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field

from app.web.event_view import event_of
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import BadInput, NotFound
from distributor.after import attending, gathering, hearing
from distributor.after.attending import Wanted
from distributor.after.hearing import Heard

_Search = Annotated[str, Query(max_length=200)]
_Seen = Annotated[str, Form(pattern=r"^(present|absent|)$")]
_LONGEST = 2_000


class WalkInForm(BaseModel):
    key: str = Field(min_length=1, max_length=64)
    name: str = Field("", max_length=_LONGEST)
    outlet: str = Field("", max_length=_LONGEST)
    crew_size: str = Field("", max_length=_LONGEST)
    plate: str = Field("", max_length=_LONGEST)


def router(pages: Pages) -> APIRouter:
    found = APIRouter(include_in_schema=False)
    office = pages.office

    def door(
        request: Request,
        release_id: int,
        *,
        q: str = "",
        number: int = 1,
        done: int | None = None,
        typed: WalkInForm | None = None,
        error: BadInput | None = None,
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        with office.database.read() as session:
            event = event_of(session, release_id, pages.words(request).language)
            release = event.release
            return pages.show(
                request,
                "gate.html",
                account=account,
                status=400 if error else 200,
                event=event,
                # A search also finds who was invited and said nothing.
                guests=attending.guests(
                    session,
                    release.id,
                    wanted=Wanted.ALL if q.strip() else Wanted.EXPECTED,
                    words=q,
                    page=number,
                ),
                walk_ins=gathering.walk_ins(session, release.id),
                done=attending.guest(session, release.id, done) if done else None,
                q=q,
                typed=typed or WalkInForm(key=office.ids.token()),
                error=error,
            )

    @found.get("/releases/{release_id:int}/event/gate")
    def show(
        request: Request,
        release_id: RowId,
        q: _Search = "",
        number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
        done: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    ) -> Response:
        return door(request, release_id, q=q, number=number, done=done)

    @found.post("/releases/{release_id:int}/event/gate/{contact_id:int}")
    def mark(
        request: Request,
        release_id: RowId,
        contact_id: RowId,
        seen: _Seen = "",
        q: Annotated[str, Form(max_length=200)] = "",
    ) -> Response:
        _mark(pages, request, release_id, contact_id, seen)
        # Back to the whole list: the next guest has another name.
        again = f"q={quote(q)}&" if q and not seen else ""
        done = f"done={contact_id}" if seen else ""
        return back_to(f"/releases/{release_id}/event/gate?{again}{done}")

    @found.post("/releases/{release_id:int}/event/walk-ins")
    def walk_in(
        request: Request, release_id: RowId, form: Annotated[WalkInForm, Form()]
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        try:
            with office.database.write() as session:
                gathering.walk_in(
                    session,
                    hearing.invitation_of(session, release_id).id,
                    **form.model_dump(),
                    by=account.name,
                    now=office.clock.now(),
                )
        except NotFound:
            raise
        except BadInput as refused:
            return door(request, release_id, typed=form, error=refused)
        return back_to(f"/releases/{release_id}/event/gate#walk-ins")

    @found.post("/releases/{release_id:int}/event/walk-ins/{walk_in_id:int}")
    def take_off(request: Request, release_id: RowId, walk_in_id: RowId) -> Response:
        pages.account(request, Right.WRITE)
        with office.database.write() as session:
            release = hearing.invitation_of(session, release_id)
            gathering.take_off(session, release.id, walk_in_id)
        return back_to(f"/releases/{release_id}/event/gate#walk-ins")

    _add_code(found, pages)
    return found


def _add_code(found: APIRouter, pages: Pages) -> None:
    office = pages.office

    @found.get("/gate/{signed}")
    def read(request: Request, signed: str) -> Response:
        """What a code leads to. Reading it marks nobody: telephones look ahead."""
        account = pages.account(request, Right.WRITE)
        release_id, contact_id = attending.gate_guest(office.links, signed)
        with office.database.read() as session:
            event = event_of(session, release_id, pages.words(request).language)
            guest = attending.guest(session, event.release.id, contact_id)
        return pages.show(
            request,
            "gate_one.html",
            account=account,
            event=event,
            guest=guest,
            signed=signed,
        )

    @found.post("/gate/{signed}")
    def mark(request: Request, signed: str, seen: _Seen = "") -> Response:
        # Whose code it is is nobody's business who may not ask.
        pages.account(request, Right.WRITE)
        release_id, contact_id = attending.gate_guest(office.links, signed)
        _mark(pages, request, release_id, contact_id, seen)
        return back_to(f"/gate/{signed}")


def _mark(
    pages: Pages, request: Request, release_id: int, contact_id: int, seen: str
) -> None:
    account = pages.account(request, Right.WRITE)
    office = pages.office
    # First among writers: somebody stands at the door.
    with office.database.write(ledger=True) as session:
        attending.mark(
            session,
            hearing.invitation_of(session, release_id).id,
            contact_id,
            Heard(seen) if seen else None,
            by=account.name,
            now=office.clock.now(),
        )
