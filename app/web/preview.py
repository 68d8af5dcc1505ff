"""A release as any reader would get it, and a test of it to an address of the office."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.bootstrap import Office
from app.web.framing import framed
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import BadInput, OfficeError
from core.models import Account, Release
from core.releases import found_release
from core.values import Language
from distributor.sending import preview, sealing, trial
from distributor.sending.preview import Reader

TABS: Final = ("mail", "text", "phone", "headers", "pdf")


class Look(BaseModel):
    """Whose mail is looked at, and how."""

    tab: str = Field("mail", max_length=10)
    language: str = Field("", max_length=10)
    nameless: bool = False
    contact: int = Field(0, ge=0, le=2**31 - 1)
    q: str = Field("", max_length=100)
    dark: bool = False
    sent: bool = False


class TestForm(BaseModel):
    key: str = Field(max_length=100)
    address: str = Field("", max_length=320)
    channel: str = Field("", max_length=40)
    language: list[str] = Field(default_factory=list, max_length=8)
    nameless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    form: TestForm
    error: OfficeError


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/releases", include_in_schema=False)
    office = pages.office

    @found.get("/{release_id}/preview")
    def show(
        request: Request, release_id: RowId, asked: Annotated[Look, Query()]
    ) -> Response:
        account = pages.account(request)
        return _page(pages, request, release_id, asked, account=account)

    @found.get("/{release_id}/preview/mail")
    def mail(
        request: Request, release_id: RowId, asked: Annotated[Look, Query()]
    ) -> Response:
        """The mail alone, for a frame that lets it do nothing."""
        pages.account(request)
        with office.database.read() as session:
            release = found_release(session, release_id)
            shown = _shown(session, office, release, _reader(session, release, asked))
        return framed(shown.page(dark=asked.dark))

    @found.post("/{release_id}/test")
    def test(
        request: Request, release_id: RowId, form: Annotated[TestForm, Form()]
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        try:
            with office.database.write(ledger=True) as session:
                trial.send(
                    session,
                    found_release(session, release_id),
                    trial.Order(
                        address=form.address,
                        channel=form.channel,
                        languages=form.language,
                        key=form.key,
                        named=not form.nameless,
                    ),
                    channels=office.channels,
                    by=account,
                    settings=office.settings,
                    zone_rules=office.zone_rules,
                    ids=office.ids,
                    links=office.links,
                    now=office.clock.now(),
                )
        except OfficeError as error:
            return _page(
                pages,
                request,
                release_id,
                Look(),
                account=account,
                refused=_Refused(form=form, error=error),
            )
        return back_to(f"/releases/{release_id}/preview?sent=true#test")

    return found


def _page(
    pages: Pages,
    request: Request,
    release_id: int,
    asked: Look,
    *,
    account: Account,
    refused: _Refused | None = None,
) -> Response:
    office = pages.office
    form = refused.form if refused else TestForm(key=office.ids.token(), language=[])
    with office.database.read() as session:
        release = found_release(session, release_id)
        # Without words there is nothing to look at yet.
        reader = _reader(session, release, asked) if release.versions else None
        return pages.show(
            request,
            "preview.html",
            account=account,
            status=_status(refused),
            release=release,
            asked=asked,
            tab=asked.tab if asked.tab in TABS else "mail",
            reader=reader,
            shown=_shown(session, office, release, reader) if reader else None,
            people=preview.search(session, asked.q),
            tested=trial.tested(
                session, release_id, sealing.release_seal(release, office.settings)
            ),
            last_tested=trial.ever(session, release_id),
            sender=office.settings.organisation.sender,
            channels=list(office.channels),
            form=form,
            refused=refused,
        )


def _status(refused: _Refused | None) -> int:
    if refused is None:
        return 200
    return 400 if isinstance(refused.error, BadInput) else 409


def _reader(session: Session, release: Release, asked: Look) -> Reader:
    if asked.contact:
        return preview.contact(session, release, asked.contact)
    has = [one.language for one in release.versions]
    language = asked.language if asked.language in has else next(iter(has), "fr")
    return preview.sample(release, Language(language), named=not asked.nameless)


def _shown(
    session: Session, office: Office, release: Release, reader: Reader
) -> preview.Preview:
    channel = next(iter(office.channels.values()), None)
    return preview.show(
        session,
        release,
        reader,
        settings=office.settings,
        links=office.links,
        signs=channel is not None and channel.signs,
        now=office.clock.now(),
    )
