"""Hold everything: one button for anybody who works here, and the button that lets go again."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.web.pages import Pages, back_to
from core.accounts import Right
from core.journal import note
from distributor.sending import hold


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/hold", include_in_schema=False)
    office = pages.office

    @found.post("")
    def hold_all(
        request: Request, because: Annotated[str, Form(max_length=400)]
    ) -> Response:
        """Whoever may write may stop: to wait harms less than to send."""
        account = pages.account(request, Right.WRITE)
        # A name alone is no reason: the blank one is refused below.
        said = f"{because.strip()} ({account.name})" if because.strip() else ""
        hold.hold_all(office.settings.data_dir, because=said)
        # Only then: the stop must work while the database does not.
        with office.database.write() as session:
            note(
                session, what="office.held", about="office", after={"because": because}
            )
        return back_to("/")

    @found.post("/release")
    def release_all(request: Request) -> Response:
        pages.account(request, Right.SEND)
        if hold.on_hold(office.settings.data_dir) is not None:
            hold.release_all(office.settings.data_dir)
            with office.database.write() as session:
                note(session, what="office.released", about="office")
        return back_to("/")

    return found
