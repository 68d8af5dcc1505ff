"""A person's own keys: switched off, changed, or back to the usual ones."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

from app.web import shortcuts
from app.web.pages import Pages, back_to
from app.web.shortcuts import USUAL
from core.errors import BadInput


class KeysForm(BaseModel):
    """`key` has what was typed for each action, in the order of the page."""

    key: list[Annotated[str, Field(max_length=60)]] = Field(
        default_factory=list, max_length=len(USUAL)
    )
    is_on: bool = False
    reset: bool = False

    def typed(self) -> Mapping[str, str]:
        return dict(zip(USUAL, self.key, strict=False))


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/account/keys", include_in_schema=False)
    office = pages.office

    def page(
        request: Request,
        *,
        form: KeysForm | None = None,
        error: BadInput | None = None,
    ) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            own = shortcuts.of_account(session, account)
        kept = {name: " ".join(keys) for name, keys in own.keys.items()}
        return pages.show(
            request,
            "keys.html",
            account=account,
            status=400 if error else 200,
            is_on=form.is_on if form else own.is_on,
            typed=form.typed() if form else kept,
            captions=shortcuts.captions(pages.words(request)),
            error=error,
        )

    @found.get("")
    def show(request: Request) -> Response:
        return page(request)

    @found.post("")
    def change(request: Request, form: Annotated[KeysForm, Form()]) -> Response:
        account = pages.account(request)
        try:
            with office.database.write() as session:
                if form.reset:
                    shortcuts.reset(session, account)
                else:
                    shortcuts.keep(
                        session, account, is_on=form.is_on, typed=form.typed()
                    )
        except BadInput as refused:
            return page(request, form=form, error=refused)
        return back_to("/account/keys")

    return found
