"""The office itself: who calls, what it is called, its alerts, what was read, and the hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter
from pydantic import Field

from app.api.callers import Reader, Sender, Writer
from app.api.kinds import After, Given, Limit, Moment, Page, Sentence, after_id, page
from app.api.repeating import Route
from app.telling import alerts as telling_alerts
from app.telling import sources as telling
from app.telling.alerts import AlertRow
from app.telling.sources import CompletenessRow
from core.accounts import Right, may
from core.i18n import words
from core.values import Language
from distributor.sending import hold

routes = APIRouter(tags=["office"], route_class=Route)


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who this token is, and what it may do: its scopes, as far as its person may."""

    account: str
    role: str
    scopes: Sequence[str]
    may: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRow:
    name: str
    name_ar: str
    zone: str
    language: str
    approval: str
    channels: Sequence[str]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRow:
    on_hold: bool
    reason: str


class Because(Given):
    because: Sentence = Field(examples=["The minister asked us to wait."])


@routes.get("/me", summary="Who calls")
def me(caller: Reader) -> Me:
    return Me(
        account=caller.name,
        role=caller.account.role,
        scopes=sorted(caller.scopes),
        may=sorted(one for one in caller.scopes if may(caller.account, Right(one))),
    )


@routes.get("/organisation", summary="The office of this installation")
def organisation(caller: Reader) -> OrganisationRow:
    settings = caller.office.settings
    return OrganisationRow(
        name=settings.organisation.name,
        name_ar=settings.organisation.called(Language.ARABIC),
        zone=settings.organisation.zone,
        language=settings.language,
        approval=settings.approval,
        channels=sorted(settings.channels),
        now=caller.office.clock.now(),
    )


@routes.get("/completeness", summary="Which sources were read, and which were not")
def completeness(
    caller: Reader, since: Moment | None = None, until: Moment | None = None
) -> CompletenessRow:
    """The last 24 hours, when no period is given."""
    end = until or caller.office.clock.now() + timedelta(seconds=1)
    begin = since or end - timedelta(days=1)
    with caller.office.database.read() as session:
        return telling.completeness(session, since=begin, until=end)


@routes.get("/alerts", summary="What a person should look at")
def alerts(
    caller: Reader, *, ended: bool = False, after: After = "", limit: Limit = 50
) -> Page[AlertRow]:
    """Those that are open, newest first; with `ended` also those that are over."""
    with caller.office.database.read() as session:
        rows = telling_alerts.alerts(
            session,
            ended=ended,
            said=words(Language(caller.office.settings.language)),
            before=after_id(after),
            most=limit + 1,
        )
    return page(rows, limit, lambda one: [one.id])


@routes.get("/hold", summary="Whether everything is on hold")
def on_hold(caller: Reader) -> HoldRow:
    return _hold(hold.on_hold(caller.office.settings.data_dir))


@routes.put("/hold", summary="Let nothing more leave, at once")
def hold_all(caller: Writer, given: Because) -> HoldRow:
    """Whoever may write may stop: to wait harms less than to send."""
    said = given.because.strip()
    reason = hold.hold_all(
        caller.office.settings.data_dir,
        because=f"{said} ({caller.name})" if said else "",
    )
    return _hold(reason)


@routes.delete("/hold", summary="Let sending go on")
def release_all(caller: Sender) -> HoldRow:
    hold.release_all(caller.office.settings.data_dir)
    return _hold(None)


def _hold(reason: str | None) -> HoldRow:
    return HoldRow(on_hold=reason is not None, reason=reason or "")
