"""An invited contact's own link: coming, with a camera, or not."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlalchemy.orm import Session

from app.web.limits import limit
from app.web.pages import Pages
from distributor.after import answers
from distributor.after.answers import Invitation, Said

PUBLIC = True


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

    def show(request: Request, token: str, *, done: bool) -> Response:
        with office.database.read() as session:
            told = invitation(session, token)
        return pages.show(
            request,
            "answer.html",
            account=None,
            language=told.language,
            token=token,
            told=told,
            choices=tuple(Said),
            done=done,
        )

    @found.get("/{token}")
    def ask(request: Request, token: str) -> Response:
        return show(request, token, done=False)

    @found.post("/{token}")
    def answer(
        request: Request, token: str, answer: Annotated[Said, Form()]
    ) -> Response:
        with office.database.write() as session:
            told = invitation(session, token)
            answers.record(
                session,
                release_id=told.release_id,
                contact_id=told.contact_id,
                answer=answer,
                said_by=answers.BY_LINK,
                now=office.clock.now(),
            )
        return show(request, token, done=True)

    return found
