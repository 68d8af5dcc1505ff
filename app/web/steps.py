"""The steps of an event on one page: ten days before to the hours after, typed or as proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

import distributor.report
from app.web.pages import Pages, RowId, back_to
from core.errors import BadInput, OfficeError
from core.i18n import Words, words
from core.models import Account
from core.releases import found_release
from core.values import Language
from core.wording import worded
from distributor.contacts import lists
from distributor.report import DispatchSummary
from distributor.sending import by_hand, sender_domain, steps
from distributor.sending.freezing import Inspection, right_to_plan
from distributor.sending.steps import DEFAULT, Outcome, Step, Wish

_Words = Annotated[str, Field(max_length=40)]


class StepsForm(BaseModel):
    """One day and one hour for each step, in the order of the page; `wanted` names the ticked."""

    mailing_list: str = Field("", max_length=200)
    channel: str = Field("", max_length=40)
    wanted: list[_Words] = Field(default_factory=list, max_length=len(DEFAULT))
    day: list[_Words] = Field(min_length=len(DEFAULT), max_length=len(DEFAULT))
    hour: list[_Words] = Field(min_length=len(DEFAULT), max_length=len(DEFAULT))
    # Only look: whatever else was typed is kept, nothing is planned.
    look: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One step on the page: when, what it sends, and what became of it."""

    name: str
    kind: str
    day: str
    hour: str
    is_wanted: bool
    outcome: Outcome
    dispatch: DispatchSummary | None


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/releases", include_in_schema=False)
    office = pages.office

    def page(
        request: Request,
        release_id: int,
        account: Account,
        *,
        form: StepsForm | None = None,
        outcomes: Sequence[Outcome] = (),
        error: OfficeError | None = None,
        status: int = 200,
    ) -> Response:
        now = office.clock.now()
        with office.database.read() as session:
            release = found_release(session, release_id)
            wished: Sequence[Step] = DEFAULT
            if form is not None and error is None:
                wished = _typed(form, release.event_wall)
            looked = steps.look(session, release_id, wished, now=now)
            refused = {one.step: one for one in outcomes if one.left_out}
            rows = [
                Row(
                    name=step.name,
                    kind=step.kind,
                    day=form.day[place] if form else _day(one),
                    hour=form.hour[place] if form else _hour(one),
                    is_wanted=step.name in form.wanted
                    if form
                    else not one.left_out and one.dispatch_id is None,
                    outcome=refused.get(step.name, one),
                    dispatch=distributor.report.summarise(session, one.dispatch_id)
                    if one.dispatch_id
                    else None,
                )
                for place, (step, one) in enumerate(zip(DEFAULT, looked, strict=True))
            ]
            return pages.show(
                request,
                "steps.html",
                account=account,
                status=status,
                release=release,
                rows=rows,
                lists=lists.all_lists(session),
                channels=sorted(
                    office.settings.channels,
                    key=lambda one: (one == by_hand.CHANNEL, one),
                ),
                form=form,
                other=_echo(pages.words(request)),
                error=error,
                planned=[one for one in outcomes if one.dispatch_id],
            )

    @found.get("/{release_id}/steps")
    def ask(request: Request, release_id: RowId) -> Response:
        account = pages.account(request, right_to_plan(office.settings))
        return page(request, release_id, account)

    @found.post("/{release_id}/steps")
    def plan(
        request: Request, release_id: RowId, form: Annotated[StepsForm, Form()]
    ) -> Response:
        account = pages.account(request, right_to_plan(office.settings))
        outcomes: Sequence[Outcome] = ()
        try:
            with office.database.read() as session:
                event_wall = found_release(session, release_id).event_wall
            wished = _typed(form, event_wall)
            if form.look:
                return page(request, release_id, account, form=form)
            chosen = [step for step in wished if step.name in form.wanted]
            outcomes = _plan(pages, release_id, chosen, form, account)
        except OfficeError as error:
            return page(
                request, release_id, account, form=form, error=error, status=400
            )
        if any(one.left_out for one in outcomes):
            return page(
                request, release_id, account, form=form, outcomes=outcomes, status=409
            )
        return back_to(f"/releases/{release_id}/steps")

    return found


def _plan(
    pages: Pages,
    release_id: int,
    chosen: Sequence[Step],
    form: StepsForm,
    account: Account,
) -> Sequence[Outcome]:
    office = pages.office
    if not chosen:
        raise BadInput(
            worded("No step is ticked, so nothing was planned."),
            to="wanted",
            mend=worded("Tick the steps that you want."),
        )
    domain = sender_domain.look_up(
        office.settings, channel=form.channel, resolver=office.resolver
    )
    with office.database.write(ledger=True) as session:
        return steps.plan_event(
            session,
            release_id,
            chosen,
            Wish(
                list_name=form.mailing_list,
                channel=form.channel,
                inspection=Inspection(domain=domain),
                planned_by=account,
            ),
            settings=office.settings,
            zone_rules=office.zone_rules,
            ids=office.ids,
            now=office.clock.now(),
        )


def _typed(form: StepsForm, event_wall: datetime | None) -> Sequence[Step]:
    """The steps at the days and hours of the form. Raises BadInput that names the step."""
    if event_wall is None:
        return DEFAULT
    typed = []
    for step, day, hour in zip(DEFAULT, form.day, form.hour, strict=True):
        try:
            days = (date.fromisoformat(day) - event_wall.date()).days
            at = time.fromisoformat(hour)
        except ValueError as error:
            raise BadInput(
                worded("A day or an hour cannot be read."),
                to=step.name,
                mend=worded("Type the day as 2026-11-24 and the hour as 09:00."),
            ) from error
        typed.append(
            step.model_copy(update={"days": days, "at": at, "minutes_after": None})
        )
    return typed


def _echo(said: Words) -> Words:
    """The office's other language, in which each day is said once more."""
    is_arabic = said.language is Language.ARABIC
    return words(Language.FRENCH if is_arabic else Language.ARABIC)


def _day(outcome: Outcome) -> str:
    return outcome.wall.date().isoformat() if outcome.wall else ""


def _hour(outcome: Outcome) -> str:
    return f"{outcome.wall:%H:%M}" if outcome.wall else ""
