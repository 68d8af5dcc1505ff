"""A release and the newsroom: ask for it, decide it, take it out, and who did that before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.bootstrap import Office
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import BadInput, Conflict, OfficeError
from core.models import Account, Release
from core.releases import found_release
from core.zones import parse_wall
from distributor.newsroom import pictures, publishing, telling
from distributor.newsroom.copying import Caption
from distributor.newsroom.publishing import Wish
from distributor.sending.sealing import release_seal

# Drawing a release's pictures anew takes a second each.
_SECONDS = 60


class PublishForm(BaseModel):
    """`file`, `alternative` and `credit` have one entry for each picture, in order."""

    when: publishing.When = publishing.When.NOW
    at: str = Field("", max_length=40)
    dispatch: str = Field("", max_length=12)
    note: str = Field("", max_length=2_000)
    seal: str = Field("", max_length=100)
    file: list[Annotated[str, Field(max_length=200)]] = Field(
        default_factory=list, max_length=100
    )
    alternative: list[Annotated[str, Field(max_length=2_000)]] = Field(
        default_factory=list, max_length=100
    )
    credit: list[Annotated[str, Field(max_length=2_000)]] = Field(
        default_factory=list, max_length=100
    )

    def captions(self) -> Mapping[str, Caption]:
        rows = zip(self.file, self.alternative, self.credit, strict=False)
        return {
            name: Caption(alternative=said, credit=credit)
            for name, said, credit in rows
        }

    def wish(self, zone: str) -> Wish:
        """Raises BadInput."""
        is_at = self.when is publishing.When.AT and self.at
        return Wish(
            when=self.when,
            wall=parse_wall(self.at) if is_at else None,
            zone=zone,
            dispatch_id=int(self.dispatch) if self.dispatch.isdecimal() else None,
            note=self.note,
            captions=self.captions(),
            seal=self.seal,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page shows besides the form."""

    release: Release
    seal: str
    told: telling.Told


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/releases", include_in_schema=False)
    office = pages.office

    @found.get("/{release_id}/newsroom")
    def show(request: Request, release_id: RowId) -> Response:
        account = pages.account(request)
        return _page(pages, request, release_id, account)

    @found.post("/{release_id}/newsroom")
    def put(
        request: Request, release_id: RowId, form: Annotated[PublishForm, Form()]
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        try:
            _put(office, release_id, form, account)
        except (BadInput, Conflict) as refused:
            return _page(pages, request, release_id, account, form=form, error=refused)
        return back_to(f"/releases/{release_id}/newsroom")

    @found.post("/{release_id}/newsroom/decide")
    def decide(
        request: Request, release_id: RowId, publication: Annotated[int, Form(ge=1)]
    ) -> Response:
        account = pages.account(request, Right.SEND)
        try:
            with office.database.write() as session:
                publishing.decide(
                    session,
                    publishing.asked(session, release_id, publication),
                    account=account,
                    settings=office.settings,
                    now=office.clock.now(),
                )
        except Conflict as refused:
            return _page(pages, request, release_id, account, error=refused)
        return back_to(f"/releases/{release_id}/newsroom")

    @found.post("/{release_id}/newsroom/withdraw")
    def withdraw(
        request: Request,
        release_id: RowId,
        because: Annotated[str, Form(max_length=2_000)] = "",
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        try:
            with office.database.write() as session:
                publishing.withdraw(
                    session,
                    release_id,
                    account=account,
                    because=because,
                    now=office.clock.now(),
                )
        except (BadInput, Conflict) as refused:
            return _page(
                pages, request, release_id, account, error=refused, because=because
            )
        return back_to(f"/releases/{release_id}/newsroom")

    return found


def _put(office: Office, release_id: int, form: PublishForm, account: Account) -> None:
    wish = form.wish(office.settings.organisation.zone)
    with office.database.read() as session:
        found_release(session, release_id)
        given = publishing.pictures_of(session, release_id)
    # Pictures are drawn before the transaction: nobody waits for them at the gate.
    drawn = (
        office.bounded.run(pictures.redraw, given, seconds=_SECONDS) if given else ()
    )
    with office.database.write() as session:
        publishing.put(
            session,
            found_release(session, release_id),
            wish,
            pictures=drawn,
            account=account,
            settings=office.settings,
            now=office.clock.now(),
        )


def _page(
    pages: Pages,
    request: Request,
    release_id: int,
    account: Account,
    *,
    form: PublishForm | None = None,
    error: OfficeError | None = None,
    because: str = "",
) -> Response:
    office = pages.office
    with office.database.read() as session:
        shown = _shown(session, office, release_id)
        return pages.show(
            request,
            "publishing.html",
            account=account,
            status=_status(error),
            release=shown.release,
            title=next((one.title for one in shown.release.versions), ""),
            told=shown.told,
            # What changed while a form was filled in is told once; the next try is of the new.
            seal=shown.seal,
            form=form or PublishForm(dispatch=_first(shown)),
            captions=_captions(shown, form),
            because=because,
            error=error,
            enabled=office.settings.newsroom.enabled,
            two_person=office.settings.approval != "off",
            public_url=office.settings.web.public_url.rstrip("/"),
        )


def _status(error: OfficeError | None) -> int:
    if error is None:
        return 200
    return 400 if isinstance(error, BadInput) else 409


def _shown(session: Session, office: Office, release_id: int) -> Shown:
    release = found_release(session, release_id)
    seal = release_seal(release, office.settings)
    told = telling.told(session, release_id, seal=seal, now=office.clock.now())
    return Shown(release=release, seal=seal, told=told)


def _first(shown: Shown) -> str:
    return str(shown.told.dispatches[0].id) if shown.told.dispatches else ""


def _captions(shown: Shown, form: PublishForm | None) -> Sequence[dict[str, Any]]:
    """A line for each picture: as it was typed, else as it was last published or attached."""
    typed = form.captions() if form else {}
    before = shown.told.captions
    return [
        {
            "name": one.file_name,
            "alternative": said.alternative or one.alternative,
            "credit": said.credit,
        }
        for one in shown.release.attachments
        if one.role == "picture"
        for said in [typed.get(one.file_name) or before.get(one.digest) or Caption()]
    ]
