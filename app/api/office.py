"""The office itself: who calls, what it is called, its alerts, what was read, and the hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import select

import monitor.report
from app import alert_words
from app.api.callers import Reader, Sender, Writer
from app.api.kinds import After, Given, Limit, Moment, Page, Sentence, after_id, page
from app.api.repeating import Route
from app.telling import sources as telling
from app.telling.sources import SourceRow
from core.accounts import Right, may
from core.i18n import words
from core.models import Alert
from core.values import Language
from distributor.sending import hold
from monitor.catalogue.showing import AlertView, alert_views

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
class CompletenessRow:
    """How many of the sources were read in a period, and which were not."""

    since: datetime
    until: datetime
    read: int
    total: int
    silent: Sequence[SourceRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    id: int
    rule: str
    about: str
    raised_at: datetime
    ended_at: datetime | None
    fields: Mapping[str, Any]
    # In the office's language.
    sentence: str


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
        found = monitor.report.completeness(session, since=begin, until=end)
    return CompletenessRow(
        since=begin,
        until=end,
        read=found.read,
        total=found.total,
        silent=[telling.line(one) for one in found.silent],
    )


@routes.get("/alerts", summary="What a person should look at")
def alerts(
    caller: Reader, *, ended: bool = False, after: After = "", limit: Limit = 50
) -> Page[AlertRow]:
    """Those that are open, newest first; with `ended` also those that are over."""
    last = after_id(after)
    asked = select(Alert).order_by(Alert.id.desc()).limit(limit + 1)
    if not ended:
        asked = asked.where(Alert.ended_at.is_(None))
    if last is not None:
        asked = asked.where(Alert.id < last)
    with caller.office.database.read() as session:
        views = alert_views(session, session.scalars(asked).all())
    said = words(Language(caller.office.settings.language))
    rows = [
        _alert(one, alert_words.of_alert(one.rule, one.fields, said=said))
        for one in views
    ]
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


def _alert(view: AlertView, sentence: str) -> AlertRow:
    return AlertRow(
        id=view.id,
        rule=view.rule,
        about=view.about,
        raised_at=view.raised_at,
        ended_at=view.ended_at,
        fields=view.fields,
        sentence=sentence,
    )
