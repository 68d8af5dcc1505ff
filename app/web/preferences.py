"""What contacts choose for themselves: languages, beats, a pause, or to receive nothing more."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel, Field

from app.legal import asking
from app.web.limits import limit
from app.web.pages import Pages
from core.keys import Purpose
from core.values import Language
from distributor.after import preferences
from distributor.after.preferences import PAUSES, Choice
from distributor.after.unsubscribe import unsubscribe

PUBLIC = True


class ChoiceForm(BaseModel):
    """A form that nobody fills in by hand is cut off long before it hurts."""

    language: list[str] = Field(max_length=4)
    beat: list[str] = Field(default_factory=list, max_length=50)
    more: str = Field("", max_length=500)
    # Empty keeps the pause as it is.
    pause: Literal["", "0", "30", "90"] = ""


def router(pages: Pages) -> APIRouter:
    office = pages.office
    found = APIRouter(
        prefix="/p",
        include_in_schema=False,
        dependencies=[Depends(limit(office.timer))],
    )

    def show(request: Request, token: str, done: str = "") -> Response:
        with office.database.read() as session:
            told = preferences.read(
                session, token, links=office.links, now=office.clock.now()
            )
        return pages.show(
            request,
            "preferences.html",
            account=None,
            language=told.language,
            token=token,
            told=told,
            pauses=PAUSES,
            choices=tuple(Language),
            done=done,
        )

    @found.get("/{token}")
    def ask(request: Request, token: str) -> Response:
        return show(request, token)

    @found.post("/{token}")
    def choose(
        request: Request, token: str, form: Annotated[ChoiceForm, Form()]
    ) -> Response:
        choice = Choice(
            languages=form.language,
            beats=[*form.beat, *form.more.replace("،", ",").split(",")],
            pause_days=int(form.pause) if form.pause else None,
        )
        with office.database.write() as session:
            preferences.choose(
                session, token, choice, links=office.links, now=office.clock.now()
            )
        return show(request, token, "kept")

    @found.post("/{token}/leave")
    def leave(request: Request, token: str) -> Response:
        with office.database.write() as session:
            unsubscribe(
                session,
                token,
                links=office.links,
                settings=office.settings,
                now=office.clock.now(),
                purpose=Purpose.PREFERENCES,
            )
        return show(request, token, "left")

    def shown(request: Request, token: str, asked: str = "") -> Response:
        with office.database.read() as session:
            told = preferences.read(
                session, token, links=office.links, now=office.clock.now()
            )
            held = preferences.held(session, token, links=office.links)
        organisation = office.settings.organisation
        return pages.show(
            request,
            "preferences_data.html",
            account=None,
            language=told.language,
            token=token,
            told=told,
            held=held,
            asked=asked,
            write_to=office.settings.legal.correspondent_email
            or organisation.reply_to
            or organisation.sender,
        )

    @found.get("/{token}/data")
    def data(request: Request, token: str) -> Response:
        return shown(request, token)

    @found.post("/{token}/data")
    def whole(request: Request, token: str) -> Response:
        """Not on this page, which a stranger may see: by a mail to the address itself."""
        with office.database.write() as session:
            told = preferences.read(
                session, token, links=office.links, now=office.clock.now()
            )
            mailed = asking.ask(session, office, told.address, told.language)
        return shown(request, token, "mailed" if mailed else "noted")

    return found
