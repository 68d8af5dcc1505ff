"""Contacts: everybody, narrowed and searched; one of them, with all that is known and was sent."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from app.legal import gathering, person, person_file
from app.web.pages import Pages, RowId, download
from core.accounts import Right, may
from core.errors import BadInput
from core.values import Language
from core.wording import worded
from distributor.contacts import browsing, card
from distributor.contacts.browsing import Narrowing, Reach
from monitor import authors

_Number = Annotated[str, Query(pattern=r"^\d{0,9}$")]
_Short = Annotated[str, Query(max_length=200)]
_Code = Annotated[str, Query(max_length=12)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address of the list says: each filter as it stands there."""

    q: _Short = ""
    list: _Number = ""
    language: _Code = ""
    outlet: _Short = ""
    reach: Reach = Reach.ANY
    since: _Code = ""
    kind: _Code = ""

    def narrowing(self) -> Narrowing:
        return Narrowing(
            words=self.q,
            list_id=int(self.list) if self.list else None,
            language=self.language,
            outlet=self.outlet,
            reach=self.reach,
            unverified_since=_day(self.since),
            kind=self.kind,
        )

    def query(self) -> str:
        """As it stands in an address, without what asks nothing."""
        given = {
            name: str(value)
            for name in self.__slots__
            if (value := getattr(self, name))
        }
        return urlencode(given)


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/contacts", include_in_schema=False)
    office = pages.office

    @found.get("")
    def everybody(
        request: Request,
        asked: Annotated[Asked, Depends()],
        after: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    ) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            return pages.show(
                request,
                "contacts.html",
                account=account,
                asked=asked,
                page=browsing.browse(
                    session,
                    asked.narrowing(),
                    after=after,
                    zone=office.settings.organisation.zone,
                    now=office.clock.now(),
                ),
                after=after,
                lists=browsing.named_lists(session),
                outlets=browsing.outlets(session),
                choices=tuple(Language),
            )

    @found.get("/{contact_id:int}")
    def one(request: Request, contact_id: RowId, done: str = "") -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            shown = card.card(session, contact_id)
            return pages.show(
                request,
                "contact.html",
                account=account,
                card=shown,
                wrote=authors.of_contacts(session, [contact_id])[-_WROTE:],
                undoable=_undoable(shown, done),
            )

    @found.get("/{contact_id:int}/export")
    def export(request: Request, contact_id: RowId) -> Response:
        """Everything the office keeps of them, as a ZIP in their language."""
        account = pages.account(request, Right.WRITE)
        with office.database.read() as session:
            address = card.contact_of(session, contact_id).address
            known = person.known(
                session, address, with_requests=may(account, Right.ADMINISTER)
            )
        content = office.bounded.run(
            person_file.written,
            known,
            person_file.language_of(known, pages.words(request).language),
            person_file.Made(
                controller=gathering.controller(office.settings),
                made_at=office.clock.now(),
                zone=office.settings.organisation.zone,
            ),
            seconds=_MOST_SECONDS,
        )
        return download(
            content, name=f"{address}.zip", media_type=person_file.MEDIA_TYPE
        )

    return found


_MOST_SECONDS = 60
_WROTE = 20


def _undoable(shown: card.Card, done: str) -> int | None:
    """The batch that was just made, when it is of this contact and still holds."""
    those = {str(one.batch_id) for one in shown.changes if one.undone_at is None}
    return int(done) if done in those else None


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            worded("This is not a day."),
            to="since",
            mend=worded("Choose one, or leave it empty."),
        ) from error
