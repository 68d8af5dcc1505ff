"""Adding a contact and changing one: a form that keeps what was typed, whoever was quicker."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import BadInput, Conflict, OfficeError
from core.values import Language
from distributor.contacts import browsing, card, editing, lists
from distributor.contacts.editing import Facts

# Of what may be typed; what is kept is shorter.
_LONGEST: Final = 2_000
_Words = Annotated[str, Field(max_length=_LONGEST)]
_LANGUAGES: Final = 4


class ContactForm(BaseModel):
    """`language` has as many choices as there are, the preferred one first, some empty."""

    address: _Words = ""
    name: _Words = ""
    kind: _Words = "journalist"
    language: list[_Words] = Field(default_factory=list, max_length=_LANGUAGES)
    outlet: _Words = ""
    beats: _Words = ""
    phone: _Words = ""
    provenance: _Words = ""
    consent: _Words = "unknown"
    quiet: _Words = ""
    paused_until: _Words = ""
    on: list[int] = Field(default_factory=list, max_length=1_000)
    seal: _Words = ""

    def facts(self) -> Facts:
        given = self.model_dump(exclude={"language", "on", "seal"})
        return Facts(**given, languages=tuple(self.language), lists=tuple(self.on))


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/contacts", include_in_schema=False)
    office = pages.office

    def page(
        request: Request,
        contact_id: int | None,
        *,
        facts: Facts | None = None,
        error: OfficeError | None = None,
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        with office.database.read() as session:
            kept, seal = _kept(session, contact_id)
            typed = facts or kept
            return pages.show(
                request,
                "contact_edit.html",
                account=account,
                status=_status(error),
                contact_id=contact_id,
                typed=typed,
                # Only then are the two compared: else the form holds what is kept.
                differs=_differs(typed, kept) if isinstance(error, Conflict) else {},
                seal=seal,
                lists=browsing.joinable_lists(session),
                outlets=browsing.outlets(session),
                choices=tuple(Language),
                kinds=editing.KINDS,
                consents=editing.CONSENTS,
                error=error,
            )

    @found.get("/new")
    def new(
        request: Request,
        name: Annotated[str, Query(max_length=200)] = "",
        outlet: Annotated[str, Query(max_length=200)] = "",
    ) -> Response:
        start = Facts(address="", name=name, outlet=outlet, languages=("fr",))
        return page(request, None, facts=start)

    @found.post("/new")
    def add(request: Request, form: Annotated[ContactForm, Form()]) -> Response:
        account = pages.account(request, Right.WRITE)
        try:
            with office.database.write() as session:
                made, _ = editing.add(
                    session,
                    form.facts(),
                    account_id=account.id,
                    now=office.clock.now(),
                )
        except BadInput as refused:
            return page(request, None, facts=form.facts(), error=refused)
        return back_to(f"/contacts/{made}")

    @found.get("/{contact_id:int}/edit")
    def show(request: Request, contact_id: RowId) -> Response:
        return page(request, contact_id)

    @found.post("/{contact_id:int}/edit")
    def change(
        request: Request, contact_id: RowId, form: Annotated[ContactForm, Form()]
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        with office.database.read() as session:
            card.contact_of(session, contact_id)
        try:
            with office.database.write() as session:
                batch = editing.edit(
                    session,
                    contact_id,
                    form.facts(),
                    seal=form.seal,
                    account_id=account.id,
                    now=office.clock.now(),
                )
        except (BadInput, Conflict) as refused:
            return page(request, contact_id, facts=form.facts(), error=refused)
        return back_to(f"/contacts/{contact_id}?done={batch or ''}")

    return found


def _kept(session: Session, contact_id: int | None) -> tuple[Facts, str]:
    if contact_id is None:
        return Facts(address=""), ""
    contact = card.contact_of(session, contact_id)
    joined = session.scalars(lists.joined_by(contact_id)).all()
    return editing.typed(contact, sorted(joined)), card.seal_of(session, contact_id)


def _differs(typed: Facts, kept: Facts) -> Mapping[str, str]:
    """What the other wrote, by the field in which it is not what was typed here."""
    return {
        one.name: _said(getattr(kept, one.name))
        for one in fields(Facts)
        if one.name != "lists" and getattr(typed, one.name) != getattr(kept, one.name)
    }


def _said(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _status(error: OfficeError | None) -> int:
    if error is None:
        return 200
    return 409 if isinstance(error, Conflict) else 400
