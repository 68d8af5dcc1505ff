"""Everything that is kept of one person, for whoever opens the link that was mailed to them."""

from typing import Final

from fastapi import APIRouter, Depends, Request, Response

from app.legal import asking, gathering, person, person_file
from app.web.limits import limit
from app.web.pages import Pages, download

PUBLIC = True
# Years of messages as pages take a few.
_MOST_SECONDS: Final = 60


def router(pages: Pages) -> APIRouter:
    office = pages.office
    found = APIRouter(
        prefix="/m",
        include_in_schema=False,
        dependencies=[Depends(limit(office.timer))],
    )

    @found.get("/{token}")
    def ask(request: Request, token: str) -> Response:
        """Nothing is handed out yet: mail programs look at links before their readers do."""
        with office.database.read() as session:
            door = asking.opened(session, office, token)
        organisation = office.settings.organisation
        return pages.show(
            request,
            "mine.html",
            account=None,
            language=door.language,
            token=token,
            door=door,
            write_to=office.settings.legal.correspondent_email
            or organisation.reply_to
            or organisation.sender,
        )

    @found.post("/{token}")
    def receive(request: Request, token: str) -> Response:
        with office.database.read() as session:
            door = asking.opened(session, office, token)
            known = person.for_themselves(person.known(session, door.address))
        content = office.bounded.run(
            person_file.written,
            known,
            pages.words(request, door.language).language,
            person_file.Made(
                controller=gathering.controller(office.settings),
                made_at=office.clock.now(),
                zone=office.settings.organisation.zone,
            ),
            seconds=_MOST_SECONDS,
        )
        with office.database.write() as session:
            asking.taken(session, office, door)
        return download(
            content, name=person_file.NAME, media_type=person_file.MEDIA_TYPE
        )

    return found
