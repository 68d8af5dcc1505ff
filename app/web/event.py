"""An invitation's event: room and programme, who answered what, answers by telephone, its list."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field

from app.web.event_view import event_of, guest_list, own_address
from app.web.pages import Pages, RowId, back_to, download
from app.web.report_view import LayoutName
from core.accounts import Right
from core.errors import BadInput, Conflict, NotFound, OfficeError
from core.reporting import guests as guest_files
from core.reporting.layouts import spoken
from core.wording import worded
from distributor.after import answers, attending, gathering, hearing
from distributor.after.attending import Wanted
from distributor.after.hearing import Heard

_Search = Annotated[str, Query(max_length=200)]
_PageNumber = Annotated[int, Query(ge=1, le=100_000)]
# A thousand guests with their codes take two.
_MOST_SECONDS: Final = 60
_LONGEST: Final = 10_000


class FactsForm(BaseModel):
    capacity: str = Field("", max_length=_LONGEST)
    programme: str = Field("", max_length=_LONGEST)
    entrance: str = Field("", max_length=_LONGEST)
    seal: str = Field("", max_length=64)


class HeardForm(BaseModel):
    answer: Heard
    crew_size: str = Field("", max_length=_LONGEST)
    crew: str = Field("", max_length=_LONGEST)
    plate: str = Field("", max_length=_LONGEST)
    equipment: str = Field("", max_length=_LONGEST)


def router(pages: Pages) -> APIRouter:
    found = APIRouter(
        prefix="/releases/{release_id:int}/event", include_in_schema=False
    )
    office = pages.office

    def page(
        request: Request,
        release_id: int,
        *,
        wanted: Wanted = Wanted.ALL,
        q: str = "",
        number: int = 1,
        typed: Mapping[str, str] | None = None,
        error: OfficeError | None = None,
    ) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            event = event_of(session, release_id, pages.words(request).language)
            facts = event.known.facts
            kept = {
                "capacity": str(facts.capacity or ""),
                "programme": facts.programme,
                "entrance": facts.entrance,
            }
            return pages.show(
                request,
                "event.html",
                account=account,
                status=_status(error),
                event=event,
                seal=facts.seal,
                kept=kept,
                typed=typed or kept,
                guests=attending.guests(
                    session, event.release.id, wanted=wanted, words=q, page=number
                ),
                choices=tuple(Wanted),
                wanted=wanted,
                q=q,
                formats=tuple(guest_files.FORMATS),
                error=error,
            )

    @found.get("")
    def show(
        request: Request,
        release_id: RowId,
        wanted: Wanted = Wanted.ALL,
        q: _Search = "",
        number: Annotated[_PageNumber, Query(alias="page")] = 1,
    ) -> Response:
        return page(request, release_id, wanted=wanted, q=q, number=number)

    @found.post("")
    def keep(
        request: Request, release_id: RowId, form: Annotated[FactsForm, Form()]
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        typed = form.model_dump(exclude={"seal"})
        try:
            said = gathering.facts(**typed)
            with office.database.write() as session:
                gathering.keep(
                    session,
                    hearing.invitation_of(session, release_id).id,
                    said,
                    seal=form.seal,
                    by=account.name,
                    now=office.clock.now(),
                )
        except NotFound:
            raise
        except (BadInput, Conflict) as refused:
            return page(request, release_id, typed=typed, error=refused)
        return back_to(f"/releases/{release_id}/event")

    _add_guest(found, pages)
    _add_files(found, pages)
    return found


def _add_guest(found: APIRouter, pages: Pages) -> None:
    office = pages.office

    def page(
        request: Request,
        release_id: int,
        contact_id: int,
        *,
        typed: Mapping[str, str] | None = None,
        error: BadInput | None = None,
    ) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            event = event_of(session, release_id, pages.words(request).language)
            guest = attending.guest(session, event.release.id, contact_id)
        kept = {
            "answer": guest.answer,
            "crew_size": str(guest.crew_size or ""),
            "crew": "\n".join(guest.crew),
            "plate": guest.plate,
            "equipment": guest.equipment,
        }
        return pages.show(
            request,
            "guest.html",
            account=account,
            status=400 if error else 200,
            event=event,
            guest=guest,
            typed=typed or kept,
            choices=tuple(Heard),
            error=error,
        )

    @found.get("/guests/{contact_id:int}")
    def show(request: Request, release_id: RowId, contact_id: RowId) -> Response:
        return page(request, release_id, contact_id)

    @found.post("/guests/{contact_id:int}")
    def heard(
        request: Request,
        release_id: RowId,
        contact_id: RowId,
        form: Annotated[HeardForm, Form()],
    ) -> Response:
        """An answer that reached the office by telephone or mail: it says all there is."""
        account = pages.account(request, Right.WRITE)
        typed = form.model_dump(mode="json")
        try:
            told = answers.whole(answers.details(**_of_crew(typed)))
            with office.database.write(ledger=True) as session:
                release = hearing.invitation_of(session, release_id)
                attending.guest(session, release.id, contact_id)
                answers.record(
                    session,
                    release_id=release.id,
                    contact_id=contact_id,
                    answer=form.answer,
                    said_by=account.name,
                    now=office.clock.now(),
                    told=told,
                )
        except NotFound:
            raise
        except BadInput as refused:
            return page(request, release_id, contact_id, typed=typed, error=refused)
        return back_to(f"/releases/{release_id}/event")


def _add_files(found: APIRouter, pages: Pages) -> None:
    office = pages.office

    @found.get("/list/{format_name}")
    def listed(
        request: Request,
        release_id: RowId,
        format_name: str,
        layout: LayoutName = "",
    ) -> Response:
        pages.account(request, Right.WRITE)
        if format_name not in guest_files.FORMATS:
            raise NotFound(
                worded("There is no format called “%(name)s”.", name=format_name),
                to="format",
                mend=worded(
                    "The formats are: %(formats)s.",
                    formats=", ".join(guest_files.FORMATS),
                ),
            )
        languages = [one.language for one in spoken(layout, office.settings.language)]
        with office.database.read() as session:
            event = event_of(session, release_id, languages[0])
            whole = guest_list(session, office, event, own_address(office, request))
        return download(
            office.bounded.run(
                guest_files.written,
                format_name,
                whole,
                languages,
                seconds=_MOST_SECONDS,
            ),
            name=f"event-{event.release.id}.{format_name}",
            media_type=guest_files.FORMATS[format_name],
        )


def _of_crew(typed: Mapping[str, str]) -> Mapping[str, str]:
    return {name: text for name, text in typed.items() if name != "answer"}


def _status(error: OfficeError | None) -> int:
    if error is None:
        return 200
    return 409 if isinstance(error, Conflict) else 400
