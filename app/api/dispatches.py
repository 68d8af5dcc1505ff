"""Dispatches: planned, listed, one with its deliveries, and what each recipient was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field

import distributor.report
from app import planning
from app.api.callers import Caller, Reader, Sender, Writer
from app.api.kinds import (
    LAST_ID,
    After,
    Given,
    Id,
    Limit,
    Line,
    Page,
    Sentence,
    WallTime,
    Zone,
    after_id,
    page,
)
from app.api.repeating import Route
from app.telling import dispatches as telling
from app.telling.dispatches import TrailRow
from core.values import ReleaseKind
from core.zones import parse_wall
from distributor.report import DeliveryLine, DispatchSummary
from distributor.sending import steps
from distributor.sending.freezing import right_to_plan
from distributor.sending.moves import MAY_HAVE_IT
from distributor.states import DeliveryState, DispatchState, Purpose

routes = APIRouter(tags=["dispatches"], route_class=Route)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDispatch(DispatchSummary):
    """A dispatch with who planned and approved it, and who accepted which finding."""

    approvals: Sequence[Mapping[str, Any]]
    waivers: Sequence[Mapping[str, Any]]


class _Hour(Given):
    at: WallTime | None = Field(
        None, description="A wall time; now, after the undo window, without it."
    )
    zone: Zone = ""
    grace_minutes: int | None = Field(None, ge=0, le=100_000)
    deadline_hours: int | None = Field(None, ge=1, le=10_000)
    accept: dict[Line, Sentence] = Field(
        default_factory=dict,
        max_length=100,
        description="Amber findings that are accepted: check and reason.",
    )
    again: bool = Field(False, description="Although the same is planned.")
    confirmed: int | None = Field(
        None,
        ge=0,
        le=LAST_ID,
        description="How many recipients you expect: with another number it is refused.",
    )


class Plan(_Hour):
    release: Id
    mailing_list: Line = Field("", examples=["nationale"])
    channel: Line = Field(min_length=1, examples=["smtp"])
    failover: Annotated[list[Line], Field(max_length=5)] = Field(default_factory=list)
    mode: Literal["immediate", "planned"] = "immediate"
    purpose: Literal[Purpose.RELEASE, Purpose.REMINDER] = Purpose.RELEASE
    of: Line = Field("", description="What a reminder reminds of: an id or a number.")
    silent: bool = Field(
        False, description="A reminder: only whom no coverage names or prints."
    )
    key: Annotated[str, Field(max_length=100, pattern=r"^[!-~]*$")] = Field(
        "", description="Names this wish: said twice, it is planned once."
    )


class Follow(_Hour):
    release: Id = Field(description="The correction or cancellation.")
    channel: Line = Field("", description="As the dispatch was sent, without it.")


class GivenStep(Given):
    """The hour is a wall time, or minutes after the event began."""

    name: Line = Field(min_length=1, examples=["J-10"])
    kind: ReleaseKind
    days: int = Field(0, ge=-3_650, le=3_650)
    at: time | None = None
    minutes_after: int | None = Field(None, ge=-100_000, le=100_000)
    purpose: Literal[Purpose.RELEASE, Purpose.REMINDER] = Purpose.RELEASE


class PlanEvent(Given):
    mailing_list: Line = Field(min_length=1)
    channel: Line = Field(min_length=1)
    steps: Annotated[list[GivenStep], Field(max_length=20)] = Field(
        [], description="J-10, J-2 to the silent, J-1, the day and after, without them."
    )
    accept: dict[Line, Sentence] = Field(default_factory=dict, max_length=100)


@routes.get("/dispatches", summary="List dispatches, newest first")
def listed(
    caller: Reader,
    *,
    release: Id | None = None,
    state: DispatchState | None = None,
    after: After = "",
    limit: Limit = 50,
) -> Page[DispatchSummary]:
    with caller.office.database.read() as session:
        found = distributor.report.dispatches(
            session,
            release_id=release,
            state=state or "",
            before=after_id(after),
            most=limit + 1,
        )
    return page(found, limit, lambda one: [one.id])


@routes.post("/dispatches", status_code=201, summary="Plan to send a release")
def plan(caller: Writer, given: Plan, response: Response) -> SignedDispatch:
    """Freezes who gets it. Where nobody approves, planning is sending and needs that right."""
    wish = planning.Wish(
        release_id=given.release,
        channels=[given.channel, *given.failover],
        list_name=given.mailing_list,
        wall=_wall(given.at),
        zone=given.zone,
        mode=given.mode,
        is_reminder=given.purpose is Purpose.REMINDER,
        of=given.of,
        silent=given.silent,
        grace_minutes=given.grace_minutes,
        deadline_hours=given.deadline_hours,
        accepted=_reasons(given.accept),
        key=given.key,
        again=given.again,
        confirmed=given.confirmed,
    )
    _require_to_plan(caller)
    made = planning.plan(caller.office, wish, lambda _: caller.account)
    response.headers["Location"] = f"/api/v1/dispatches/{made}"
    return _signed(caller, made)


@routes.post("/releases/{release_id}/steps", summary="Plan every step of an event")
def plan_event(
    caller: Writer, release_id: Id, given: PlanEvent
) -> Sequence[steps.Outcome]:
    """What cannot be planned is said, and left out."""
    _require_to_plan(caller)
    wish = planning.Wish(
        release_id=release_id,
        channels=[given.channel],
        list_name=given.mailing_list,
        accepted=_reasons(given.accept),
    )
    chosen = [steps.Step.model_validate(one.model_dump()) for one in given.steps]
    return planning.plan_event(
        caller.office, release_id, chosen, wish, lambda _: caller.account
    )


@routes.post(
    "/dispatches/{dispatch_id}/corrections",
    status_code=201,
    summary="Stop the wrong text and tell whoever may have it",
)
def follow(
    caller: Sender, dispatch_id: Id, given: Follow, response: Response
) -> SignedDispatch:
    wish = planning.Wish(
        release_id=given.release,
        channels=[given.channel] if given.channel else (),
        wall=_wall(given.at),
        zone=given.zone,
        grace_minutes=given.grace_minutes,
        deadline_hours=given.deadline_hours,
        accepted=_reasons(given.accept),
        again=given.again,
        confirmed=given.confirmed,
    )
    made = planning.follow(caller.office, dispatch_id, wish, lambda _: caller.account)
    response.headers["Location"] = f"/api/v1/dispatches/{made}"
    return _signed(caller, made)


@routes.get("/dispatches/{dispatch_id}", summary="One dispatch and its signatures")
def one(caller: Reader, dispatch_id: Id) -> SignedDispatch:
    return _signed(caller, dispatch_id)


@routes.get("/dispatches/{dispatch_id}/deliveries", summary="Its recipients")
def deliveries(
    caller: Reader,
    dispatch_id: Id,
    *,
    state: DeliveryState | None = None,
    reached: bool | None = None,
    after: After = "",
    limit: Limit = 100,
) -> Page[DeliveryLine]:
    """With `reached`, only who may have it, or only who has it not."""
    states = {
        one
        for one in DeliveryState
        if state in {None, one} and reached in {None, one in MAY_HAVE_IT}
    }
    with caller.office.database.read() as session:
        distributor.report.summarise(session, dispatch_id)
        found = distributor.report.deliveries_after(
            session,
            dispatch_id,
            states=states,
            after=after_id(after) or 0,
            most=limit + 1,
        )
    return page(found, limit, lambda one: [one.id])


@routes.get(
    "/dispatches/{dispatch_id}/deliveries/{delivery_id}",
    summary="Everything known of one delivery",
)
def trail(caller: Reader, dispatch_id: Id, delivery_id: Id) -> TrailRow:
    with caller.office.database.read() as session:
        return telling.trail(session, dispatch_id, delivery_id)


@routes.get("/dispatches/{dispatch_id}/left-out", summary="Who was left out, and why")
def left_out(caller: Reader, dispatch_id: Id) -> Sequence[Mapping[str, str]]:
    with caller.office.database.read() as session:
        return distributor.report.summarise(session, dispatch_id).left_out


def _require_to_plan(caller: Caller) -> None:
    """The token, too: where nobody approves, what is planned is sent."""
    caller.require(right_to_plan(caller.office.settings))


def _signed(caller: Caller, dispatch_id: int) -> SignedDispatch:
    with caller.office.database.read() as session:
        return SignedDispatch(**telling.signed(session, dispatch_id))


def _wall(at: str | None) -> datetime | None:
    return parse_wall(at) if at else None


def _reasons(given: Mapping[str, str]) -> Mapping[str, str]:
    return {check: reason.strip() for check, reason in given.items() if reason.strip()}
