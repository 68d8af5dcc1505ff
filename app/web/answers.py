"""An invited contact's own link: coming, with a camera, or not."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.web.limits import limit
from app.web.pages import Pages
from core.errors import BadInput, Conflict, NotFound, OfficeError
from distributor.after import answers
from distributor.after.answers import NO_DETAILS, Details, Invitation, Said

PUBLIC = True
# Of what may be typed; what is kept is shorter.
_LONGEST: Final = 4_000


class AnswerForm(BaseModel):
    """Empty fields leave what was said before; `forget` takes it back."""

    answer: Said
    crew_size: str = Field("", max_length=_LONGEST)
    crew: str = Field("", max_length=_LONGEST)
    plate: str = Field("", max_length=_LONGEST)
    equipment: str = Field("", max_length=_LONGEST)
    forget: bool = False

    def details(self) -> Details:
        """Raises BadInput."""
        if self.forget:
            return NO_DETAILS
        return answers.details(**self.model_dump(exclude={"answer", "forget"}))


def router(pages: Pages) -> APIRouter:
    office = pages.office
    found = APIRouter(
        prefix="/a",
        include_in_schema=False,
        dependencies=[Depends(limit(office.timer))],
    )

    def invitation(session: Session, token: str) -> Invitation:
        return answers.invitation(
            session, token, links=office.links, now=office.clock.now()
        )

    def show(
        request: Request,
        token: str,
        *,
        done: bool,
        typed: Mapping[str, str] | None = None,
        error: OfficeError | None = None,
    ) -> Response:
        with office.database.read() as session:
            told = invitation(session, token)
        return pages.show(
            request,
            "answer.html",
            account=None,
            status=_status(error),
            language=told.language,
            token=token,
            told=told,
            choices=tuple(Said),
            typed=typed or {},
            most_crew=answers.MOST_CREW,
            done=done,
            error=error,
        )

    @found.get("/{token}")
    def ask(request: Request, token: str) -> Response:
        return show(request, token, done=False)

    @found.post("/{token}")
    def answer(
        request: Request, token: str, form: Annotated[AnswerForm, Form()]
    ) -> Response:
        try:
            with office.database.write() as session:
                answers.say(
                    session,
                    token,
                    form.answer,
                    form.details(),
                    links=office.links,
                    now=office.clock.now(),
                )
        except NotFound:
            raise
        except (BadInput, Conflict) as refused:
            # Also a link whose time is over comes here, and is said so by `show`.
            typed = form.model_dump(mode="json")
            return show(request, token, done=False, typed=typed, error=refused)
        return show(request, token, done=True)

    return found


def _status(error: OfficeError | None) -> int:
    if error is None:
        return 200
    return 409 if isinstance(error, Conflict) else 400
