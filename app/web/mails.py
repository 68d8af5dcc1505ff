"""The mails of a dispatch as their readers get them, to be read before anybody approves them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

import distributor.report
from app.web import dispatch_view
from app.web.framing import framed
from app.web.pages import Pages, RowId
from core.errors import NotFound
from core.values import Language
from core.wording import worded
from distributor.models import Delivery
from distributor.sending import by_hand, preview
from distributor.sending.letters import Letters
from distributor.sending.message import Person
from distributor.sending.preview import Preview


class Look(StrEnum):
    MAIL = "mail"
    PHONE = "phone"
    TEXT = "text"
    HEADERS = "headers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whose mail it is: a recipient of the dispatch, or nobody by name."""

    delivery_id: int | None
    name: str
    address: str
    language: Language


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/dispatches", include_in_schema=False)
    office = pages.office

    def mail(dispatch_id: int, reader: Reader) -> Preview:
        letters = Letters(
            office.database,
            settings=office.settings,
            links=office.links,
            signs={name: one.signs for name, one in office.channels.items()},
        )
        person = Person(address=reader.address, name=reader.name, token=preview.TOKEN)
        letter = letters.letter(dispatch_id, reader.language)
        made = letter.address(person)
        return preview.opened(made, files=[one.name for one in letter.parts.files])

    @found.get("/{dispatch_id}/mail")
    def read(
        request: Request,
        dispatch_id: RowId,
        to: RowId | None = None,
        q: Annotated[str, Query(max_length=200)] = "",
        look: Look = Look.MAIL,
    ) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            dispatch = distributor.report.summarise(session, dispatch_id)
            languages = distributor.report.languages(session, dispatch_id)
            reader = _reader(session, dispatch_id, to)
            return pages.show(
                request,
                "mail.html",
                account=account,
                dispatch=dispatch,
                languages_read=languages,
                sender=office.settings.organisation.sender,
                by_hand=by_hand.CHANNEL,
                signing=dispatch_view.signing(session, office, dispatch_id, account),
                findings=dispatch_view.findings(
                    session, dispatch, pages.words(request)
                ),
                reader=reader,
                samples=[_first(session, dispatch_id, one) for one in languages],
                found=_search(session, dispatch_id, q) if q else (),
                q=q,
                look=look,
                looks=tuple(Look),
                mail=mail(dispatch_id, reader),
            )

    @found.get("/{dispatch_id}/mail/page")
    def page(request: Request, dispatch_id: RowId, to: RowId) -> Response:
        pages.account(request)
        with office.database.read() as session:
            reader = _reader(session, dispatch_id, to)
        return framed(mail(dispatch_id, reader).page())

    return found


def _reader(session: Session, dispatch_id: int, delivery_id: int | None) -> Reader:
    """Raises NotFound where the dispatch has no such delivery, or none at all."""
    asked = select(Delivery).where(Delivery.dispatch_id == dispatch_id)
    if delivery_id is not None:
        asked = asked.where(Delivery.id == delivery_id)
    row = session.scalars(asked.order_by(Delivery.id).limit(1)).first()
    if row is None:
        raise NotFound(
            worded(
                "Dispatch %(dispatch_id)s has no such recipient.",
                dispatch_id=dispatch_id,
            ),
            to="to",
            mend=worded("Choose one of its recipients."),
        )
    return _of(row)


def _first(session: Session, dispatch_id: int, language: str) -> Reader:
    return _of(
        session.scalars(
            select(Delivery)
            .where(Delivery.dispatch_id == dispatch_id, Delivery.language == language)
            .order_by(Delivery.id)
            .limit(1)
        ).one()
    )


def _search(session: Session, dispatch_id: int, words: str) -> list[Reader]:
    """Recipients whose name or address has these letters, a few."""
    wanted = words.strip()
    rows = session.scalars(
        select(Delivery)
        .where(
            Delivery.dispatch_id == dispatch_id,
            Delivery.name.icontains(wanted, autoescape=True)
            | Delivery.address_key.icontains(wanted, autoescape=True),
        )
        .order_by(Delivery.id)
        .limit(10)
    )
    return [_of(row) for row in rows]


def _of(row: Delivery) -> Reader:
    return Reader(
        delivery_id=row.id,
        name=row.name,
        address=row.address,
        language=Language(row.language),
    )
